import { expect, test } from 'vitest';
import { describePrice } from './price-words.ts';

test.each([
  [{ jobs: 12, gpuHours: 96, cpuHours: 0 }, '12 jobs, at most 96 GPU hours'],
  [{ jobs: 1, gpuHours: 0, cpuHours: 4.04 }, '1 job, no GPUs, at most 4 CPU hours'],
  [{ jobs: 3, gpuHours: 1.5, cpuHours: 0.05 }, '3 jobs, at most 1.5 GPU hours, at most 3 CPU minutes'],
  [{ jobs: 1, gpuHours: 0 }, '1 job, no GPUs, CPU hours unknown (no time limit, or options of sbatch ask for CPUs)'],
  [{ jobs: 1, cpuHours: 0 }, '1 job, GPU hours unknown (no time limit, or options of sbatch ask for GPUs)'],
  [{ jobs: 0, gpuHours: 0, cpuHours: 0 }, '0 jobs, no GPUs'],
])('a price in words: %j', (price, words) => {
  expect(describePrice(price)).toBe(words);
});
