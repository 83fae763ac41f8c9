import type { Series } from '../experiment/series.ts';
import type { Mode } from '../settings/harvest-rule.ts';

/**
 * When trials are stopped. It is plain data, as all `type`s here: the journal keeps it as it is.
 *
 * `asha`: at a rung, the best 1/eta go on. `median`: those go on that are not worse than the median. `none`: all go on.
 */
export type StopRule = {
  readonly rule: 'asha' | 'median' | 'none';
  /** The step of the first rung, above 0. */
  readonly from: number;
  /** The step at which a trial is complete. */
  readonly to: number;
  /** The ratio of one rung to the one before, above 1. */
  readonly eta: number;
  /** This number of the best at a rung always goes on, at least 1. */
  readonly keep: number;
  /** Which values of the metric are better. */
  readonly mode: Mode;
  /** Losers are paused instead of stopped: they go on if later results lift them. */
  readonly resume: boolean;
};

/** What the metric was when a trial reached a rung. */
export type Reading = {
  /** The number of the trial in its sweep. */
  readonly trial: number;
  /** The step of the rung. */
  readonly rung: number;
  /** The step of the value: the first one from the rung on that has a value. */
  readonly step: number;
  /** Null if it is NaN or infinite, which is worse than any number. */
  readonly value: number | null;
};

/**
 * The steps at which trials are compared: `from`, `from` · eta, `from` · eta² and so on, as whole numbers below `to` (L. Li et al., A
 * System for Massively Parallel Hyperparameter Tuning, MLSys 2020, algorithm 2). None of the rule `none`.
 */
export function planRungs({ rule, from, to, eta }: Pick<StopRule, 'rule' | 'from' | 'to' | 'eta'>): readonly number[] {
  const rungs: number[] = [];
  if (rule === 'none') return rungs;
  for (let exact = from, rung = Math.ceil(from); rung < to; rung = Math.max(rung + 1, Math.round(exact))) {
    rungs.push(rung);
    exact *= eta;
  }
  return rungs;
}

/** What a trial's series says at the rungs that it reached, the lowest first. */
export function readRungs(trial: number, { steps, values }: Series, rungs: readonly number[]): readonly Reading[] {
  return rungs.flatMap((rung): Reading[] => {
    const at = steps.findIndex((step) => step >= rung);
    const [step, value] = [steps[at], values[at]];
    if (step === undefined || value === undefined) return [];
    return [{ trial, rung, step, value: Number.isFinite(value) ? value : null }];
  });
}
