import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { summarize } from './statistics.ts';

describe('a summary', () => {
  test('has n, mean and the sample standard deviation', () => {
    expect(summarize([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({ n: 8, mean: 5, std: Math.sqrt(32 / 7) });
  });

  test('has no deviation for one number and no mean for none', () => {
    expect(summarize([0.7])).toEqual({ n: 1, mean: 0.7 });
    expect(summarize([])).toEqual({ n: 0 });
  });

  test('keeps a small spread around a large mean', () => {
    expect(summarize([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16])).toEqual({ n: 4, mean: 1e9 + 10, std: Math.sqrt(30) });
  });

  test('holds at both ends of what a number can be', () => {
    expect(summarize([1.5e308, 1.7e308]).mean).toBeCloseTo(1.6e308, -300);
    expect(summarize([-1.5e308, 1.5e308]).mean).toBe(0);
    expect(summarize([1e-200, 3e-200]).std! / 1e-200).toBeCloseTo(Math.SQRT2, 12);
    expect(summarize([5e-324, 5e-324])).toEqual({ n: 2, mean: 5e-324, std: 0 });
    expect(summarize([0, 0])).toEqual({ n: 2, mean: 0, std: 0 });
  });

  test('of equal numbers is that number, without any spread', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer({ min: 2, max: 50 }), (value, n) => {
        const { mean, std } = summarize(Array.from({ length: n }, () => value));
        expect(mean! === value).toBe(true);
        expect(std).toBe(0);
      }),
    );
  });

  test("agrees with Python's exact arithmetic", () => {
    const sample = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 40 });
    const samples = fc.sample(sample, { numRuns: 200, seed: 7 });
    const program = [
      'import json, statistics, sys',
      'from fractions import Fraction',
      'for line in sys.stdin:',
      '    xs = [Fraction(x) for x in json.loads(line)]',
      '    print(json.dumps([float(statistics.mean(xs)), float(statistics.stdev(xs))]))',
    ].join('\n');
    const input = samples.map((values) => JSON.stringify(values)).join('\n');
    const { stdout } = spawnSync('python3', ['-c', program], { input, encoding: 'utf8' });
    const exact = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as [number, number]);
    expect(exact.length).toBe(samples.length);
    samples.forEach((values, i) => {
      const { mean = Number.NaN, std = Number.NaN } = summarize(values);
      const [exactMean, exactStd] = exact[i] ?? [0, 0];
      const largest = Math.max(...values.map(Math.abs));
      expect(Math.abs(mean - exactMean)).toBeLessThanOrEqual(1e-14 * largest);
      expect(Math.abs(std - exactStd)).toBeLessThanOrEqual(1e-12 * exactStd);
    });
  });
});
