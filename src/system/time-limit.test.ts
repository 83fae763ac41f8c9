import { expect, test } from 'vitest';
import { withTimeLimit } from './time-limit.ts';

test('work that ends in time gives its value', () => {
  expect(withTimeLimit(10_000, () => [1, 2])).toEqual({ done: true, value: [1, 2] });
});

test('a regular expression that backtracks without end is stopped', () => {
  const work = (): boolean => /^(a+)+$/.test(`${'a'.repeat(60)}!`);
  expect(withTimeLimit(50, work)).toEqual({ done: false });
});

test('work can be limited again after some was stopped, and inside limited work', () => {
  withTimeLimit(20, () => {
    for (;;);
  });
  expect(withTimeLimit(10_000, () => withTimeLimit(5_000, () => 7))).toEqual({
    done: true,
    value: { done: true, value: 7 },
  });
});

test('an error of the work itself is passed on', () => {
  expect(() =>
    withTimeLimit(10_000, () => {
      throw new RangeError('mine');
    }),
  ).toThrow(RangeError);
});
