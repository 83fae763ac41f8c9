import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseNumberFormat } from './number-format.ts';

const SPECS = ['.2f', '.0f', 'f', '.3g', 'g', '.10g', '.1e', 'e', '.0e', '.1%', ',', ',.2f', ',.3g'];

function byPython(pairs: readonly (readonly [string, number])[]): string[] {
  const program = 'import json, sys; print(json.dumps([format(v, s) for s, v in json.load(sys.stdin)]))';
  const { stdout } = spawnSync('python3', ['-c', program], { input: JSON.stringify(pairs), encoding: 'utf8' });
  return JSON.parse(stdout) as string[];
}

describe('a number format', () => {
  test.each([
    ['.2f', 0.125, '0.12'],
    ['.2f', 96.3, '96.30'],
    ['.3g', 0.000123456, '0.000123'],
    ['.1e', 0.0001, '1.0e-04'],
    ['d', 31.6, '32'],
    [',', 1234567.5, '1,234,567.5'],
    [',d', 1234567, '1,234,567'],
    ['.1%', 0.963, '96.3%'],
    ['.2f', NaN, 'nan'],
    ['.2f', -Infinity, '-inf'],
  ])('%s writes %d as %s', (spec, value, text) => {
    expect(parseNumberFormat(spec)?.(value)).toBe(text);
  });

  test('writes what Python writes', () => {
    const number = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e25, max: 1e25 }),
      fc.double({ noNaN: true, min: -1e300, max: 1e300 }),
      // Halves, which are where roundings differ.
      fc.tuple(fc.integer({ min: -9999, max: 9999 }), fc.constantFrom(1, 2, 4, 8, 16)).map(([a, b]) => a / b),
    );
    const pairs = fc
      .sample(fc.tuple(fc.constantFrom(...SPECS), number), { numRuns: 3000, seed: 5 })
      // A lone comma keeps all digits, and Python writes the exponents of those otherwise.
      .filter(([spec, value]) => spec !== ',' || (Math.abs(value) < 1e15 && Math.abs(value) > 1e-4))
      // JSON has one zero.
      .filter(([, value]) => !Object.is(value, -0))
      .map(([spec, value]): [string, number] => [spec, value]);
    const floats = byPython(pairs.map(([spec, value]) => [spec, value]));
    pairs.forEach(([spec, value], i) => {
      if (spec === ',' && Number.isInteger(value)) return;
      expect([spec, value, parseNumberFormat(spec)?.(value)]).toEqual([spec, value, floats[i]]);
    });
  });

  test('is nothing else', () => {
    for (const text of ['', '.2', '.2d', '2f', '>10', 'x', '.f', '.200f', 'accuracy'])
      expect([text, parseNumberFormat(text)]).toEqual([text, undefined]);
  });
});
