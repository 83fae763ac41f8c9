import { countUpTo } from '../sorted.ts';
import type { Reading, Standing, StopRule } from '../experiment/search.ts';

/** A standing, and whether the trial goes on. */
export interface Judgement {
  readonly standing: Standing;
  readonly passes: boolean;
}

/** Judges the trials at one rung. */
export type Judge = (reading: Reading) => Judgement;

/** With fewer others, a median says nothing, and all trials go on. */
export const FEWEST_OTHERS = 5;

/**
 * Makes the judge of a rung. What it says does not depend on the order of the readings.
 *
 * @param readings of all trials that have reached the rung, one each
 */
export function makeJudge(rule: StopRule, readings: readonly Reading[]): Judge {
  const score = ({ value }: Reading): number => scoreValue(value, rule.mode);
  const scores = Float64Array.from(readings, score).toSorted();
  switch (rule.rule) {
    case 'asha':
      return (reading) => judgeByRank(rule, scores, score(reading));
    case 'median':
      return (reading) => judgeByMedian(rule, scores, score(reading));
    case 'none':
      throw new Error('the rule "none" has no rungs');
  }
}

/** More is better, whatever the mode; what is not finite is below everything. */
export function scoreValue(value: number | null, mode: StopRule['mode']): number {
  if (value === null || !Number.isFinite(value)) return -Infinity;
  return mode === 'max' ? value : 0 - value;
}

/**
 * Asynchronous successive halving in the form that stops (L. Li et al., A System for Massively Parallel Hyperparameter Tuning, MLSys
 * 2020; the budgets are those of successive halving in L. Li et al., Hyperband, JMLR 18, 2018): of n trials that have reached a rung so
 * far, the first max(keep, ⌊n / eta⌋) go on. So the best always does, and no trial waits for a rung to fill.
 *
 * Trials that are equal go on together. What is not finite goes on only if nothing at the rung is.
 */
function judgeByRank({ eta, keep }: StopRule, scores: Float64Array, mine: number): Judgement {
  const rank = scores.length - countUpTo(scores, mine) + 1;
  const first = Math.max(1, keep, Math.floor(scores.length / eta));
  return {
    standing: { rule: 'asha', rank, of: scores.length, first },
    passes: rank <= first && (mine > -Infinity || rank === 1),
  };
}

/**
 * The median rule (D. Golovin et al., Google Vizier, KDD 2017, section 3.2.2), at rungs: a trial stops if its value is strictly worse
 * than the median of the values that the other trials had at the same rung. It compares values at a step, as Optuna does, rather
 * than running averages, and counts trials that were stopped there; with completed ones alone the median would rise with each stop.
 */
function judgeByMedian({ keep, mode }: StopRule, scores: Float64Array, mine: number): Judgement {
  const own = countUpTo(scores, mine) - 1;
  const others = scores.length - 1;
  const other = (i: number): number => scores[i < own ? i : i + 1] ?? Number.NaN;
  const median = others < FEWEST_OTHERS ? -Infinity : mean(other((others - 1) >> 1), other(others >> 1));
  const best = scores.length - own <= keep;
  const shown = Number.isFinite(median) ? scoreValue(median, mode) : null;
  return { standing: { rule: 'median', median: shown, others }, passes: best || mine >= median };
}

/** The sum of two large numbers may be infinite. */
function mean(a: number, b: number): number {
  return a === b ? a : a / 2 + b / 2;
}
