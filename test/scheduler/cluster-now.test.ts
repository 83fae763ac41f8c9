/** What `clusterNow` says of a recorded site and of this machine, and how little it asks for that. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ExperimentManager } from '../../src/app/index.ts';
import { getExperimentStatus } from '../../src/core/experiment/status.ts';
import { testFolder, type TestFolder } from '../support/run-sheaf.ts';
import { playSite } from '../support/slurm-player/player.ts';
import { until } from '../support/until.ts';

async function open({ path, env }: Pick<TestFolder, 'env' | 'path'>): Promise<ExperimentManager> {
  const manager = await ExperimentManager.open({ dir: path, env });
  onTestFinished(() => manager.close());
  return manager;
}

test('a look at a cluster counts what is free to its user, asks each question once and tries no jobs', async () => {
  const cluster = await playSite('bridges2', { 'sheaf.yaml': 'scheduler: slurm\n' });
  const env = { ...cluster.folder.env, ...cluster.env, SHEAF_POLL_SECONDS: '5' };
  const manager = await open({ path: cluster.folder.path, env });
  const { problem, free, places, limits, running, waiting, unknown } = await manager.clusterNow();
  expect(problem).toBeUndefined();
  const doubt = 'a program of the site decides whether you may use it';
  expect(free.map(({ gpuType, total, away, free: idle }) => [gpuType, total, away, idle])).toEqual([
    ['l40s-48', 24, 0, 15],
    ['v100-32', 40, 16, 11],
    ['h100-80', 24, 8, 3],
    ['a100', 1, 0, 1],
    ['mi210', 4, 4, 0],
    ['v100-16', 16, 8, 0],
  ]);
  expect(free[0]?.mine).toEqual({ partition: 'GPU-shared', gpus: 15, isLimited: false, unsure: doubt });
  expect(free[4]).toMatchObject({ why: 'no node with them takes jobs now' });
  expect(free[5]).toMatchObject({ why: 'all of them are in use' });
  const place = (partition: string, type: string): (typeof places)[number] | undefined =>
    places.find(({ offer }) => offer.partition === partition && offer.gpuType === type);
  expect(place('GPU-shared', 'h100-80')).toMatchObject({ longestS: 172_800, wait: { kind: 'now', p90S: 300 } });
  expect(place('GPU', 'h100-80')?.wait).toEqual({
    kind: 'unknown',
    basis: '0 past waits are known, and 29 are needed',
    samples: 0,
  });
  expect(limits).toContainEqual({ by: 'qos', name: 'gpu', of: 'gpus_of_user', limit: 128, inUse: 0 });
  expect({ running, waiting, unknown }).toEqual({
    running: { jobs: 0, gpus: 0 },
    waiting: { total: 0, newest: [] },
    unknown: [],
  });

  const programs = (): string[] =>
    cluster.calls().map((call) => /^(?:scontrol|sacctmgr \S+ show \w+|\S+)/.exec(call)?.[0] ?? '');
  const asked = ['sacct', 'sacctmgr -nP show assoc', 'sacctmgr -nP show qos', 'scontrol', 'sinfo', 'squeue'];
  expect(programs().toSorted()).toEqual(asked);
  await manager.clusterNow();
  expect(programs().toSorted(), 'a second look within the minute').toEqual(asked);
});

test('a cluster that does not answer leaves what is written of it, and nothing of it is zero', async () => {
  const cluster = await playSite('bridges2', { 'sheaf.yaml': 'scheduler: slurm\n' });
  for (const program of ['sinfo', 'scontrol', 'squeue', 'sacct', 'sacctmgr']) {
    cluster.breakProgram(program, `${program}: error: Unable to contact slurm controller`);
  }
  const manager = await open({ path: cluster.folder.path, env: { ...cluster.folder.env, ...cluster.env } });
  const silent = await manager.clusterNow();
  expect(silent).toMatchObject({
    problem: expect.stringContaining('Unable to contact') as unknown,
    free: [],
    places: [],
  });
  expect(silent.knownGpus.length).toBeGreaterThan(50);
  expect(silent).not.toHaveProperty('limits');
  expect(silent).not.toHaveProperty('running');

  writeFileSync(
    join(cluster.folder.path, 'sheaf.yaml'),
    'scheduler: slurm\ncluster: {partitions: {gpu: {gpu_type: A100, gpus_per_node: 4}}}\n',
  );
  const written = await (
    await open({ path: cluster.folder.path, env: { ...cluster.folder.env, ...cluster.env } })
  ).clusterNow();
  expect(written).toMatchObject({ problem: expect.stringContaining('Unable to contact') as unknown, knownGpus: [] });
  expect(written.places).toHaveLength(1);
  expect(written.places[0]).not.toHaveProperty('wait');
  expect(written.places[0]?.offer).not.toHaveProperty('gpusFree');
});

test('a look at this machine shows what runs, what waits and why, without limits', async () => {
  const folder = testFolder({
    'sheaf.yaml': 'scheduler: local\n',
    'templates/t.yaml': 'num_gpus: 1\ncommand: while [ ! -e "$SHEAF_PROJECT/go" ]; do sleep 0.05; done\n',
  });
  const env = { ...folder.env, SHEAF_LOCAL_CPUS: '2', SHEAF_LOCAL_GPUS: '0' };
  const manager = await open({ path: folder.path, env });
  for (const expId of ['first', 'second']) {
    await manager.create({ expId, template: 't' });
    await manager.submitExperiment(expId);
  }
  const { reasons } = await until(async () => {
    const observed = await manager.observe();
    return (
      getExperimentStatus(manager.find('first').record).status === 'running' && observed.reasons.size > 0 && observed
    );
  });
  const { nodes, free, places, like, limits, running, waiting, unknown } = await manager.clusterNow({ reasons });
  expect(free).toEqual([{ gpuType: '', total: 1, away: 0, free: 0, why: 'all of them are in use' }]);
  expect(nodes).toEqual({ total: 1, away: 0, cpus: 2, cpusFree: 1 });
  expect(places).toMatchObject([{ offer: { partition: 'local', gpusFree: 0 }, wait: { kind: 'unknown' } }]);
  expect(like).toMatchObject({ expId: 'second', job: { device: 'gpu', gpusPerNode: 1 } });
  expect({ limits, running }).toEqual({ limits: [], running: { jobs: 1, gpus: 1 } });
  expect(waiting).toMatchObject({ total: 1, newest: [{ line: { expId: 'second', status: 'queued' } }] });
  expect(waiting.newest[0]?.line.note).toMatch(/GPU/);
  expect(unknown).toContain('nvidia-smi does not tell what all of its GPUs are.');
  writeFileSync(join(folder.path, 'go'), '');
});
