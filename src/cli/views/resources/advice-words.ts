import { formatCount } from '../../../core/text/phrases.ts';
import type { ScoredCandidate } from '../../../app/index.ts';
import type { PredictedRange } from '../../../core/experiment/advised.ts';
import { formatDuration } from '../../../core/units.ts';

/** `≈ 20m – 1h 00m`: half of similar jobs take less than the first, nine in ten less than the second. */
export function rangeWords({ kind, p50S, p90S }: Pick<PredictedRange, 'kind' | 'p50S' | 'p90S'>): string {
  if (kind === 'unknown' || (p50S === undefined && p90S === undefined)) return 'unknown';
  if (kind === 'now') return p90S === undefined ? 'now' : `now – ${formatDuration(p90S)}`;
  if (p50S === undefined) return `up to ${formatDuration(p90S ?? 0)}`;
  if ((p90S ?? p50S) < 1) return '< 1s';
  // A positive number is never shown as zero.
  const half = formatDuration(Math.max(1, p50S));
  const most = p90S === undefined || formatDuration(p90S) === half ? '' : ` – ${formatDuration(p90S)}`;
  return `≈ ${half}${most}`;
}

/** `4 × l40s`; on two nodes `2 × 4 × l40s`. */
export function gpuWords({ offer, nodes, gpusPerNode, gpus }: ScoredCandidate): string {
  if (gpus === 0) return 'none';
  const type = offer.gpuType === undefined || offer.gpuType === '' ? (offer.gpu?.name ?? 'GPU') : offer.gpuType;
  return `${nodes > 1 ? `${nodes} × ` : ''}${gpusPerNode} × ${type}`;
}

/** `16.0 of 44.4`: GiB on each GPU. */
export function fitWords({ need: { gib, usableGib, verdict } }: ScoredCandidate): string {
  if (gib === undefined) return verdict === 'unknown' ? 'unknown' : '';
  return `${gibNumber(gib)} of ${usableGib === undefined ? '?' : gibNumber(usableGib)}`;
}

/** An estimate has three significant digits. */
export function gibNumber(gib: number): string {
  return gib >= 100 ? String(Math.round(gib)) : gib.toFixed(1);
}

/** `batch 64 × 4 GPUs × 2 accumulated`: the product is the global batch. */
export function batchWords({ split, gpus }: ScoredCandidate): string {
  if (split === undefined) return '';
  const accumulated = split.accumulation === 1 ? '' : ` × ${split.accumulation} accumulated`;
  return `batch ${split.micro} × ${formatCount(gpus, 'GPU')}${accumulated}`;
}

/** GPU hours at the median run time, or CPU hours if there are no GPUs. */
export function hoursWords({ cost: { gpuHours, cpuHours } }: ScoredCandidate): string {
  const hours = (gpuHours ?? cpuHours)?.p50;
  return hours === undefined ? 'unknown' : amount(hours);
}

/** A positive number is never shown as zero. */
function amount(value: number): string {
  if (value > 0 && value < 0.05) return '< 0.1';
  return value < 10 ? value.toFixed(1) : String(Math.round(value));
}

/** Other costs, if they are known and relevant: `34 RGU hours, 1,200 billing units, at most 12 kWh`. */
export function costWords({ cost: { rguHours, billing, kwhAtMost } }: ScoredCandidate): string {
  const parts: readonly [number | undefined, (value: string) => string][] = [
    [rguHours?.p50, (value) => `${value} RGU hours`],
    [billing?.p50, (value) => `${value} billing units`],
    [kwhAtMost?.p50, (value) => `at most ${value} kWh`],
  ];
  return parts
    .flatMap(([value, words]) => (value === undefined || value < 0.05 ? [] : [words(amount(value))]))
    .join(', ');
}
