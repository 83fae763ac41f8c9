import type { StopRule } from '../experiment/search.ts';
import { planRungs } from './rungs.ts';
import { FEWEST_OTHERS } from './standing.ts';

/** What a sweep takes, in steps of training of one trial. */
export interface Budget {
  /** If no trial stops. */
  readonly most: number;
  /** If trials reach each rung one after the other, in an order that says nothing of how good they are. */
  readonly expected: number;
}

/**
 * What a number of trials takes under a rule.
 *
 * The i-th trial at a rung is equally likely to have each of the i ranks so far. So it goes on with the probability
 * max(keep, ⌊i / eta⌋) / i, at most 1, under ASHA, and with 1/2 under the median rule once there are enough others. The sum over i is
 * how many trials are expected at the next rung. That is more than n / eta: early trials have few to lose against.
 */
export function estimateBudget(rule: StopRule, trials: number): Budget {
  let [expected, reached, done] = [0, trials, 0];
  for (const rung of planRungs(rule)) {
    expected += reached * (rung - done);
    reached = countPassing(rule, reached);
    done = rung;
  }
  return { most: trials * rule.to, expected: expected + reached * (rule.to - done) };
}

/** Also of a number that is itself an expectation: its fraction counts as that share of a trial. */
function countPassing(rule: StopRule, trials: number): number {
  let passing = 0;
  for (let i = 1; i < trials + 1; i += 1) passing += chanceToPass(rule, i) * Math.min(1, trials + 1 - i);
  return passing;
}

function chanceToPass({ rule, eta, keep }: StopRule, i: number): number {
  const always = Math.max(1, keep) / i;
  const chance = rule === 'asha' ? Math.floor(i / eta) / i : i - 1 < FEWEST_OTHERS ? 1 : 0.5;
  return Math.min(1, Math.max(always, chance));
}
