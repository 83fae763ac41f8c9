import type { Search, StopRule } from '../experiment/search.ts';
import { formatCount, groupDigits } from '../text/phrases.ts';
import { formatProcessorTime } from '../text/price-words.ts';

/** `val_acc (max), proposed by tpe, stopped by asha from step 3 to 81, eta 3, keep 1` */
export function describeSearch({ metric, mode, propose, stop, confirm }: Search): string {
  const by = propose?.by;
  return [
    `${metric} (${mode})`,
    ...(by === undefined ? [] : [`proposed by ${typeof by === 'object' ? by.exec : by}`]),
    ...(propose?.lead === undefined ? [] : [propose.lead === 'auto' ? 'lead auto' : `lead ${propose.lead}`]),
    ...(stop === undefined || stop.rule === 'none'
      ? ['no trial is stopped']
      : [
          `${stop.resume ? 'paused' : 'stopped'} by ${stop.rule} from step ${stop.from} to ${stop.to}, eta ${stop.eta}, keep ${stop.keep}`,
        ]),
    ...(confirm === undefined ? [] : [`the best ${confirm.top} are repeated over ${confirm.seeds} seeds`]),
  ].join(', ');
}

/** `3, 9, 27, 81 of 81 steps` */
export function describeRungs(rungs: readonly number[], { to }: Pick<StopRule, 'to'>): string {
  return `${rungs.join(', ')} of ${to} steps`;
}

/** The hours that a search is expected to take. */
export interface ExpectedHours {
  /** GPU hours, or CPU core hours of jobs without GPUs. */
  readonly hours: number;
  readonly unit: 'GPU' | 'CPU';
  /** Completed runs of the template whose median time is counted on; 0: the time limit is. */
  readonly pastRuns: number;
}

/** `12 GPU hours, if a whole run takes as long as the median of 4 completed runs` */
export function describeExpected(expected: ExpectedHours | undefined): string {
  if (expected === undefined) return 'unknown: no time limit, and no completed run of the template';
  const { hours, unit, pastRuns } = expected;
  const basis =
    pastRuns === 0
      ? 'if a whole run takes its time limit'
      : `if a whole run takes as long as ${pastRuns === 1 ? 'the completed run' : `the median of ${groupDigits(pastRuns)} completed runs`} of the template`;
  return `${formatProcessorTime(hours, unit)}, ${basis}`;
}

/** `10 repetitions of the best`; undefined if nothing is repeated. */
export function describeRepetitions({ confirm }: Search): string | undefined {
  return confirm && `${formatCount(confirm.top * (confirm.seeds - 1), 'repetition')} of the best`;
}
