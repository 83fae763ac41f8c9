import { expect, test } from 'vitest';
import { listUsageFigures, writeAmount } from './usage-figures.ts';

test('figures of usage weigh each bucket by its samples, and compare memory by its peak', () => {
  const curve = (metric: string, mean: number[], max: number[], count: number[]) => ({
    key: 'k' as never,
    expId: 'run' as never,
    metric,
    superseded: false,
    attempts: [],
    extent: [0, 1] as const,
    points: 4,
    nan: 0,
    infinite: 0,
    leftOut: 0,
    buckets: {
      level: 0,
      first: 0,
      places: Uint32Array.from(mean, (_, i) => i),
      min: Float32Array.from(mean),
      max: Float32Array.from(max),
      last: Float32Array.from(mean),
      mean: Float32Array.from(mean),
      count: Uint32Array.from(count),
    },
  });
  const figures = listUsageFigures({
    curves: [
      curve('cpu', [1, 4, NaN], [2, 6, NaN], [3, 1, 0]),
      curve('memory', [4], [6], [2]),
      curve('gpu0/power', [300], [400], [2]),
      curve('gpu1/use', [NaN], [NaN], [0]),
    ],
    zeroMs: 0,
    units: { cpu: 'cores', memory: 'GiB', 'gpu0/power': 'W' },
    limits: { cpu: 7, memory: 8 },
    gpuNames: {},
    notes: [],
  });
  expect(figures).toEqual([
    { name: 'CPU', unit: 'cores', mean: 1.75, peak: 6, limit: 7, share: 0.25 },
    { name: 'memory', unit: 'GiB', mean: 4, peak: 6, limit: 8, share: 0.75 },
    { name: 'GPU 0 power', unit: 'W', mean: 300, peak: 400, limit: undefined, share: undefined },
  ]);
});

test('amounts are for people: small memory in MiB, and no more digits than are known', () => {
  expect([0.02639, 1.5, 0, 24].map((amount) => writeAmount(amount, 'GiB'))).toEqual([
    '27 MiB',
    '1.5 GiB',
    '0 bytes',
    '24 GiB',
  ]);
  expect([0.002965, 0.0001, 0, 1.75, 96].map((amount) => writeAmount(amount, 'cores'))).toEqual([
    '0.003 cores',
    'below 0.001 cores',
    '0 cores',
    '1.75 cores',
    '96 cores',
  ]);
});
