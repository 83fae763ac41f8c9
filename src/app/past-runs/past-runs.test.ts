import { expect, test } from 'vitest';
import { ended, LIFE_MS, recordedProject, started, type Life } from '../../../test/support/recorded-project.ts';
import { harvestFixture } from '../../../test/support/run-folder.ts';
import { getPastRuns } from './past-runs.ts';

const MINUTE_MS = 60_000;

function life(endedMinute: number, more: Partial<Life> = {}): Life {
  const endedMs = LIFE_MS + endedMinute * MINUTE_MS;
  return {
    template: 'resnet',
    settings: {
      resources: { time_limit: '24:00:00', mem: '64G', num_gpus: 2, num_nodes: 2, cpus_per_task: 4 },
      command: 'x',
    },
    attempts: { 'train-1': [started(LIFE_MS), ended(0, endedMs)] },
    ...more,
  };
}

const USAGE = [
  'time,processes,cpu_s,rss_kib,read_bytes,written_bytes',
  '2026-03-10T12:00:01.000Z,3,0.50,51200,0,0',
  '2026-03-10T12:00:31.000Z,4,28.25,307200,4096,0',
  '',
].join('\n');

test('attempts that ran and ended, the newest end first, with what they asked for and what they took', async () => {
  const { project } = await recordedProject({
    old: life(5),
    new: life(50, { params: { lr: 0.1 }, sweep: 's' }),
    waits: life(0, { attempts: { 'train-1': [] } }),
    never: life(0, { attempts: {} }),
  });
  const runs = await getPastRuns(project, {});
  expect(runs.map(({ expId }) => expId)).toEqual(['new', 'old']);
  expect(runs[0]).toEqual({
    expId: 'new',
    stage: 'train',
    n: 1,
    template: 'resnet',
    sweep: 's',
    params: { lr: 0.1 },
    resources: { time_limit: '24:00:00', mem: '64G', num_gpus: 2, num_nodes: 2, cpus_per_task: 4 },
    status: 'completed',
    submittedMs: expect.any(Number),
    startedMs: LIFE_MS,
    endedMs: LIFE_MS + 50 * MINUTE_MS,
    nodes: 2,
    gpus: 4,
    cpus: 8,
  });
});

test('a failed attempt of what runs again counts, too, with its cause', async () => {
  const { project } = await recordedProject({
    again: life(0, {
      attempts: {
        'train-1': [started(LIFE_MS), { kind: 'accounted', state: 'timeout', atMs: LIFE_MS + MINUTE_MS }],
        'train-2': [started(LIFE_MS + 2 * MINUTE_MS)],
      },
    }),
  });
  expect(await getPastRuns(project, {})).toMatchObject([{ expId: 'again', n: 1, status: 'failed', cause: 'timeout' }]);
});

test('template, stage, parameters, a query and a limit choose', async () => {
  const { project } = await recordedProject({
    a: life(1, { params: { model: 'r18', opt: { lr: 1 } } }),
    b: life(2, { params: { model: 'r50', opt: { lr: 1 } } }),
    c: life(3, { template: 'vit', attempts: { 'eval-1': [started(), ended()] } }),
    put_away: life(4, { archived: true }),
  });
  const named = async (request: Parameters<typeof getPastRuns>[1]): Promise<string[]> =>
    (await getPastRuns(project, request)).map(({ expId }) => expId);
  expect(await named({ template: 'resnet' })).toEqual(['b', 'a']);
  expect(await named({ stage: 'eval' })).toEqual(['c']);
  expect(await named({ like: { model: 'r18', opt: { lr: 1 } } })).toEqual(['a']);
  expect(await named({ where: 'model = r50' })).toEqual(['b']);
  expect(await named({ limit: 1 })).toEqual(['b']);
});

test('the files of the monitor have what was used; what they lack is absent', async () => {
  const recorded = await recordedProject({ seen: life(60), unseen: life(1) });
  recorded.write('experiments/seen/attempts/train-1/usage.csv', USAGE);
  recorded.write('experiments/seen/attempts/train-1/gpu.csv', harvestFixture('nvidia_smi/gpu.csv').toString());
  recorded.write('experiments/seen/attempts/train-1/env/variables.txt', 'SLURM_JOB_PARTITION=a100_public\nX=1\n');
  const [seen, unseen] = await getPastRuns(recorded.project, {});
  expect(seen).toMatchObject({
    partition: 'a100_public',
    gpuName: 'NVIDIA H100 80GB HBM3',
    usage: { source: 'monitor', cpuS: 28.25, cpuOverS: 31, cpuNodes: 1, gpuNodes: 1, peakHostMib: 300 },
  });
  expect(unseen).not.toHaveProperty('usage');
  expect(unseen).not.toHaveProperty('partition');
  expect(unseen).not.toHaveProperty('gpuName');
});

test('files that change are read again, and those that do not are not', async () => {
  const recorded = await recordedProject({ run: life(60) });
  const file = 'experiments/run/attempts/train-1/usage.csv';
  recorded.write(file, USAGE);
  const peak = async (): Promise<number | undefined> =>
    (await getPastRuns(recorded.project, {}))[0]?.usage?.peakHostMib;
  expect(await peak()).toBe(300);
  expect(await peak()).toBe(300);
  recorded.write(file, USAGE.replace('307200', '3072000'));
  expect(await peak()).toBe(3000);
});

test('what its script states was asked for: overrides of one attempt, and what the scheduler was left to choose', async () => {
  const recorded = await recordedProject({ run: life(60, { settings: { resources: {}, command: 'x' } }) });
  recorded.write(
    '.sheaf/submissions/token-run-train-1/job.sbatch',
    '#!/bin/bash\n#SBATCH --partition=a,b\n#SBATCH --gres=gpu:a100:2\n#SBATCH --mem=4000M\n#SBATCH --time=01:00:00\n',
  );
  expect(await getPastRuns(recorded.project, {})).toMatchObject([
    {
      resources: { partition: 'a,b', num_gpus: 2, gpu_type: 'a100', mem: '4000M', time_limit: '01:00:00' },
      gpus: 2,
      gpuName: 'a100',
    },
  ]);
});

test('GPUs that were asked for in a way of its own are not counted, rather than none', async () => {
  const settings = { resources: { sbatch: { gpus: 3 } }, command: 'x' };
  const { project } = await recordedProject({ run: life(60, { settings }) });
  const [run] = await getPastRuns(project, {});
  expect(run).toBeDefined();
  expect(run).not.toHaveProperty('gpus');
});
