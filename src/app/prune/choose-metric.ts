import { failure, SheafError } from '../../core/errors.ts';
import { getResultsAge } from '../../core/experiment/record.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { JudgedMetric } from '../../core/files/step-metric.ts';
import { getJudge } from '../checkpoints/choose-checkpoint.ts';

/** The results of an experiment are not read: which of its checkpoints is best is not known yet. */
export const UNREAD = 'prune.unread';

/**
 * The metric by which the best checkpoints of an experiment are found.
 *
 * @param metric by default the only harvested metric with a mode
 * @throws SheafError {@link UNREAD}; `checkpoint.metric` with the key to write
 */
export function chooseMetric(experiment: Experiment, metric: string | undefined): JudgedMetric {
  const { expId, config, record } = experiment;
  if (getResultsAge(record) !== 'current') {
    throw failure(UNREAD, 'its results have not been read', { fix: `sheaf harvest ${expId}` });
  }
  try {
    return getJudge(experiment, { ...(metric !== undefined && { metric }) });
  } catch (error) {
    if (!(error instanceof SheafError)) throw error;
    const fix =
      metric === undefined
        ? 'name one: checkpoint: {keep: {metric: NAME}}, or --metric NAME'
        : `add mode: max or mode: min to the rule of ${metric} below harvest:, then: sheaf harvest ${expId}`;
    const at = { file: `templates/${config.template}.yaml` };
    throw new SheafError({ ...error.problems[0], at, fix, now: 'nothing of this experiment was deleted' }, 1);
  }
}
