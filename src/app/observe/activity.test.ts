import { expect, test } from 'vitest';
import { ended, LIFE_MS, recordedProject, started } from '../../../test/support/recorded-project.ts';
import { nowMs } from '../../system/index.ts';
import { readActivity } from './activity.ts';

const HOUR_MS = 3_600_000;

test('activity lists what ended, started and was made since a time, the newest first', async () => {
  const before = nowMs();
  const { project } = await recordedProject({
    old: { attempts: { 'train-1': [started(LIFE_MS - 2 * HOUR_MS), ended(0, LIFE_MS - HOUR_MS)] } },
    long: { attempts: { 'train-1': [started(LIFE_MS - HOUR_MS), ended(0, LIFE_MS + 1)] }, sweep: 's' },
    bad: { attempts: { 'train-1': [started(LIFE_MS), ended(1, LIFE_MS + 2)] } },
    good: { attempts: { 'train-1': [started(LIFE_MS + 1), ended(0, LIFE_MS + 3)] } },
    runs: { attempts: { 'train-1': [started(LIFE_MS + 2)] } },
    away: { attempts: { 'train-1': [started(LIFE_MS), ended(1, LIFE_MS)] }, archived: true },
    never: {},
  });
  const { ended: ends, started: starts, made } = await readActivity(project, { sinceMs: LIFE_MS, limit: 2 });
  expect(ends).toEqual({
    total: 3,
    counts: [
      { status: 'completed', count: 2 },
      { status: 'failed', cause: 'exit_code', count: 1 },
    ],
    sweeps: [{ sweep: 's', count: 1 }],
    newest: [
      { key: 'key-good', expId: 'good', template: 't', status: 'completed', atMs: LIFE_MS + 3 },
      { key: 'key-bad', expId: 'bad', template: 't', status: 'failed', cause: 'exit_code', atMs: LIFE_MS + 2 },
    ],
  });
  expect(starts).toMatchObject({ total: 3, newest: [{ expId: 'runs' }, { expId: 'good' }] });
  expect(made).toMatchObject({ total: 6, newest: [{ expId: 'never' }, { expId: 'runs' }] });
  expect(made.newest[0]?.atMs).toBeGreaterThanOrEqual(before);
  const nothing = { total: 0, newest: [] };
  expect(await readActivity(project, { sinceMs: nowMs() + HOUR_MS })).toEqual({
    ended: { ...nothing, counts: [], sweeps: [] },
    started: nothing,
    made: nothing,
  });
});
