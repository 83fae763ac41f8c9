import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/support/project-folder.ts';
import { asToken } from '../../core/ids.ts';
import { openWaitClaims, type WaitClaims } from './wait-claims.ts';

function open(): WaitClaims {
  return openWaitClaims(join(temporaryFolder(), 'claims'));
}

const A = asToken('s-wait-a');
const B = asToken('s-wait-b');

test('of two commands one submits the next job of a sweep; the jobs are listed as they follow each other', () => {
  const claims = open();
  expect(claims.list('s')).toEqual([]);
  expect(claims.take('s', 1, A)).toBe(true);
  expect(claims.take('s', 1, B)).toBe(false);
  for (let n = 2; n <= 10; n += 1) expect(claims.take('s', n, B)).toBe(true);
  expect(claims.list('s').map(({ n, token }) => [n, token])).toEqual([
    [1, A],
    ...Array.from({ length: 9 }, (_, i) => [i + 2, B]),
  ]);
  expect([...claims.sweeps().keys()]).toEqual(['s']);
});

test('a job that was given up cannot run, and one that runs cannot be given up; put back into the queue, it runs again', () => {
  const claims = open();
  claims.take('s', 1, A);
  claims.take('s', 2, B);
  expect(claims.giveUp('s', 1, 'stopped')).toBe(true);
  expect(claims.run('s', 1, '12')).toBe(false);
  expect(claims.run('s', 2, '13')).toBe(true);
  expect(claims.giveUp('s', 2, 'stopped')).toBe(false);
  expect(claims.run('s', 2, '13')).toBe(true);
  expect(claims.list('s').map(({ isGivenUp }) => isGivenUp)).toEqual([true, false]);
});
