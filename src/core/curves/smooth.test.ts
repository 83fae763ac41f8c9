import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { smooth } from './smooth.ts';

describe('smoothing', () => {
  test('is the debiased exponential moving average of TensorBoard', () => {
    // By hand, weight 0.6: 1; (0.6·0.4 + 0.4·2) / (1 − 0.36); (0.6·1.04 + 0.4·4) / (1 − 0.216).
    expect(smooth([1, 2, 4], 0.6)).toEqual([
      expect.closeTo(1, 12),
      expect.closeTo(1.04 / 0.64, 12),
      expect.closeTo(2.224 / 0.784, 12),
    ]);
  });

  test('leaves what is no number as it is, and out of the average', () => {
    const [first, gap, last] = smooth([1, Number.NaN, 2], 0.6);
    expect([first, gap]).toEqual([expect.closeTo(1, 12), Number.NaN]);
    expect(last).toBeCloseTo(1.04 / 0.64, 12);
    expect(smooth([Infinity, 1], 0.5)).toEqual([Infinity, 1]);
  });

  const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 });
  const weights = fc.double({ min: 0, max: 0.99, noNaN: true });

  test('never leaves the range of the values so far, and with weight 0 changes nothing', () => {
    fc.assert(
      fc.property(values, weights, (all, weight) => {
        smooth(all, weight).forEach((value, i) => {
          const so = all.slice(0, i + 1);
          const room = 1e-9 * (1 + Math.max(...so.map(Math.abs)));
          expect(value).toBeGreaterThanOrEqual(Math.min(...so) - room);
          expect(value).toBeLessThanOrEqual(Math.max(...so) + room);
        });
        expect(smooth(all, 0)).toEqual(all);
      }),
    );
  });
});
