import { expect, test } from 'vitest';
import type { Offer } from '../offer.ts';
import { computeCost } from './cost.ts';
import type { Candidate } from '../job/job.ts';

const OFFER: Offer = {
  partition: 'gpu',
  gpuType: 'L40S',
  nodes: 2,
  gpusPerNode: 4,
  gpusTotal: 8,
  cpusPerNode: 64,
  memoryMibPerNode: 512 * 1024,
  exclusive: false,
  features: [],
  notes: [],
};

/** Two GPUs and 8 GiB on each of two nodes. */
function candidate(billing: Offer['billing']): Candidate {
  return {
    offer: { ...OFFER, ...(billing === undefined ? {} : { billing }) },
    nodes: 2,
    gpusPerNode: 2,
    gpus: 4,
    sharding: 'ddp',
    need: { verdict: 'fits', basis: 'this test' },
    cpusPerNode: 6,
    memoryMib: 8 * 1024,
    warnings: [],
  };
}

const RUN = { kind: 'history', basis: 'this test', samples: 3, p50S: 1_800, p90S: 3_600 } as const;

test.each<[string, NonNullable<Offer['billing']>, number]>([
  ['CPUs of all nodes', { cpu: 1 }, 12],
  ['memory by the GiB, of all nodes', { mem: 0.25 }, 4],
  ['GPUs, and what a node counts', { 'gres/gpu': 2, node: 10 }, 28],
  // 24.11 counts two A100 with the weights gres/gpu=2 and gres/gpu:a100=4 as 12.
  ['GPUs of a type by both weights, whose name is in lower case', { 'gres/gpu': 2, 'gres/gpu:l40s': 4 }, 24],
  ['no GPUs of another type', { 'gres/gpu:a100': 4 }, 0],
  ['whole units', { cpu: 0.5, mem: 0.06 }, 6],
])('the scheduler bills %s', (_, weights, perHour) => {
  expect(computeCost(candidate(weights), RUN, 1).billingPerHour).toBe(perHour);
});

test('what a sweep takes is that of all its jobs, at half and nine of ten of the run times', () => {
  expect(computeCost(candidate({ 'gres/gpu': 1 }), RUN, 10)).toMatchObject({
    gpus: 4,
    gpuHours: { p50: 20, p90: 40 },
    billingPerHour: 4,
    billing: { p50: 20, p90: 40 },
  });
  expect(computeCost(candidate(undefined), RUN, 1)).not.toHaveProperty('billing');
});
