import type { MissingReason } from '../../core/experiment/metric.ts';
import type { ExpId } from '../../core/ids.ts';
import { describeUnread } from '../../core/text/missing-words.ts';
import { formatCount, formatList } from '../../core/text/phrases.ts';
import { getResultsAge } from '../../core/experiment/record.ts';
import { getExperimentStatus, type Status } from '../../core/experiment/status.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { ExperimentSummary } from '../../store/index.ts';
import { metricOf } from './cells.ts';

/** Why a metric has no value: what harvest says, or how far the experiment has come. */
export type MissingCause = MissingReason | 'queued' | 'running' | 'not_harvested' | 'no_rule' | 'null';

/** Undefined when it has a value; NaN and infinities are values. */
export function explainMissing(experiment: Experiment, metric: string): MissingCause | undefined {
  const found = metricOf(experiment, metric);
  if (found !== undefined) return found.value === null && found.nonfinite === undefined ? 'null' : undefined;
  const missing = experiment.record.harvest?.value.harvest.missing ?? {};
  const reason = Object.hasOwn(missing, metric) ? missing[metric]?.reason : undefined;
  return reason ?? harvestGap(experiment) ?? 'no_rule';
}

/** Why an experiment has no results at all; undefined when it was harvested. */
export function harvestGap({ record }: Experiment): MissingCause | undefined {
  return record.harvest === undefined ? explainGap(getExperimentStatus(record).status) : undefined;
}

/** Why an experiment that was not harvested has no results. */
export function explainGap(status: Status): MissingCause {
  switch (status) {
    case 'created':
      return 'not_run';
    case 'queued':
    case 'running':
      return status;
    case 'completed':
    case 'failed':
    case 'cancelled':
    case 'stopped':
      return 'not_harvested';
  }
}

/** A metric without a value, and why. */
export interface MissingValue {
  readonly metric: string;
  readonly cause: MissingCause | 'nan' | 'inf' | '-inf';
}

/** How many values are missing, by cause. */
export function countCauses(values: Iterable<MissingValue>): { readonly [cause: string]: number } {
  const counts = new Map<string, number>();
  for (const { cause } of values) counts.set(cause, (counts.get(cause) ?? 0) + 1);
  return Object.fromEntries(counts);
}

/** Notices experiments whose results are not, or no longer, those of their runs. */
export interface Watch {
  see(experiment: Experiment): void;
  /** {@link see} of one that the view lists. */
  seeSummary(summary: Pick<ExperimentSummary, 'expId' | 'status' | 'results'>): void;
  warnings(): string[];
}

/**
 * Begins to notice; call the result when all were seen.
 *
 * @param unreadable those of whose runs there is nothing to read, see `findUnreadable`; undefined if that was not looked up
 */
export function openWatch(unreadable?: ReadonlySet<string>): Watch {
  const [unread, rerun, ended, older]: [ExpId[], ExpId[], ExpId[], ExpId[]] = [[], [], [], []];
  const seeSummary: Watch['seeSummary'] = ({ expId, status, results }) => {
    if (status === 'completed' && results !== 'current' && unreadable?.has(expId) !== true) {
      unread.push(expId);
      if (results === 'old') rerun.push(expId);
    } else if ((status === 'failed' || status === 'cancelled' || status === 'stopped') && results === 'none')
      ended.push(expId);
    else if (results === 'old') older.push(expId);
  };
  const remedy = unreadable === undefined ? 'sheaf harvest reads what their templates name' : 'run sheaf harvest';
  const say = (expIds: readonly ExpId[], words: (count: number) => string, after: string): string[] =>
    expIds.length === 0 ? [] : [`${words(expIds.length)}: ${formatList(expIds)}${after}`];
  return {
    see: ({ expId, record }) =>
      seeSummary({ expId, status: getExperimentStatus(record).status, results: getResultsAge(record) }),
    seeSummary,
    warnings: () => [
      ...say(unread, describeUnread, `; ${remedy}`),
      ...say(
        rerun,
        (count) => `${formatCount(count, 'of these has', 'of these have')} the values of an earlier run`,
        '',
      ),
      ...say(
        ended,
        (count) =>
          formatCount(
            count,
            'failed, cancelled or stopped experiment has',
            'failed, cancelled or stopped experiments have',
          ) + ' no results',
        '; sheaf status shows why',
      ),
      ...say(
        older,
        (count) =>
          `${formatCount(count, 'experiment')} ran again since the results were read, and ${count === 1 ? 'has' : 'have'} the values of an earlier run`,
        '',
      ),
    ],
  };
}
