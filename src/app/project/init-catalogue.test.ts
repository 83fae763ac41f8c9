import { expect, test } from 'vitest';
import type { PartitionDescription } from '../../scheduler/index.ts';
import { writeCatalogue } from './init-catalogue.ts';

const partition = (gpuTypes: PartitionDescription['gpuTypes']): PartitionDescription => ({
  name: 'gh',
  default: false,
  state: 'up',
  nodes: 4,
  nodesByState: { idle: 4 },
  cpus: 288,
  gpuTypes,
  priorityTier: 1,
});

test('a new sheaf.yaml shows how to describe GPUs if Slurm lists none, and only then', () => {
  const words = 'add to their partition: gpu_type: GH200, gpus_per_node: 1';
  expect(writeCatalogue([partition([])], undefined)).toContain(words);
  const gpu = { type: 'h100', total: 4, inUse: 0, free: 4, perNode: 1 };
  expect(writeCatalogue([partition([gpu]), partition([])], undefined)).not.toContain(words);
});
