import { expect, test } from 'vitest';
import { signDifference, writeMinus } from './numbers.ts';

test('a difference has its sign, also when it is zero or has an interval', () => {
  expect(signDifference(0.25)).toBe('+0.25');
  expect(signDifference(-0.25)).toBe('−0.25');
  expect(signDifference(0)).toBe('±0');
  expect(signDifference(-0.1, '-0.10 (-0.2 to 1e-05)')).toBe('−0.10 (−0.2 to 1e-05)');
});

test('a minus sign takes the place of the hyphen before a number, not of one in a word or an exponent', () => {
  expect(writeMinus('-3')).toBe('−3');
  expect(writeMinus('-1.5e-7')).toBe('−1.5e-7');
  expect(writeMinus('2026-12-02')).toBe('2026-12-02');
  expect(writeMinus('run-3')).toBe('run-3');
});
