import { expect, test } from 'vitest';
import { ended, recordedProject, started, type Life } from '../../../test/support/recorded-project.ts';
import { listFailures } from '../jobs/status-lines.ts';
import { findNeighbours } from './neighbours.ts';

const LIVES: { readonly [expId: string]: Life } = {
  a: { template: 'mlp', attempts: { 'train-1': [started(), ended()] }, sweep: 'old' },
  b: { template: 'mlp', attempts: { 'train-1': [started(), ended(1)] }, sweep: 'old' },
  c: { template: 'mlp', attempts: { 'train-1': [started()] }, sweep: 'active' },
  d: { template: 'cnn', sweep: 'newest' },
  away: { template: 'mlp', archived: true, sweep: 'old' },
};

test('an experiment has neighbours in the list that one came from, and none in a list without it', async () => {
  const { project } = await recordedProject(LIVES);
  const sort = { field: 'exp_id', descending: false };
  expect(findNeighbours(project, 'b', { sort })).toEqual({ place: 1, total: 4, before: 'a', after: 'c' });
  expect(findNeighbours(project, 'a', { sort, where: 'template = mlp' })).toEqual({ place: 0, total: 3, after: 'b' });
  expect(findNeighbours(project, 'd', { sort })).toEqual({ place: 3, total: 4, before: 'c' });
  expect(findNeighbours(project, 'd', { where: 'template = mlp' })).toBeUndefined();
  expect(() => findNeighbours(project, 'nobody', {})).toThrow('nobody');
});

test('sweeps are counted by status, those with active members first, then the newest', async () => {
  const { project } = await recordedProject(LIVES);
  expect(project.store.countSweeps(2)).toEqual({
    total: 3,
    sweeps: [
      { sweep: 'active', count: 1, archived: 0, byStatus: { running: 1 } },
      { sweep: 'newest', count: 1, archived: 0, byStatus: { created: 1 } },
    ],
  });
  expect(project.store.countSweeps(3).sweeps[2]).toMatchObject({
    sweep: 'old',
    count: 2,
    archived: 1,
    byStatus: { completed: 1, failed: 1 },
  });
});

test('what failed is listed with its cause, and nothing that failed before', async () => {
  const { project } = await recordedProject(LIVES);
  const failures = await listFailures(project, { sinceMs: 0, limit: 10 });
  expect(failures.map(({ expId, cause }) => [expId, cause])).toEqual([['b', 'exit_code']]);
  expect(await listFailures(project, { sinceMs: Number.MAX_SAFE_INTEGER, limit: 10 })).toEqual([]);
});
