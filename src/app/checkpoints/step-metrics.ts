import type { StepMetric } from '../../core/experiment/checkpoint-file.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { findStepMetrics } from '../../core/files/step-metric.ts';
import { experimentFolder, type Project } from '../project/project.ts';
import { readJoinedSeries } from '../series/series-file.ts';
import type { FoundCheckpoint } from './found-checkpoint.ts';

/**
 * The values of a metric at the steps of an experiment's checkpoints; those without one are left out.
 *
 * @param checkpoints all of the experiment: each has the values after the one before it
 * @throws SheafError `file.*`, `parquet.damaged`
 */
export async function readStepMetrics(
  project: Project,
  { expId, record }: Experiment,
  checkpoints: readonly FoundCheckpoint[],
  metric: string,
): Promise<ReadonlyMap<FoundCheckpoint, StepMetric>> {
  const known = record.harvest?.value.harvest.metrics ?? {};
  if (!Object.hasOwn(known, metric) || !checkpoints.some(({ step }) => step !== undefined)) return new Map();
  const name = known[metric]?.seriesOf ?? metric;
  const series = (await readJoinedSeries(experimentFolder(project, expId), [name], { times: false })).get(name);
  if (series === undefined) return new Map();
  const values = findStepMetrics(metric, series, checkpoints);
  return new Map(
    checkpoints.flatMap((checkpoint, i) => {
      const value = values[i];
      return value === undefined ? [] : [[checkpoint, value]];
    }),
  );
}
