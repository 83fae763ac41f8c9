import { expect, test } from 'vitest';
import { sparkline } from './spark.ts';

test('a sparkline has a block for each digit of a shape, and a space for a missing value', () => {
  expect(sparkline('01234567')).toBe('▁▂▃▄▅▆▇█');
  expect(sparkline('0-7')).toBe('▁ █');
  expect(sparkline('')).toBe('');
});
