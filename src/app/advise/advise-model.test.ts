import { expect, test } from 'vitest';
import type { Offer, PastRun } from '../../advisor/index.ts';
import { resolveModelOf } from './advise-model.ts';
import type { AdviceTarget } from './advise-target.ts';

const PARAMS = { model: 'resnet50', batch_size: 64, amp: true };
const SUBJECT: AdviceTarget = {
  kind: 'template',
  name: 't',
  template: 't',
  params: PARAMS,
  stage: { name: 'train', command: '', resources: {}, run: {} },
  tasks: 1,
};
const OFFER: Offer = {
  partition: 'p',
  gpuType: 'l40s',
  nodes: 1,
  gpusPerNode: 1,
  gpusTotal: 1,
  cpusPerNode: 8,
  memoryMibPerNode: 8192,
  exclusive: false,
  features: [],
  notes: [],
};

test('the need in thousands of places is computed once for each micro-batch and spread', () => {
  const runs = Array.from({ length: 200 }, (_, lr): PastRun => ({
    expId: `e${lr}`,
    stage: 'train',
    n: 1,
    params: { ...PARAMS, lr },
    resources: {},
    status: 'completed',
    endedMs: 0,
    gpus: 1,
    usage: { source: 'monitor', samples: 20, peakGpuGib: 9 },
  }));
  const { needOf } = resolveModelOf(SUBJECT, runs, new Map());
  const need = (micro: number): number | undefined =>
    needOf({ offer: OFFER, nodes: 1, gpusPerNode: 1, gpus: 1, sharding: 'none', split: { micro, accumulation: 1 } })
      .gib;
  const gib = Array.from({ length: 20_000 }, (_, i) => need(64 >> (i % 4)));
  expect(gib.slice(0, 5)).toEqual([9, expect.any(Number), expect.any(Number), expect.any(Number), 9]);
  expect(new Set(gib).size).toBe(4);
});
