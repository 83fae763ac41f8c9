import { describeBatch, describeCosts, formatAmount, formatGib } from '../../../core/experiment/advice-words.ts';
import type { ScoredCandidate } from '../../../app/index.ts';

/** `4 × l40s`; on two nodes `2 × 4 × l40s`. */
export function gpuWords({ offer, nodes, gpusPerNode, gpus }: ScoredCandidate): string {
  if (gpus === 0) return 'none';
  const type = offer.gpuType === undefined || offer.gpuType === '' ? (offer.gpu?.name ?? 'GPU') : offer.gpuType;
  return `${nodes > 1 ? `${nodes} × ` : ''}${gpusPerNode} × ${type}`;
}

/** `16.0 of 44.4`: GiB on each GPU. */
export function fitWords({ need: { gib, usableGib, verdict } }: ScoredCandidate): string {
  if (gib === undefined) return verdict === 'unknown' ? 'unknown' : '';
  return `${formatGib(gib)} of ${usableGib === undefined ? '?' : formatGib(usableGib)}`;
}

/** `batch 64 × 4 GPUs × 2 accumulated`: the product is the global batch. */
export function batchWords({ split, gpus }: ScoredCandidate): string {
  return split === undefined ? '' : describeBatch(split.micro, gpus, split.accumulation);
}

/** GPU hours at the median run time, or CPU hours if there are no GPUs. */
export function hoursWords({ cost: { gpuHours, cpuHours } }: ScoredCandidate): string {
  const hours = (gpuHours ?? cpuHours)?.p50;
  return hours === undefined ? 'unknown' : formatAmount(hours);
}

/** Other costs, if they are known and relevant: `34 RGU hours, 1,200 billing units, at most 12 kWh`. */
export function costWords({ cost: { rguHours, billing, kwhAtMost } }: ScoredCandidate): string {
  return describeCosts({ rguHours: rguHours?.p50, billing: billing?.p50, kwhAtMost: kwhAtMost?.p50 });
}
