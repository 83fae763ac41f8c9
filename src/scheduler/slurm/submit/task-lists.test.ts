import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asToken } from '../../../core/ids.ts';
import { parseRanges } from '../../../core/text/index-ranges.ts';
import type { TaskRef } from '../../scheduler.ts';
import { splitCommandLines, listTaskNames } from './task-lists.ts';

function task(id: string, index?: number): TaskRef {
  const job = { scheduler: 'slurm:lab', id, uid: 1000, submittedMs: 0 };
  return { job, token: asToken('t'), ...(index === undefined ? {} : { index }) };
}

test('jobs are named by their ids, tasks in a list', () => {
  expect(
    listTaskNames([task('12'), task('15', 3), task('15', 0), task('15', 1), task('15', 2), task('15', 7)]),
  ).toEqual(['12', '15_[0-3,7]']);
  expect(listTaskNames([])).toEqual([]);
});

test('a whole array is named by its id alone, which reaches its pending tasks in one go', () => {
  expect(listTaskNames([task('15', 0), task('15', 1), task('16', 0)], new Set(['15']))).toEqual(['15', '16_[0]']);
});

test('one that names the array itself reaches all of it', () => {
  expect(listTaskNames([task('15')])).toEqual(['15']);
});

test('long lists are cut, and every task is in one of them', () => {
  const indices = fc.uniqueArray(fc.nat({ max: 20_000 }), { maxLength: 3000 });
  fc.assert(
    fc.property(indices, (chosen) => {
      const names = listTaskNames(chosen.map((index) => task('15', index)));
      const named = names.flatMap((name) => parseRanges(name.slice('15_'.length)) ?? []);
      expect(named).toEqual(chosen.toSorted((a, b) => a - b));
      for (const name of names) expect(name.length).toBeLessThan(4100);
    }),
    { numRuns: 50 },
  );
});

test('a program gets no more names than fit on its command line', () => {
  const names = Array.from({ length: 1001 }, (_, i) => String(i));
  expect(splitCommandLines(names).map(({ length }) => length)).toEqual([500, 500, 1]);
  expect(splitCommandLines(names).flat()).toEqual(names);
  expect(splitCommandLines([])).toEqual([]);
});
