import type { MissingReason } from '../../core/experiment/metric.ts';
import type { ExpId } from '../../core/ids.ts';
import { describeUnread } from '../../core/text/missing-words.ts';
import { formatCount, formatList } from '../../core/text/phrases.ts';
import { getResultsAge } from '../../core/experiment/record.ts';
import { getExperimentStatus, type Status } from '../../core/experiment/status.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { ExperimentSummary } from '../../store/index.ts';
import type { Unreadable } from '../harvest/unread.ts';
import { metricOf } from './cells.ts';

/** Why a metric has no value: what harvest says, or how far the experiment has come. */
export type MissingCause = MissingReason | 'queued' | 'running' | 'not_harvested' | 'no_rule' | 'null';

/** Undefined when it has a value; NaN and infinities are values. */
export function explainMissing(
  experiment: Experiment,
  metric: string,
  unreadable: Unreadable,
): MissingCause | undefined {
  const found = metricOf(experiment, metric);
  if (found !== undefined) return found.value === null && found.nonfinite === undefined ? 'null' : undefined;
  const missing = experiment.record.harvest?.value.harvest.missing ?? {};
  const reason = Object.hasOwn(missing, metric) ? missing[metric]?.reason : undefined;
  return reason ?? harvestGap(experiment, unreadable) ?? 'no_rule';
}

/** Why an experiment has no results at all; undefined when it was harvested. */
function harvestGap({ expId, record }: Experiment, unreadable: Unreadable): MissingCause | undefined {
  if (record.harvest !== undefined) return undefined;
  return explainGap(getExperimentStatus(record).status, () => !unreadable.has(expId));
}

/** Why an experiment that was not harvested has no results. @param hasRules asked if it ended: whether there is something to read */
export function explainGap(status: Status, hasRules: () => boolean): MissingCause {
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
      return hasRules() ? 'not_harvested' : 'no_rule';
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

/** Begins to notice; call the result when all were seen. */
export function openWatch(unreadable: Unreadable): Watch {
  const [unread, rerun, ended, older]: [ExpId[], ExpId[], ExpId[], ExpId[]] = [[], [], [], []];
  const seeSummary: Watch['seeSummary'] = ({ expId, status, results }) => {
    if (status === 'completed' && results !== 'current' && !unreadable.has(expId)) {
      unread.push(expId);
      if (results === 'old') rerun.push(expId);
    } else if ((status === 'failed' || status === 'cancelled' || status === 'stopped') && results === 'none')
      ended.push(expId);
    else if (results === 'old') older.push(expId);
  };
  const say = (expIds: readonly ExpId[], words: (count: number) => string, after: string): string[] =>
    expIds.length === 0 ? [] : [`${words(expIds.length)}: ${formatList(expIds)}${after}`];
  return {
    see: ({ expId, record }) =>
      seeSummary({ expId, status: getExperimentStatus(record).status, results: getResultsAge(record) }),
    seeSummary,
    warnings: () => [
      ...say(unread, describeUnread, '; run sheaf harvest'),
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
