import { expect, test } from 'vitest';
import { describeEmptyCells, describeLeftOut, listCauses } from './missing-words.ts';

test('cells without a number are counted by what is known of them, the most frequent first', () => {
  expect(describeEmptyCells({ not_run: 5, not_harvested: 2_000, other_cause: 1 })).toBe(
    '2,006 cells have no number: in 2,000 the results have not been read, in 5 the experiment has not run, in 1 other cause',
  );
  expect(describeEmptyCells({ nan: 1 })).toBe('1 cell has no number: in 1 the value is NaN');
  expect(describeEmptyCells({})).toBe('');
});

test('runs that figures leave out are counted with the reason', () => {
  const of = { total: 10, noun: 'member', metric: 'acc' };
  expect(describeLeftOut({ running: 2, not_harvested: 1 }, of)).toBe(
    '3 of 10 members have no acc and are left out of all figures: 2 running, 1 not read',
  );
  expect(describeLeftOut({ nan: 1 }, { ...of, total: 1 })).toBe(
    '1 of 1 member has no acc and is left out of all figures: 1 nan',
  );
});

test('runs of a group without a number are counted by short causes', () => {
  expect(listCauses({ not_harvested: 1, no_match: 2 })).toEqual(['1 not read', '2 no match']);
});
