import { isLoss, type Decision, type Loss, type Round, type StopRule } from '../experiment/search.ts';
import { findLatest } from './decide.ts';
import { planRungs } from './rungs.ts';

/** How trials fared at a rung. */
export interface RungCount {
  /** The step of the rung. */
  readonly step: number;
  /** Trials with a value at the rung. */
  readonly reached: number;
  /** Those of them that went on from it, also ones that were lifted later. */
  readonly wentOn: number;
  /** Those that were to stop or pause at it; a program may have ended before it was stopped. */
  readonly lost: number;
}

/**
 * How many trials reached each rung, went on and were stopped there, the lowest rung first.
 *
 * @param rule that of today; its rungs are counted even if no trial reached them. Those of earlier rules are counted if one did.
 * @param rounds in their order
 */
export function countRungs(rule: StopRule | undefined, rounds: readonly Round[]): readonly RungCount[] {
  const reached = new Map<number, Set<number>>((rule ? planRungs(rule) : []).map((step) => [step, new Set()]));
  for (const { readings } of rounds) {
    for (const { rung, trial } of readings) {
      const trials = reached.get(rung) ?? new Set();
      reached.set(rung, trials.add(trial));
    }
  }
  const newest = new Map<string, Decision>();
  for (const { decisions } of rounds) {
    for (const decision of decisions) newest.set(`${decision.trial}@${decision.rung}`, decision);
  }
  const atRung = Map.groupBy(newest.values(), ({ rung }) => rung);
  return [...reached]
    .toSorted(([a], [b]) => a - b)
    .map(([step, trials]) => {
      const lost = (atRung.get(step) ?? []).filter(isLoss).length;
      return { step, reached: trials.size, wentOn: (atRung.get(step)?.length ?? 0) - lost, lost };
    });
}

/** The trials that are stopped or paused, by their last decision. */
export function listLost(rounds: readonly Round[]): readonly Loss[] {
  return [...findLatest(rounds).values()].filter(isLoss).toSorted((a, b) => a.trial - b.trial);
}
