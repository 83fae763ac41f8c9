import type { AdviceRecord, PredictedRange } from '../../core/experiment/advised.ts';

/** What advice chose for an attempt, and what it predicted. */
export type AdvisedJson = {
  readonly choice: AdviceRecord['choice'];
  readonly name: string;
  readonly why: string;
  readonly warnings: readonly string[];
  readonly alternatives: readonly {
    readonly name: string;
    readonly choice: AdviceRecord['choice'];
    readonly why: string;
  }[];
  readonly predictions: {
    readonly memory: { readonly gib_per_gpu: number; readonly basis: string } | null;
    readonly wait: PredictionJson | null;
    readonly run: PredictionJson | null;
  };
};

type PredictionJson = {
  readonly kind: string;
  readonly p50_seconds: number | null;
  readonly p90_seconds: number | null;
  readonly basis: string;
};

export function advisedJson(advised: AdviceRecord | undefined): AdvisedJson | null {
  if (advised === undefined) return null;
  const { choice, name, why, warnings, alternatives, predictions } = advised;
  const { memory, wait, run } = predictions;
  return {
    choice,
    name,
    why,
    warnings,
    alternatives: alternatives.map((other) => ({ name: other.name, choice: other.choice, why: other.why })),
    predictions: {
      memory: memory === undefined ? null : { gib_per_gpu: memory.gib, basis: memory.basis },
      wait: predictionJson(wait),
      run: predictionJson(run),
    },
  };
}

function predictionJson(predicted: PredictedRange | undefined): PredictionJson | null {
  if (predicted === undefined) return null;
  const { kind, p50S, p90S, basis } = predicted;
  return { kind, p50_seconds: p50S ?? null, p90_seconds: p90S ?? null, basis };
}
