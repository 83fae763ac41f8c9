import { estimateMemory } from './estimate.ts';
import type { MemoryEstimate, TrainingSetup } from './trace/setup.ts';

/** Share of the usable memory up to which a job fits with room for what estimates miss. */
const FITS = 0.85;
/** Share of the usable memory above which it surely does not fit. */
const TIGHT = 0.97;

export type MemoryVerdict = 'fits' | 'tight' | 'does_not_fit';

/** Whether an estimate fits a GPU: up to 85 % of what is usable fits, up to 97 % is tight, and wants a probe first. */
export function judgeMemory(totalGib: number, usableGib: number): MemoryVerdict {
  if (totalGib <= FITS * usableGib) return 'fits';
  return totalGib <= TIGHT * usableGib ? 'tight' : 'does_not_fit';
}

/** No training uses more samples than this on one GPU. */
const MOST = 2 ** 20;

/**
 * The largest micro-batch that fits; undefined: not even one sample does.
 *
 * @param estimate how memory is estimated, where measured runs have a say; by default the formula alone
 */
export function findLargestMicroBatch(
  setup: TrainingSetup,
  usableGib: number,
  estimate: (setup: TrainingSetup) => MemoryEstimate = (changed) => estimateMemory(changed),
): number | undefined {
  const fits = (microBatch: number): boolean =>
    judgeMemory(estimate({ ...setup, microBatch }).totalGib, usableGib) === 'fits';
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
