import { expect, test } from 'vitest';
import { formatBetween, formatP } from './format-summary.ts';

test('a number is as precise as the bounds beside it', () => {
  expect(formatBetween(0.77412, [0.77209, 0.7762])).toBe('0.7741 (0.7721 to 0.7762)');
  expect(formatBetween(-0.0123, [-0.02, 0.004])).toBe('-0.012 (-0.020 to 0.004)');
  expect(formatBetween(1234.5, [1000, 1500])).toBe('1235 (1000 to 1500)');
  expect(formatBetween(2e-12, [1e-12, 3e-12])).toBe('2.000e-12 (1.000e-12 to 3.000e-12)');
  expect(formatBetween(0.5, [0.5, 0.5])).toBe('0.5');
});

test('a very small p is written as a bound', () => {
  expect([0.5, 0.0312, 1, 0.00042].map(formatP)).toEqual(['0.5', '0.031', '1', '< 0.001']);
});
