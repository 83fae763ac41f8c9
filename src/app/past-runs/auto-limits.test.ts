import { expect, test } from 'vitest';
import { ended, LIFE_MS, recordedProject, started, type Life } from '../../../test/support/recorded-project.ts';
import { harvestFixture } from '../../../test/support/run-folder.ts';
import type { ClusterFacts, PartitionFacts } from '../../core/cluster/cluster-facts.ts';
import { Unreachable } from '../../core/errors.ts';
import type { Resources } from '../../core/settings/settings.ts';
import { makeProjectSources } from '../advise/advise-sources.ts';
import { getAdviceTarget } from '../advise/advise-target.ts';
import { findExperiment } from '../project/find.ts';
import { limitFinder, type LimitFinder } from './auto-limits.ts';

const HOUR_MS = 3_600_000;
const AUTO: Resources = { time_limit: 'auto', mem: 'auto', partition: 'short' };

function life(hours: number, more: Partial<Life> = {}): Life {
  return {
    template: 'resnet',
    params: { model: 'resnet50', epochs: 90 },
    settings: { resources: AUTO, command: 'x' },
    attempts: { 'train-1': [started(LIFE_MS), ended(0, LIFE_MS + hours * HOUR_MS)] },
    ...more,
  };
}

const NEXT = life(0, { attempts: {} });

/** A cluster of two partitions, the first of which permits eight hours. */
const FACTS: ClusterFacts = {
  id: 'slurm:lab',
  atMs: 0,
  partitions: [
    { name: 'short', default: true, maxTimeS: 8 * 3600 },
    { name: 'long', default: false },
  ].map((each): PartitionFacts => ({ state: 'up', priorityTier: 1, exclusive: false, ...each })),
  nodes: [],
  unknown: [],
};

async function found(
  lives: { readonly [expId: string]: Life },
  resources: Resources = AUTO,
  facts?: ClusterFacts,
  isSeen = true,
): Promise<ReturnType<LimitFinder['of']> & { readonly notes: readonly string[] }> {
  const recorded = await recordedProject({ ...lives, next: lives['next'] ?? NEXT });
  const usage = Array.from(
    { length: 12 },
    (_, i) => `${new Date(LIFE_MS + i * 600_000).toISOString()},3,${i},${10 * 2 ** 20},0,0`,
  );
  for (const expId of Object.keys(lives)) {
    recorded.write(
      `experiments/${expId}/attempts/train-1/usage.csv`,
      ['time,processes,cpu_s,rss_kib,read_bytes,written_bytes', ...usage, ''].join('\n'),
    );
    if ((resources.num_gpus ?? 0) > 0 && isSeen)
      recorded.write(`experiments/${expId}/attempts/train-1/gpu.csv`, harvestFixture('nvidia_smi/gpu.csv').toString());
  }
  const next = findExperiment(recorded.project, 'next');
  const away = (): never => {
    throw new Unreachable({ said: 'a time-out' });
  };
  const finder = await limitFinder(recorded.project, { facts: async () => facts ?? away() }, [next]);
  return { ...finder.of(next, 'train', resources), notes: [...finder.notes] };
}

test('limits are those of past runs, and told with what they are from', async () => {
  const { resources, found: limits, notes } = await found({ a: life(2), b: life(2), c: life(2) });
  expect(resources).toEqual({ partition: 'short', time_limit: '02:30:00', mem: '12G' });
  expect(limits).toEqual({
    time_limit: { value: '02:30:00', basis: 'from the p95 of 3 runs (2h 00m; the longest 2h 00m)' },
    mem: { value: '12G', basis: 'from the highest peak of 3 runs (10 GiB)' },
  });
  expect(notes).toEqual([
    'time_limit: auto is 02:30:00 for resnet, train, from the p95 of 3 runs (2h 00m; the longest 2h 00m)',
    'mem: auto is 12G for resnet, train, from the highest peak of 3 runs (10 GiB)',
  ]);
});

test('at most what the partition permits, as far as the cluster says it', async () => {
  const runs = { a: life(10), b: life(10) };
  expect((await found(runs, AUTO, FACTS)).found?.time_limit).toEqual({
    value: '08:00:00',
    basis: 'from the p95 of 2 runs (10h 00m; the longest 10h 00m); more than the 8h 00m that its partition permits',
  });
  expect((await found(runs, { ...AUTO, partition: 'long' }, FACTS)).resources.time_limit).toBe('11:30:00');
  expect((await found(runs)).resources.time_limit).toBe('11:30:00');
});

test('a job that names no type of GPU gets those of its partition', async () => {
  const resources: Resources = { ...AUTO, num_gpus: 1 };
  const trained = life(2, { settings: { resources, command: 'x' } });
  const node = { state: 'idle', takesJobs: true, cpus: 8, memoryMib: 1024, features: [] };
  const on = (...types: readonly string[]): ClusterFacts => ({
    ...FACTS,
    nodes: types.map((type) => ({ ...node, name: type, partitions: ['short'], gpus: [{ type, total: 4 }] })),
  });
  // The monitor saw an H100.
  const limit = async (facts?: ClusterFacts): Promise<string | number | undefined> =>
    (await found({ a: trained }, resources, facts)).resources.time_limit;
  expect(await limit(on('h100'))).toBe('03:00:00');
  expect(await limit(on('h100', 'a100'))).toBeUndefined();
  expect(await limit()).toBeUndefined();
  const unseen = async (facts: ClusterFacts): Promise<string | number | undefined> =>
    (await found({ a: trained }, resources, facts, false)).resources.time_limit;
  expect(await unseen(on('mi250'))).toBe('03:00:00');
  expect(await unseen(on('mi250', 'mi300'))).toBe('03:00:00');
});

test('advice goes by the same limit, for the type of GPU that is asked for', async () => {
  const settings = { resources: { ...AUTO, num_gpus: 1, gpu_type: 'h100' }, command: 'x' };
  const recorded = await recordedProject({ a: life(2, { settings }), next: life(0, { attempts: {}, settings }) });
  recorded.write('experiments/a/attempts/train-1/gpu.csv', harvestFixture('nvidia_smi/gpu.csv').toString());
  const target = getAdviceTarget(findExperiment(recorded.project, 'next'));
  const { limits } = await makeProjectSources(recorded.project, target, new Map());
  expect(limits).toEqual({ timeLimitS: 3 * 3600 });
});

test('without history they are left out, with a remark; what is written stays', async () => {
  const { resources, notes, ...rest } = await found({}, { time_limit: 'auto', mem: '7G' });
  expect(resources).toEqual({ mem: '7G' });
  expect(rest).not.toHaveProperty('found');
  expect(notes).toEqual([
    'time_limit: auto has no past runs to go by yet (resnet, train: no finished run can be compared): the job gets the default of the scheduler',
  ]);
});

test('a job that several share gets as much memory for each', async () => {
  const { found: limits } = await found({ a: life(2) }, { ...AUTO, pack: { size: 4 } });
  expect(limits?.mem).toEqual({
    value: '48G',
    basis: 'from the highest peak of 1 run (10 GiB), times 4 for those that share the job',
  });
});

test('what ran out of time before gets more', async () => {
  const timeout = { kind: 'accounted', state: 'timeout', atMs: LIFE_MS + 3 * HOUR_MS } as const;
  const { found: limits } = await found({
    a: life(2),
    next: life(0, { attempts: { 'train-1': [started(LIFE_MS), timeout] } }),
  });
  expect(limits?.time_limit).toEqual({
    value: '04:30:00',
    basis: expect.stringContaining('1 run that reached the limit after 3h 00m') as string,
  });
});
