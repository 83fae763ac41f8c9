import { formatCount } from '../../core/text/phrases.ts';
import type { MemoryEstimate, MemoryParts, TrainingSetup } from './trace/setup.ts';

/** A measured peak of one GPU beside what the formula says for the same run. */
export interface MeasuredPeak {
  readonly setup: TrainingSetup;
  readonly estimate: Pick<MemoryEstimate, 'totalGib' | 'parts'>;
  /** As the driver reported it, GiB. */
  readonly measuredGib: number;
}

/** Parts that grow with the batch; the others are known from the weights. */
const GROWING = ['activations', 'logits', 'workspace'] as const;

/** What grows is fitted only if it is at least this share of the whole; below, the whole is. */
const ENOUGH = 0.1;

/**
 * The estimate, fitted to measured runs of the same model. A run of the same setup is the answer: the largest peak of
 * them. Otherwise what grows with the batch is scaled, by the median of what the runs say; weights and states are sure as they are.
 */
export function calibrate(
  estimate: MemoryEstimate,
  setup: TrainingSetup,
  measured: readonly MeasuredPeak[],
): MemoryEstimate {
  if (measured.length === 0) return estimate;
  const same = measured.filter((peak) => sameSetup(peak.setup, setup)).map(({ measuredGib }) => measuredGib);
  if (same.length > 0) {
    return fitted(
      estimate,
      Math.max(...same),
      same.length,
      `measured: the peak of ${formatCount(same.length, 'run')} of this very setup`,
    );
  }
  const factor = median(measured.map(growthFactor));
  const total = estimate.totalGib + (factor - 1) * growingOf(estimate.parts);
  const basis = `${estimate.basis}; what grows with the batch fitted to ${formatCount(measured.length, 'run')} of the same model`;
  return fitted(estimate, total, measured.length, basis);
}

/** By how much a run grew more with its batch than the formula says. */
function growthFactor({ estimate: { totalGib, parts }, measuredGib }: MeasuredPeak): number {
  const growing = growingOf(parts);
  if (growing < ENOUGH * totalGib) return measuredGib / totalGib;
  return Math.max(0, (measuredGib - (totalGib - growing)) / growing);
}

function growingOf(parts: MemoryParts): number {
  return GROWING.reduce((sum, part) => sum + parts[part], 0);
}

/** Another total: what grows with the batch compensates the difference as far as it can, the overhead for the rest. */
function fitted(estimate: MemoryEstimate, totalGib: number, count: number, basis: string): MemoryEstimate {
  const { parts } = estimate;
  const growing = growingOf(parts);
  const wanted = Math.max(0, growing + totalGib - estimate.totalGib);
  const scale = growing > 0 ? wanted / growing : 1;
  const scaled: MemoryParts = {
    ...parts,
    activations: parts.activations * scale,
    logits: parts.logits * scale,
    workspace: parts.workspace * scale,
  };
  const rest = totalGib - Object.values(scaled).reduce((sum, part) => sum + part, 0);
  return {
    ...estimate,
    totalGib,
    parts: { ...scaled, overhead: scaled.overhead + rest },
    basis,
    calibrated: { factor: totalGib / estimate.totalGib, runs: count },
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 1;
}

function sameSetup(a: TrainingSetup, b: TrainingSetup): boolean {
  return keyOf(a) === keyOf(b);
}

function keyOf({ model, ...setup }: TrainingSetup): string {
  const fields = Object.entries(setup).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([model.name, model.params, ...fields]);
}
