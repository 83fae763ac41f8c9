/**
 * What advice chose for an attempt, why, and what it predicted, so that the forecasts can be compared with what happened.
 * Written when the attempt is submitted; what the experiment itself asks for stays as it is frozen.
 */
export interface AdviceRecord {
  /** Resources that go over those of the experiment, as texts like those of `--set`. */
  readonly choice: { readonly [resource: string]: string };
  /** What it is the choice for: `fastest`, `cheapest, starts first`. */
  readonly name: string;
  /** One sentence. */
  readonly why: string;
  readonly warnings: readonly string[];
  /** The other choices that were offered, in short. */
  readonly alternatives: readonly AdvisedAlternative[];
  readonly predictions: Predictions;
}

export interface AdvisedAlternative {
  readonly name: string;
  readonly choice: { readonly [resource: string]: string };
  readonly why: string;
}

/** The forecasts. What was unknown is absent. */
export interface Predictions {
  /** The most that one GPU will hold, as its driver reports it, with where the number comes from. */
  readonly memory?: { readonly gib: number; readonly basis: string };
  /** From the submit to the start. */
  readonly wait?: PredictedRange;
  /** From the start to the end. */
  readonly run?: PredictedRange;
}

/** A forecast as it was given: seconds. */
export interface PredictedRange {
  readonly kind: string;
  readonly p50S?: number;
  readonly p90S?: number;
  /** Of a wait: when the scheduler itself planned the start, if it was asked. */
  readonly plannedS?: number;
  readonly basis: string;
}

/** In words, for people: `partition=a100 num_gpus=2 (fastest): soonest done: ≈ 7h 30m`. */
export function formatAdvised({ choice, name, why }: AdvisedAlternative): string {
  return `${settingWords(choice)} (${name}): ${why}`;
}

function settingWords(settings: AdvisedAlternative['choice']): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}
