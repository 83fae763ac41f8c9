import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { estimateQuantile, type Lasted } from './survival.ts';

const whole = (...seconds: number[]): Lasted[] => seconds.map((each) => ({ seconds: each, cut: false }));
const cut = (...seconds: number[]): Lasted[] => seconds.map((each) => ({ seconds: each, cut: true }));

describe('quantiles of times of which some were cut off', () => {
  test('without any they are the order statistics', () => {
    const times = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 100 }), (seconds, percent) => {
        const rank = Math.ceil((percent * seconds.length) / 100);
        const expected = seconds.toSorted((a, b) => a - b)[rank - 1];
        expect(estimateQuantile(whole(...seconds), percent / 100)).toBe(expected);
      }),
    );
  });

  test('those cut off early leave their share to the longer ones', () => {
    // After the cut at 2, each of the two that are left counts for 1.5 of 4.
    expect(estimateQuantile([...whole(1, 3, 4), ...cut(2)], 0.25)).toBe(1);
    expect(estimateQuantile([...whole(1, 3, 4), ...cut(2)], 0.6)).toBe(3);
    expect(estimateQuantile([...whole(1, 3, 4), ...cut(2)], 0.63)).toBe(4);
  });

  test('beyond what is known there is none', () => {
    expect(estimateQuantile([...whole(1), ...cut(5, 5)], 0.5)).toBeUndefined();
    expect(estimateQuantile(cut(5), 0.1)).toBeUndefined();
    expect(estimateQuantile([], 0.5)).toBeUndefined();
  });

  test('cutting a run off never makes a quantile smaller', () => {
    const times = fc.array(fc.record({ seconds: fc.integer({ min: 1, max: 50 }), cut: fc.boolean() }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(times, fc.double({ min: 0.05, max: 0.95, noNaN: true }), (lasted, q) => {
        const all =
          estimateQuantile(
            lasted.map(({ seconds }) => ({ seconds, cut: false })),
            q,
          ) ?? 0;
        expect(estimateQuantile(lasted, q) ?? Infinity).toBeGreaterThanOrEqual(all);
      }),
    );
  });
});
