import type { MemoryEstimate, TrainingSetup } from './setup.ts';

/** A measured peak of one GPU beside what the formula says for the same run. */
export interface MeasuredPeak {
  readonly setup: TrainingSetup;
  readonly estimatedGib: number;
  /** As the driver reported it, GiB. */
  readonly measuredGib: number;
}

/**
 * The estimate, fitted to measured runs of the same model. A run of the very same setup is the answer: the largest peak of
 * them. Else only what grows with the batch is scaled, by the median of what the runs say; states are sure as they are.
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
      `measured: the peak of ${runs(same.length)} of this very setup`,
    );
  }
  const factors = measured.map(({ estimatedGib, measuredGib }) => measuredGib / estimatedGib).toSorted((a, b) => a - b);
  const factor = factors[Math.floor(factors.length / 2)] ?? 1;
  return fitted(
    estimate,
    estimate.totalGib * factor,
    measured.length,
    `${estimate.basis}, fitted to ${runs(measured.length)} of the same model`,
  );
}

function runs(count: number): string {
  return count === 1 ? '1 run' : `${count} runs`;
}

function fitted(estimate: MemoryEstimate, totalGib: number, count: number, basis: string): MemoryEstimate {
  const { parts } = estimate;
  const growing = parts.activations + parts.logits + parts.workspace;
  const missing = totalGib - estimate.totalGib;
  const scale = growing + missing > 0 ? (growing + missing) / growing : 1;
  const scaled = {
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

function sameSetup(a: TrainingSetup, b: TrainingSetup): boolean {
  return keyOf(a) === keyOf(b);
}

function keyOf({ model, ...setup }: TrainingSetup): string {
  return JSON.stringify([model.name, model.params, ...Object.entries(setup).toSorted(([a], [b]) => (a < b ? -1 : 1))]);
}
