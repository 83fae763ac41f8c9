import { estimateMemory } from './estimate.ts';
import type { MemoryEstimate, TrainingSetup } from './trace/setup.ts';
import { memoryVerdict } from './verdict.ts';

/** No training uses more samples than this on one GPU. */
const MOST = 2 ** 20;

/**
 * The largest micro-batch that fits; undefined: not even one sample does.
 *
 * @param estimate how memory is estimated, where measured runs have a say; by default the formula alone
 */
export function largestMicroBatch(
  setup: TrainingSetup,
  usableGib: number,
  estimate: (setup: TrainingSetup) => MemoryEstimate = (changed) => estimateMemory(changed),
): number | undefined {
  const fits = (microBatch: number): boolean =>
    memoryVerdict(estimate({ ...setup, microBatch }).totalGib, usableGib) === 'fits';
  if (!fits(1)) return undefined;
  let [low, high] = [1, 2];
  for (; high < MOST && fits(high); high *= 2) low = high;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}
