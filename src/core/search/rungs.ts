import type { Reading, StopRule } from '../experiment/search.ts';
import type { Series } from '../experiment/series.ts';

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
