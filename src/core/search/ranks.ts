import type { Mode } from '../settings/harvest-rule.ts';
import type { SweepMember } from '../sweep/space.ts';
import type { Reading } from '../experiment/search.ts';
import { scoreValue } from './standing.ts';

/** A member of an adaptive sweep, as samplers see it. */
export interface Trial {
  /** Its number in the sweep, which never changes. */
  readonly number: number;
  readonly member: SweepMember;
  /** `running` is also what has not started; `stopped` is also what is paused. */
  readonly state: 'running' | 'stopped' | 'completed' | 'failed';
  readonly readings: readonly Reading[];
  /** The metric of a completed trial; null if it is NaN or infinite. Absent if it has none. */
  readonly final?: number | null;
}

/**
 * The trials that tell how good their parameters are, the best first: the completed ones by their final values, then those that were
 * stopped, by the rung that they reached, the highest first, and their values at it. So values at different budgets are never
 * compared. What is not finite is last, at whatever rung. Equal trials are in the order of their numbers.
 *
 * Trials that run, that failed and that have no value yet are left out.
 */
export function rankTrials(trials: readonly Trial[], mode: Mode): readonly Trial[] {
  const ranked = trials.flatMap((trial) => {
    const at = findResult(trial);
    if (at === undefined) return [];
    const score = scoreValue(at.value, mode);
    return [{ trial, score, rung: score === -Infinity ? -Infinity : at.rung }];
  });
  const compare = (a: number, b: number): number => (a === b ? 0 : b - a);
  return ranked
    .toSorted((a, b) => compare(a.rung, b.rung) || compare(a.score, b.score) || a.trial.number - b.trial.number)
    .map(({ trial }) => trial);
}

function findResult({ state, readings, final }: Trial): Pick<Reading, 'rung' | 'value'> | undefined {
  switch (state) {
    case 'completed':
      return final === undefined ? undefined : { rung: Infinity, value: final };
    case 'stopped':
      return readings.reduce<Reading | undefined>((a, b) => (a === undefined || b.rung > a.rung ? b : a), undefined);
    case 'running':
    case 'failed':
      return undefined;
  }
}
