import { describe, expect, it } from 'vitest';
import { formatDuration, formatEstimate, parseMemory, parseTimeLimit } from './units.ts';

describe('a time limit is read as Slurm reads it', () => {
  it.each([
    [90, 5400],
    ['90', 5400],
    ['90:30', 5430],
    ['1:30:00', 5400],
    ['08:00:00', 28_800],
    ['2-12', 216_000],
    ['1-', 86_400],
    ['010', 600],
    ['2-12:30', 217_800],
    ['2-12:30:15', 217_815],
    ['0-00:00:01', 1],
  ])('%s is %d seconds', (text, seconds) => {
    expect(parseTimeLimit(text)).toBe(seconds);
  });

  it('unlimited is no limit', () => {
    expect(parseTimeLimit('UNLIMITED')).toBe(Infinity);
    expect(parseTimeLimit('infinite')).toBe(Infinity);
    expect(['0', 0, '0:00', '00:00:00', '-1', -1].map(parseTimeLimit)).toEqual(Array(6).fill(Infinity));
  });

  it.each(['', '8h', '1:2:3:4', '-5', '1.5', 'auto', '1d', '10m', '2 hours', '+10'])('%j is refused', (text) => {
    expect(() => parseTimeLimit(text)).toThrow(expect.objectContaining({ code: 'time_limit.form', exitCode: 2 }));
  });
});

// What sbatch of Slurm 24.11 takes and refuses with --test-only.
describe('a memory size is read as Slurm reads it', () => {
  it.each([
    [500, 500],
    ['500', 500],
    ['500M', 500],
    ['16G', 16_384],
    ['16g', 16_384],
    ['1T', 1_048_576],
    ['1000K', 1],
    ['16GB', 16_384],
    ['16gb', 16_384],
    ['16Gb', 16_384],
    ['500MB', 500],
    ['1tb', 1_048_576],
    ['2000kb', 2],
    ['+5G', 5120],
    ['05G', 5120],
    ['0GB', 0],
    ['0', 0],
  ])('%s is %d MiB', (text, mib) => {
    expect(parseMemory(text)).toBe(mib);
  });

  it.each(['', '16GiB', '500B', '1.5G', '5 G', '1P', '-5G', '1e3', '5GBx', '-1', 'lots', 1.5])(
    '%j is refused',
    (text) => {
      expect(() => parseMemory(text)).toThrow(expect.objectContaining({ code: 'mem.form', exitCode: 2 }));
    },
  );
});

describe('a span of time in words', () => {
  it.each([
    [0, '0s'],
    [42.9, '42s'],
    [60, '1m'],
    [3599, '59m'],
    [3600, '1h 00m'],
    [11_520, '3h 12m'],
    [86_399, '23h 59m'],
    [187_200, '2d 04h'],
    [Infinity, 'unlimited'],
  ])('%d seconds is %s', (seconds, words) => {
    expect(formatDuration(seconds)).toBe(words);
  });
});

describe('an estimate is as precise as it can be', () => {
  it.each([
    [0, 'less than a minute'],
    [59.9, 'less than a minute'],
    [60, 'about 1 min'],
    [715, 'about 12 min'],
    [3_580, 'about 1 h'],
    [5_000, 'about 1 h 20 min'],
    [7_100, 'about 2 h'],
    [35_900, 'about 10 h'],
    [40_000, 'about 11 h'],
    [200_000, 'about 2 days'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(formatEstimate(seconds)).toBe(text);
  });
});
