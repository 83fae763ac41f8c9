import type { PredictedRange } from './advised.ts';
import { formatDuration } from '../units.ts';
import { formatCount } from '../text/phrases.ts';

/** What a choice of the advisor is the best at. */
export type ChoiceName =
  | 'fastest'
  | 'cheapest'
  | 'same'
  | 'soonest'
  | 'comparable'
  | 'strongest'
  | 'smallest'
  | 'balanced'
  | 'other';

/** How people read them. */
export const NAME_WORDS: { readonly [name in ChoiceName]: string } = {
  fastest: 'fastest',
  cheapest: 'cheapest',
  same: 'same as before',
  soonest: 'starts first',
  comparable: 'most comparable',
  strongest: 'most powerful',
  smallest: 'smallest',
  balanced: 'best overall',
  other: 'for comparison',
};

/** What the levels of reproducibility mean. */
export const LEVEL_WORDS = { A: 'bitwise plausible', B: 'the same method', C: 'a different method' } as const;

/** The parts of the memory that one GPU holds, as they are listed, and how people read them. */
export const PART_WORDS = {
  weights: 'weights',
  gradients: 'gradients at the peak',
  optimizer: 'optimizer states',
  activations: 'activations',
  logits: 'logits and their loss',
  workspace: 'temporary copies and workspaces',
  overhead: 'CUDA, libraries, unused memory of the allocator',
} as const;

/** `≈ 20m – 1h 00m`: half of similar jobs take less than the first, nine in ten less than the second. */
export function formatRange({ kind, p50S, p90S }: Pick<PredictedRange, 'kind' | 'p50S' | 'p90S'>): string {
  if (kind === 'unknown' || (p50S === undefined && p90S === undefined)) return 'unknown';
  if (kind === 'now') return p90S === undefined ? 'now' : `now – ${formatDuration(p90S)}`;
  if (p50S === undefined) return `up to ${formatDuration(p90S ?? 0)}`;
  if ((p90S ?? p50S) < 1) return '< 1s';
  // A positive number is never shown as zero.
  const half = formatDuration(Math.max(1, p50S));
  const most = p90S === undefined || formatDuration(p90S) === half ? '' : ` – ${formatDuration(p90S)}`;
  return `≈ ${half}${most}`;
}

/** GiB of an estimate, in about three significant digits. */
export function formatGib(gib: number): string {
  return gib >= 100 ? String(Math.round(gib)) : gib.toFixed(1);
}

/** Hours or units of a cost. A positive number is never shown as zero. */
export function formatAmount(value: number): string {
  if (value > 0 && value < 0.05) return '< 0.1';
  return value < 10 ? value.toFixed(1) : String(Math.round(value));
}

/** `batch 64 × 4 GPUs × 2 accumulated`: the product is the global batch. */
export function describeBatch(micro: number, gpus: number, accumulation: number): string {
  const accumulated = accumulation === 1 ? '' : ` × ${accumulation} accumulated`;
  return `batch ${micro} × ${formatCount(gpus, 'GPU')}${accumulated}`;
}

/** Other costs than GPU hours, if they are known and relevant: `34 RGU hours, 1200 billing units, at most 12 kWh`. */
export function describeCosts({
  rguHours,
  billing,
  kwhAtMost,
}: {
  readonly rguHours?: number | undefined;
  readonly billing?: number | undefined;
  readonly kwhAtMost?: number | undefined;
}): string {
  const parts: readonly [number | undefined, (value: string) => string][] = [
    [rguHours, (value) => `${value} RGU hours`],
    [billing, (value) => `${value} billing units`],
    [kwhAtMost, (value) => `at most ${value} kWh`],
  ];
  return parts
    .flatMap(([value, words]) => (value === undefined || value < 0.05 ? [] : [words(formatAmount(value))]))
    .join(', ');
}
