import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseLinearPart, listSymlogTicks } from './symlog.ts';

test('the ticks of a symmetric logarithmic axis are within it, rise, have zero if it does, and are few', () => {
  const value = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(value, value, fc.array(value, { maxLength: 20 }), fc.integer({ min: 1, max: 8 }), (a, b, own, most) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)];
      const linear = chooseLinearPart([...own, low, high]);
      const ticks = listSymlogTicks({ low, high }, linear, most);
      expect(linear).toBeGreaterThan(0);
      expect(ticks.length).toBeLessThanOrEqual(most + 1);
      expect(ticks.every((tick) => tick >= low && tick <= high)).toBe(true);
      expect(ticks).toEqual([...new Set(ticks)].toSorted((x, y) => x - y));
      expect(ticks.includes(0)).toBe(low <= 0 && high >= 0);
    }),
    { numRuns: 200 },
  );
});

test('the largest value is a place on the axis, however small the others are', () => {
  const values = [5e-324, -5e-324, 1e-310, 1.7e308];
  const linear = chooseLinearPart(values);
  expect(Math.asinh(1.7e308 / linear)).toBeLessThan(Infinity);
  expect(listSymlogTicks({ low: -5e-324, high: 1.7e308 }, linear, 4)).toContain(1e308);
});

test('the linear part is as small as most values need', () => {
  expect(chooseLinearPart([0.002, 0.05, 3, -400, 0])).toBe(0.01);
  expect(chooseLinearPart([0, 0])).toBe(1);
  expect(listSymlogTicks({ low: -20, high: 300 }, 1, 4)).toEqual([-10, 0, 100]);
});
