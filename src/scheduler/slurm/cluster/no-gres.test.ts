import { expect, test } from 'vitest';
import type { ClusterFacts, NodeFacts } from '../../../core/cluster/cluster-facts.ts';
import { withUnlistedGpuUse, withUnlistedLive } from './no-gres.ts';
import { parseNodes } from '../parse/nodes.ts';

const GPUS = new Map([['gh', { type: 'GH200', perNode: 1 }]]);
const node = (parts: Partial<NodeFacts>): NodeFacts => ({
  name: 'c621-061',
  partitions: ['gh', 'gh-dev'],
  state: 'idle',
  takesJobs: true,
  cpus: 72,
  cpusFree: 72,
  memoryMib: 214_000,
  gpus: [],
  features: [],
  ...parts,
});
const facts = (nodes: readonly NodeFacts[]): ClusterFacts => ({
  id: 'slurm:vista',
  atMs: 0,
  partitions: [],
  nodes,
  unknown: [],
});
const gpusIn = (nodes: readonly NodeFacts[]) => withUnlistedLive(facts(nodes), GPUS).nodes.map(({ gpus }) => gpus);

/** TACC Vista: one GPU a node, whole nodes, no GRES. */
test('nodes have the GPUs that the project writes of, which are free on an idle node alone', () => {
  expect(gpusIn([node({}), node({ cpusFree: 71 }), node({ partitions: ['gg'] })])).toEqual([
    [{ type: 'GH200', total: 1, free: 1 }],
    [{ type: 'GH200', total: 1, free: 0 }],
    [],
  ]);
});

test('if Slurm lists GPUs of a partition, its list applies to all nodes', () => {
  const listed = [{ type: 'h100', total: 4, free: 2 }];
  expect(gpusIn([node({}), node({ gpus: listed })])).toEqual([[], listed]);
});

test('the overview of a cluster has them, too', () => {
  const row = (cpus: string): string =>
    ['n1', 'gh', '(null)', '(null)', 'mixed', cpus, '214000', '0', '(null)', 'none']
      .map((field) => `${field}\u001f`)
      .join('');
  const use = (cpus: string) => withUnlistedGpuUse(parseNodes(row(cpus)), GPUS)[0];
  expect(use('0/72/0/72')).toMatchObject({ gres: [{ name: 'gpu', type: 'GH200', count: 1 }], gpusInUse: {} });
  expect(use('72/0/0/72')).toMatchObject({ gpusInUse: { GH200: 1 } });
});
