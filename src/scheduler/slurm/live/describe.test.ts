import { expect, test } from 'vitest';
import { noCache, recordedSlurm } from '../../../../test/support/recorded-slurm.ts';
import type { SchedulerDescription } from '../../scheduler.ts';
import { askClusterConfig } from '../cluster/config.ts';
import { describeCluster } from './describe.ts';

async function described(failing: readonly string[] = []): Promise<SchedulerDescription> {
  const commands = recordedSlurm(failing);
  return describeCluster(commands, noCache, await askClusterConfig(commands, noCache));
}

test('a cluster with its partitions, GPUs, accounts and QOS', async () => {
  const { partitions = [], accounts = [], qos = [], ...rest } = await described();
  expect(rest).toEqual({
    id: 'slurm:lab',
    name: 'Slurm cluster lab',
    version: '24.11.5',
    cpus: 320,
    gpus: 14,
    nodes: { idle: 3, mixed: 1, drained: 1 },
    gpuTypes: [
      { type: 'l40s', total: 8, inUse: 2, free: 2, perNode: 4 },
      { type: 'a100', total: 4, inUse: 0, free: 4, perNode: 4 },
      { type: 'h200', total: 2, inUse: 0, free: 2, perNode: 2 },
    ],
    notes: [],
  });
  expect(
    partitions.map(({ name }) => name),
    'hidden ones are left out',
  ).toEqual(['l40s_public', 'h200_tandon', 'a100_public', 'cpu', 'preempt', 'long', 'gpumem', 'hier']);
  expect(partitions[6]).toEqual({
    name: 'gpumem',
    default: false,
    state: 'up',
    nodes: 2,
    nodesByState: { idle: 2 },
    cpus: 128,
    memoryMib: { least: 512_000, most: 1_024_000 },
    gpuTypes: [
      { type: 'a100', total: 4, inUse: 0, free: 4, perNode: 4 },
      { type: 'h200', total: 2, inUse: 0, free: 2, perNode: 2 },
    ],
    maxTimeS: 217_800,
    maxNodes: 1,
    priorityTier: 1,
    preemptMode: 'requeue',
    denyAccounts: ['lab_b'],
  });
  expect(accounts.map((account) => [account.name, account.default])).toEqual([
    ['lab_c', false],
    ['lab_a', true],
    ['lab_b', false],
  ]);
  expect(qos.map(({ name }) => name)).toEqual(['normal', 'limited', 'long']);
});

test('what does not answer is named, and the rest is reported', async () => {
  const withoutDatabase = await described(['sacctmgr']);
  expect(withoutDatabase.accounts?.map(({ name }) => name)).toEqual(['lab_c', 'lab_a', 'lab_b']);
  expect(withoutDatabase.qos).toBeUndefined();
  expect(withoutDatabase.notes).toEqual(['accounting answered only in part: sacctmgr: no answer']);
  const withoutNodes = await described(['sinfo']);
  expect(withoutNodes.partitions).toBeUndefined();
  expect(withoutNodes.notes).toEqual(['partitions and nodes could not be asked: sinfo: no answer']);
});
