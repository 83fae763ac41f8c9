import { expect, test } from 'vitest';
import { ended, LIFE_MS, recordedProject, started, type Life } from '../../../test/support/recorded-project.ts';
import { asKey, asToken } from '../../core/ids.ts';
import type { Resources } from '../../core/settings/settings.ts';
import { nowMs } from '../../system/index.ts';
import { readGpuHours, sumGpuHours } from './gpu-hours.ts';

const HOUR_MS = 3_600_000;

/** An experiment that asks for GPUs, with attempts from and to an hour, counted from the first one that counts. */
function makeLife(resources: Resources, hours: { readonly [attempt: string]: readonly [number, number] }): Life {
  return {
    settings: {
      resources: {},
      stages: { train: { command: 'x', resources }, eval: { command: 'y', after: 'train', resources: {} } },
    },
    attempts: Object.fromEntries(
      Object.entries(hours).map(([attempt, [from, to]]) => [
        attempt,
        [started(LIFE_MS + from * HOUR_MS), ended(0, LIFE_MS + to * HOUR_MS)],
      ]),
    ),
  };
}

test('GPU hours count what is within the time, whichever stage ended last, and say what is unknown', async () => {
  const { project } = await recordedProject({
    old: makeLife({ num_gpus: 8 }, { 'train-1': [-9, -1] }),
    cut: makeLife({ num_gpus: 2, num_nodes: 2 }, { 'train-1': [-5, 1] }),
    // Of two stages that completed, the first one decides when the experiment ended.
    again: makeLife({ num_gpus: 1 }, { 'train-1': [-9, -5], 'train-2': [-4, -1], 'eval-1': [0, 3] }),
    staged: {
      ...makeLife({}, { 'train-1': [-9, -1], 'eval-1': [0, 2] }),
      settings: {
        resources: {},
        stages: {
          train: { command: 'x', resources: {} },
          eval: { command: 'y', after: 'train', resources: { num_gpus: 4 } },
        },
      },
    },
    away: { ...makeLife({ num_gpus: 1 }, { 'train-1': [0, 1] }), archived: true },
    cpu: makeLife({}, { 'train-1': [0, 9] }),
    sbatch: makeLife({ sbatch: { gres: 'gpu:2' } }, { 'train-1': [0, 1] }),
    never: { settings: { resources: { num_gpus: 8 }, command: 'x' } },
  });
  expect(await readGpuHours(project, LIFE_MS)).toEqual({ hours: 4 + 8 + 1, attempts: 3, unknown: 1 });
  const names = project.store.ranSince(LIFE_MS).map(({ expId }) => expId);
  expect(names).toEqual(['cut', 'again', 'staged', 'away', 'cpu', 'sbatch']);
});

test('an attempt that runs counts until now, with the GPUs that its submission asked for', async () => {
  const beganMs = nowMs() - HOUR_MS;
  const settings = { resources: { num_gpus: 1 }, command: 'x' };
  const recorded = await recordedProject({ runs: { settings }, seen: { settings } });
  const { project } = recorded;
  const submit = (expId: string, resources: { readonly [name: string]: string }) => ({
    type: 'submitting' as const,
    token: asToken(`token-${expId}-train-1`),
    scheduler: 'local:test',
    members: [{ key: asKey(`key-${expId}`), stage: 'train', n: 1 }],
    owner: 'h:1:1:1',
    resources,
  });
  await project.store.append([submit('runs', { num_gpus: '4' }), submit('seen', {})]);
  await recorded.learn('runs', 'train-1', started(beganMs));
  await recorded.learn('seen', 'train-1', { kind: 'queue', state: 'running', atMs: nowMs() });
  const { hours, ...counts } = await readGpuHours(project, 0);
  expect(counts).toEqual({ attempts: 1, unknown: 1 });
  expect(hours).toBeGreaterThanOrEqual(4);
  const span = { fromMs: beganMs + HOUR_MS / 2, toMs: beganMs + HOUR_MS };
  expect(sumGpuHours(project, project.store.ranSince(0), span)).toEqual({ hours: 2, attempts: 1, unknown: 1 });
});
