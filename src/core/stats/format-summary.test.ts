import { expect, test } from 'vitest';
import { describeSignificance, formatBetween } from './format-summary.ts';

test('a number is as precise as the bounds beside it', () => {
  expect(formatBetween(0.77412, [0.77209, 0.7762])).toBe('0.7741 (0.7721 to 0.7762)');
  expect(formatBetween(-0.0123, [-0.02, 0.004])).toBe('-0.012 (-0.020 to 0.004)');
  expect(formatBetween(1234.5, [1000, 1500])).toBe('1235 (1000 to 1500)');
  expect(formatBetween(2e-12, [1e-12, 3e-12])).toBe('2.000e-12 (1.000e-12 to 3.000e-12)');
  expect(formatBetween(0.5, [0.5, 0.5])).toBe('0.5');
});

test('a difference is significant up to p = 0.05, and says with which p and n', () => {
  expect(describeSignificance(0.2134, [5, 5])).toBe('not significant (p = 0.21, n = 5 and 5)');
  expect(describeSignificance(0.00042, [5, 3])).toBe('significant (p < 0.001, n = 5 and 3)');
  expect(describeSignificance(0.05, [5, 5])).toBe('significant (p = 0.05, n = 5 and 5)');
  expect(describeSignificance(0.0501, [5, 5])).toBe('not significant (p = 0.05010, n = 5 and 5)');
  expect(describeSignificance(0.0312, 5)).toBe('significant (p = 0.031, n = 5 pairs)');
});

test('a difference without a test says why there is none', () => {
  expect(describeSignificance(undefined, [1, 1])).toBe('too few seeds to tell (n = 1)');
  expect(describeSignificance(undefined, [1, 5])).toBe('too few seeds to tell (n = 1 and 5)');
  expect(describeSignificance(undefined, 1)).toBe('too few seeds to tell (n = 1 pair)');
  expect(describeSignificance(undefined, [3, 3])).toBe('no test: the values do not vary (n = 3 and 3)');
});
