import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { summarize } from './statistics.ts';

describe('a summary', () => {
  test('has n, mean, the sample standard deviation, the standard error, the median and the range', () => {
    expect(summarize([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({
      n: 8,
      mean: 5,
      std: Math.sqrt(32 / 7),
      sem: Math.sqrt(32 / 7) / Math.sqrt(8),
      ci95: [expect.closeTo(3.212512, 6), expect.closeTo(6.787488, 6)],
      median: 4.5,
      min: 2,
      max: 9,
    });
  });

  test('has no deviation, error or interval for one number and no mean for none', () => {
    expect(summarize([0.7])).toEqual({ n: 1, mean: 0.7, median: 0.7, min: 0.7, max: 0.7 });
    expect(summarize([])).toEqual({ n: 0 });
  });

  test('keeps a small spread around a large mean', () => {
    expect(summarize([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16])).toMatchObject({
      n: 4,
      mean: 1e9 + 10,
      std: Math.sqrt(30),
    });
  });

  test('holds at both ends of what a number can be', () => {
    expect(summarize([1.5e308, 1.7e308]).mean).toBeCloseTo(1.6e308, -300);
    expect(summarize([-1.5e308, 1.5e308]).mean).toBe(0);
    expect(summarize([1e-200, 3e-200]).std! / 1e-200).toBeCloseTo(Math.SQRT2, 12);
    expect(summarize([1.5e308, 1.7e308]).median).toBeCloseTo(1.6e308, -300);
    expect(summarize([5e-324, 5e-324])).toMatchObject({ n: 2, mean: 5e-324, std: 0, ci95: [5e-324, 5e-324] });
    expect(summarize([0, 0])).toMatchObject({ n: 2, mean: 0, std: 0, sem: 0, ci95: [0, 0] });
  });

  test('moves with its numbers and grows with them', () => {
    const integers = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(
        integers,
        fc.integer({ min: -1000, max: 1000 }),
        fc.integer({ min: 1, max: 50 }),
        (xs, shift, factor) => {
          const [plain, moved, grown] = [xs, xs.map((x) => x + shift), xs.map((x) => x * factor)].map(summarize);
          for (const name of ['mean', 'median', 'min', 'max'] as const) {
            expect(moved?.[name]).toBeCloseTo((plain?.[name] ?? 0) + shift, 9);
            expect(grown?.[name]).toBeCloseTo((plain?.[name] ?? 0) * factor, 7);
          }
          for (const name of ['std', 'sem'] as const) {
            expect(moved?.[name]).toBeCloseTo(plain?.[name] ?? 0, 9);
            expect(grown?.[name]).toBeCloseTo((plain?.[name] ?? 0) * factor, 7);
          }
          const [low = 0, high = 0] = plain?.ci95 ?? [];
          expect((low + high) / 2).toBeCloseTo(plain?.mean ?? 0, 8);
        },
      ),
    );
  });

  test('is that of the plain formulas where these are exact enough', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 2, maxLength: 20 }), (xs) => {
        const mean = xs.reduce((a, b) => a + b, 0) / xs.length;
        const std = Math.sqrt(xs.reduce((total, x) => total + (x - mean) ** 2, 0) / (xs.length - 1));
        const sorted = xs.toSorted((a, b) => a - b);
        const [low = 0, high = 0] = [sorted[(xs.length - 1) >> 1], sorted[xs.length >> 1]];
        const found = summarize(xs);
        expect(found.mean).toBeCloseTo(mean, 11);
        expect(found.std).toBeCloseTo(std, 11);
        expect(found.sem).toBeCloseTo(std / Math.sqrt(xs.length), 11);
        expect(found).toMatchObject({ median: (low + high) / 2, min: sorted[0], max: sorted.at(-1) });
      }),
    );
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
