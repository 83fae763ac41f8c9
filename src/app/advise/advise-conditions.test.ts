import { expect, test } from 'vitest';
import { findGpuKind, type Candidate, type PastRun } from '../../advisor/index.ts';
import { isSamePlacement } from './advise-conditions.ts';

function candidate(gpuType: string, gpus = 1): Candidate {
  const gpu = findGpuKind(gpuType);
  return {
    offer: {
      partition: 'mixed',
      ...(gpu === undefined ? {} : { gpu }),
      gpuType,
      nodes: 1,
      gpusPerNode: 4,
      gpusTotal: 4,
      cpusPerNode: 8,
      memoryMibPerNode: 8192,
      exclusive: false,
      features: [],
      notes: [],
    },
    nodes: 1,
    gpusPerNode: gpus,
    gpus,
    sharding: 'none',
    need: { verdict: 'fits', basis: 'this test' },
    cpusPerNode: 1,
    warnings: [],
  };
}

const RUN: PastRun = {
  expId: 'e',
  stage: 'train',
  n: 1,
  params: {},
  resources: {},
  status: 'completed',
  endedMs: 0,
  partition: 'mixed',
  gpus: 1,
  gpuName: 'NVIDIA L40S',
};

test.each<[string, Candidate, Partial<PastRun>, boolean]>([
  ['the GPU that the monitor saw', candidate('l40s'), {}, true],
  ['another GPU of the same partition', candidate('h200'), {}, false],
  ['more GPUs', candidate('l40s', 2), {}, false],
  ['another partition', candidate('l40s'), { partition: 'other' }, false],
  ['a name that may mean that GPU', candidate('a100'), { gpuName: 'NVIDIA A100-SXM4-80GB' }, true],
  ['a name that is unknown', candidate('gadget'), {}, true],
])('as before: %s', (_, at, run, isSo) => {
  expect(isSamePlacement(at, { ...RUN, ...run }, findGpuKind)).toBe(isSo);
});
