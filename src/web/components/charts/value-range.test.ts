import { expect, test } from 'vitest';
import { findRobustRange, isWithin } from './value-range.ts';

test('a robust range leaves out a few extremes', () => {
  const usual = Array.from({ length: 200 }, (_, i) => i / 100);
  const range = findRobustRange([...usual, -1e9], [...usual, 1e9], 'linear');
  expect(usual.every((value) => range && isWithin(value, range))).toBe(true);
  expect(range?.high).toBeLessThan(3);
  expect(findRobustRange([], [], 'linear')).toBeUndefined();
  expect(findRobustRange([5, 5, 5], [5, 5, 5], 'log')).toBeUndefined();
});

test('on a logarithmic axis the room around a robust range is a ratio, so that it stays above zero', () => {
  const values = [...Array.from({ length: 300 }, (_, i) => 10 ** (i / 100)), 1e30];
  const range = findRobustRange(values, values, 'log');
  expect(range?.low).toBeGreaterThan(0);
  expect(range?.high).toBeLessThan(1e5);
});
