import { expect, test } from 'vitest';
import { ended, LIFE_MS, recordedProject, started, type Life } from '../../../test/support/recorded-project.ts';
import { selectAll } from '../experiments/select.ts';
import type { ExperimentsProgress } from '../project/types.ts';
import { summarizeProgress } from './progress.ts';

const MINUTE = 60_000;

async function progressOf(lives: { readonly [expId: string]: Life }, atMs: number): Promise<ExperimentsProgress> {
  const members = Object.fromEntries(Object.entries(lives).map(([expId, life]) => [expId, { ...life, sweep: 'lrs' }]));
  const { project } = await recordedProject(members);
  return summarizeProgress(selectAll(project, { ids: Object.keys(lives) }), atMs);
}

test('the progress of a sweep that has not started has no rate, no time left and no best member', async () => {
  expect(await progressOf({ a: {}, b: { attempts: { 'train-1': [] } } }, LIFE_MS)).toEqual({
    total: 2,
    counts: { created: 1, queued: 1 },
    ended: 0,
  });
});

test('the time left follows from the members that completed and from how many run at once', async () => {
  const done = [started(), ended(0, LIFE_MS + 10 * MINUTE)];
  const progress = await progressOf(
    {
      a: { attempts: { 'train-1': done }, metrics: { steps: 7, accuracy: 0.8 } },
      b: { attempts: { 'train-1': done }, metrics: { steps: 9, accuracy: 0.9 } },
      c: { attempts: { 'train-1': [started(), ended(1, LIFE_MS + MINUTE)] } },
      d: { attempts: { 'train-1': [started(LIFE_MS + 10 * MINUTE)] } },
      e: { attempts: { 'train-1': [started(LIFE_MS + 10 * MINUTE)] } },
      f: { attempts: { 'train-1': [] } },
    },
    LIFE_MS + 15 * MINUTE,
  );
  expect(progress).toEqual({
    total: 6,
    counts: { completed: 2, failed: 1, running: 2, queued: 1 },
    ended: 3,
    elapsedMs: 15 * MINUTE,
    perHour: 12,
    // Two members with five minutes left and one with ten, two at once.
    leftMs: 10 * MINUTE,
    best: { expId: 'b', metric: 'accuracy', value: 0.9, mode: 'max' },
  });
});

test('the direction that a rule gives decides which member is best, also against the name of the metric', async () => {
  const of = (value: number | null): Life => ({
    attempts: { 'train-1': [started(), ended()] },
    metrics: { accuracy: { value, mode: 'min' } },
  });
  const { best } = await progressOf({ a: of(0.9), b: of(0.2), c: of(null) }, LIFE_MS + MINUTE);
  expect(best).toEqual({ expId: 'b', metric: 'accuracy', value: 0.2, mode: 'min' });
});
