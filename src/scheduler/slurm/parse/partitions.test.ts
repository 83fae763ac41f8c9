import { expect, test } from 'vitest';
import { recorded } from '../../../../test/support/recorded-slurm.ts';
import { parseTresGpus, parsePartitions, findPreemptMode } from './partitions.ts';

const PARTITIONS = new Map(parsePartitions(recorded('partitions.txt')).map((each) => [each.name, each]));

test('the partitions of a cluster', () => {
  expect([...PARTITIONS.keys()]).toEqual([
    'l40s_public',
    'h200_tandon',
    'a100_public',
    'cpu',
    'preempt',
    'long',
    'gpumem',
    'excl',
    'hier',
  ]);
  expect(PARTITIONS.get('l40s_public')).toEqual({
    name: 'l40s_public',
    default: true,
    state: 'UP',
    hidden: false,
    exclusive: false,
    maxTimeS: 7 * 86_400,
    defaultTimeS: 3600,
    priorityTier: 10,
    preemptMode: 'OFF',
    nodes: 'l40s[1-2]',
    totalNodes: 2,
    totalCpus: 128,
    gpus: { '': 8 },
  });
});

test('limits and defaults that a partition may have', () => {
  expect(PARTITIONS.get('long')).toMatchObject({
    defMemPerNodeMib: 8000,
    maxMemPerNodeMib: 200_000,
    allowAccounts: ['lab_a', 'dept'],
    allowQos: ['normal', 'long'],
  });
  expect(PARTITIONS.get('long')).not.toHaveProperty('maxTimeS');
  expect(PARTITIONS.get('gpumem')).toMatchObject({
    maxTimeS: (2 * 24 + 12.5) * 3600,
    maxNodes: 1,
    defCpusPerGpu: 8,
    defMemPerGpuMib: 64_000,
    denyAccounts: ['lab_b'],
  });
  expect(PARTITIONS.get('excl')).toMatchObject({
    state: 'DRAIN',
    hidden: true,
    exclusive: true,
    defMemPerCpuMib: 1000,
    maxMemPerCpuMib: 4000,
    allowGroups: ['sheaf2', 'root'],
    preemptMode: 'CANCEL',
    graceTimeS: 120,
  });
  expect(PARTITIONS.get('hier')).toMatchObject({ qos: 'limited', allowAccounts: ['dept'] });
});

test('jobs in a partition that no other is above stay, where tiers decide who gives way', () => {
  const all = parsePartitions(
    'PartitionName=high PriorityTier=10 PreemptMode=REQUEUE\nPartitionName=low PriorityTier=1 PreemptMode=REQUEUE\n',
  );
  const modes = (preemptType?: string) => all.map((each) => findPreemptMode(each, all, preemptType));
  expect(modes('preempt/partition_prio')).toEqual(['off', 'requeue']);
  expect(modes('preempt/qos')).toEqual(['requeue', 'requeue']);
  expect(modes()).toEqual(['requeue', 'requeue']);
});

// As on the cluster trace of CMU and PSC, Slurm 22.05.
test('no job gives way where the site has switched preemption off, and time slices (GANG) are no preemption', () => {
  const [first, second] = parsePartitions(
    'PartitionName=a PriorityTier=20 PreemptMode=GANG,REQUEUE\nPartitionName=b PriorityTier=1 PreemptMode=GANG\n',
  );
  const all = [first, second].filter((each) => each !== undefined);
  const modes = (preemptType?: string) => all.map((each) => findPreemptMode(each, all, preemptType));
  expect(modes('preempt/none')).toEqual(['off', 'off']);
  expect(modes('preempt/qos')).toEqual(['requeue', 'off']);
});

test('GPUs of a list of TRES are never counted twice', () => {
  expect(parseTresGpus('cpu=128,mem=1000G,node=2,billing=128,gres/gpu=8')).toEqual({ '': 8 });
  expect(parseTresGpus('billing=1,cpu=1,gres/gpu:a100=6,gres/gpu=8,mem=100M')).toEqual({ a100: 6, '': 2 });
  expect(parseTresGpus('cpu=1,gres/gpu:a100=6,gres/gpumem=4')).toEqual({ a100: 6 });
  expect(parseTresGpus('')).toEqual({});
});

test.each([
  ['OverSubscribe=EXCLUSIVE', true],
  ['ExclusiveUser=NO ExclusiveTopo=YES GraceTime=0 OverSubscribe=NO', true],
  // 26.05 (Stanford FarmShare has NO there; the other words are those of its source).
  ['DisableRootJobs=NO Exclusive=NO GraceTime=0 OverSubscribe=NO', false],
  ['Exclusive=NODE GraceTime=0 OverSubscribe=NO', true],
  ['Exclusive=TOPO GraceTime=0 OverSubscribe=NO', true],
  ['Exclusive=USER GraceTime=0 OverSubscribe=YES:4', false],
  ['OverSubscribe=FORCE:1', false],
])('whether a job gets whole nodes in a partition with %s: %s', (words, exclusive) => {
  expect(parsePartitions(`PartitionName=p ${words}\n`)).toMatchObject([{ exclusive }]);
});

test('lines that are not partitions are skipped, and missing values are absent', () => {
  expect(parsePartitions('No partitions in the system\n\nPartitionName=p\n')).toEqual([
    {
      name: 'p',
      default: false,
      state: 'UP',
      hidden: false,
      exclusive: false,
      priorityTier: 1,
      nodes: '',
      totalNodes: 0,
      totalCpus: 0,
      gpus: {},
    },
  ]);
});
