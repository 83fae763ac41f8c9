import { expect, test } from 'vitest';
import { ended, LIFE_MS, recordedProject, started, type Life } from '../../../test/support/recorded-project.ts';
import { harvestFixture } from '../../../test/support/run-folder.ts';
import type { Predictions } from '../../core/experiment/advised.ts';
import { asKey } from '../../core/ids.ts';
import type { Project } from '../project/project.ts';
import { getSettledForecasts, trackRecord } from './track-record.ts';

const SECOND_MS = 1_000;

async function predict(project: Project, expId: string, predictions: Predictions): Promise<void> {
  const rest = { name: 'fastest', why: 'free now', warnings: [], alternatives: [] };
  await project.store.append([
    {
      type: 'advised',
      attempts: [{ key: asKey(`key-${expId}`), stage: 'train', n: 1 }],
      advised: { choice: { partition: 'gpu' }, ...rest, predictions },
    },
  ]);
}

const both: Predictions = {
  wait: { kind: 'mixed', p50S: 60, p90S: 600, plannedS: 100, basis: 'from 40 waits' },
  run: { kind: 'history', p50S: 1000, p90S: 1200, basis: 'from 12 runs' },
};

const life = (...facts: NonNullable<Life['attempts']>[string]): Life => ({ attempts: { 'train-1': facts } });
const at = (seconds: number): number => LIFE_MS + seconds * SECOND_MS;

test('the track record compares predicted wait and run time with what happened', async () => {
  const { project } = await recordedProject({ done: life(started(at(90)), ended(0, at(990))), other: life() });
  await predict(project, 'done', both);
  const common = { where: 'done train-1', partition: 'gpu', atMs: expect.any(Number) as number };
  expect(getSettledForecasts(project)).toEqual([
    { of: 'wait', kind: 'mixed', p50: 60, p90: 600, planned: 100, actual: 90, ...common },
    { of: 'run', kind: 'history', p50: 1000, p90: 1200, actual: 900, ...common },
  ]);
  const { rows, partitions } = await trackRecord(project);
  expect(partitions).toEqual([{ partition: 'gpu', rows }]);
});

test('a run that its limit ended is a lower bound; one that failed or was cancelled tells nothing of run times', async () => {
  const { project } = await recordedProject({
    cut: life(started(at(0)), { kind: 'accounted', state: 'timeout', atMs: at(3600) }),
    failed: life(started(at(0)), ended(1, at(5))),
  });
  for (const expId of ['cut', 'failed']) await predict(project, expId, both);
  const runs = getSettledForecasts(project).filter(({ of }) => of === 'run');
  expect(runs).toMatchObject([{ where: 'cut train-1', actual: 3600, atLeast: true }]);
});

test('one that waits still has waited at least so long, and one that never started tells nothing', async () => {
  const { project } = await recordedProject({
    waits: life({ kind: 'queue', state: 'pending', atMs: at(10) }),
    gone: life({ kind: 'accounted', state: 'cancelled', atMs: at(10) }),
  });
  for (const expId of ['waits', 'gone']) await predict(project, expId, both);
  expect(getSettledForecasts(project)).toMatchObject([{ of: 'wait', where: 'waits train-1', atLeast: true }]);
});

test('what was not predicted is not judged', async () => {
  const { project } = await recordedProject({ done: life(started(at(90)), ended(0, at(990))) });
  await predict(project, 'done', {});
  expect(await trackRecord(project)).toEqual({ rows: [], partitions: [], settled: [] });
});

test('memory is judged by the peak that the monitor saw', async () => {
  const recorded = await recordedProject({ done: life(started(at(0)), ended(0, at(90))) });
  const { project } = recorded;
  await predict(project, 'done', { memory: { gib: 20, basis: 'formula' } });
  expect((await trackRecord(project)).settled).toEqual([]);
  recorded.write('experiments/done/attempts/train-1/gpu.csv', harvestFixture('nvidia_smi/gpu.csv').toString());
  const { settled, rows } = await trackRecord(project);
  expect(settled).toMatchObject([{ of: 'memory', kind: 'estimate', p50: 20, p90: 20, where: 'done train-1' }]);
  expect(settled[0]?.actual).toBeGreaterThan(1);
  expect(rows).toMatchObject([{ of: 'memory', settled: 1, words: 'too few to judge: 5 must be known' }]);
});
