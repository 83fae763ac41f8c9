import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { computeBoundRank, computeUpperBound } from '../../bench/binomial.ts';
import { computeMinimumSamples } from '../../src/advisor/wait/minimum-samples.ts';

/** P(Binomial(n, q) ≤ k), by adding up all outcomes. */
function atMost(n: number, q: number, k: number): number {
  let ways = 1;
  let sum = 0;
  for (let i = 0; i <= k; i += 1) {
    sum += ways * q ** i * (1 - q) ** (n - i);
    ways = (ways * (n - i)) / (i + 1);
  }
  return sum;
}

describe('the rank of the bound', () => {
  test('is the smallest for which P(Binomial(n, q) ≤ k − 1) reaches the confidence', () => {
    const sizes = fc.integer({ min: 1, max: 60 });
    const shares = fc.double({ min: 0.02, max: 0.98, noNaN: true });
    fc.assert(
      fc.property(sizes, shares, shares, (n, q, confidence) => {
        const ranks = Array.from({ length: n }, (_, i) => i + 1);
        const expected = ranks.find((k) => atMost(n, q, k - 1) >= confidence - 1e-9);
        const actual = computeBoundRank(n, q, confidence);
        const near = ranks.some((k) => Math.abs(atMost(n, q, k - 1) - confidence) < 1e-8);
        expect(near || actual === expected).toBe(true);
      }),
    );
  });

  test.each([
    [60, [37, 51, 59, 60]],
    [100, [59, 83, 96, 99]],
    [200, [113, 161, 188, 196]],
  ])('of %i values with 95 %% confidence is as published for p50, p75, p90 and p95', (n, ranks) => {
    expect([0.5, 0.75, 0.9, 0.95].map((q) => computeBoundRank(n, q, 0.95))).toEqual(ranks);
  });

  test('of very many values is a number still', () => {
    expect(computeBoundRank(5_000, 0.9, 0.95)).toBeGreaterThan(4_500);
    expect(computeBoundRank(5_000, 0.9, 0.95)).toBeLessThan(4_560);
  });
});

describe('the least number of values', () => {
  test.each([
    [0.5, 0.95, 5],
    [0.75, 0.95, 11],
    [0.9, 0.95, 29],
    [0.95, 0.95, 59],
    [0.5, 0.8, 3],
    [0.9, 0.8, 16],
  ])('of q = %f with confidence %f is %i', (q, confidence, least) => {
    expect(computeMinimumSamples(q, confidence)).toBe(least);
  });

  test('gives a bound, and one value less gives none', () => {
    const shares = fc.double({ min: 0.05, max: 0.97, noNaN: true });
    fc.assert(
      fc.property(shares, shares, (q, confidence) => {
        const least = computeMinimumSamples(q, confidence);
        fc.pre(least < 2_000);
        expect(computeBoundRank(least, q, confidence)).toBeDefined();
        if (least > 1) expect(computeBoundRank(least - 1, q, confidence)).toBeUndefined();
      }),
    );
  });
});

test('the bound is one of the values, whatever their order, and does not sink with more confidence', () => {
  const values = fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 29, maxLength: 120 });
  fc.assert(
    fc.property(values, (waits) => {
      const [even, sure] = [computeUpperBound(waits, 0.9, 0.5) ?? -1, computeUpperBound(waits, 0.9, 0.95) ?? -1];
      expect(waits).toContain(sure);
      expect(sure).toBeGreaterThanOrEqual(even);
      expect(computeUpperBound(waits.toReversed(), 0.9, 0.95)).toBe(sure);
    }),
  );
});

test('of a hundred bounds with 95 % confidence at least 90 are above the true quantile', () => {
  let state = 7;
  const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const above = Array.from({ length: 1_000 }, () => {
    const sample = Array.from({ length: 80 }, () => -Math.log(random()));
    return (computeUpperBound(sample, 0.9) ?? 0) >= -Math.log(0.1);
  });
  const share = above.filter(Boolean).length / above.length;
  expect(share).toBeGreaterThan(0.93);
  expect(share).toBeLessThan(0.99);
});
