import { inputError } from '../../core/errors.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { JudgedMetric } from '../../core/files/step-metric.ts';
import type { Mode } from '../../core/settings/harvest-rule.ts';
import { suggestName } from '../../core/text/nearest.ts';
import { makeNoValueError } from '../checkpoints/best-checkpoint.ts';
import { makeModeError } from '../checkpoints/choose-checkpoint.ts';
import type { Project } from '../project/project.ts';
import { openSelection, type ListSelector } from './select.ts';

/** Experiments in the order of a metric. */
export interface RankedExperiments {
  readonly judge: JudgedMetric;
  /** The best one first. */
  readonly rows: Iterable<Experiment>;
}

/**
 * The chosen experiments, the one with the best final value of a metric first.
 *
 * @param mode which values are better; default: as the harvest rule of the metric says
 * @throws SheafError `metric.unknown`, `checkpoint.metric`, `checkpoint.none`; and as `openSelection`
 */
export function rankByMetric(project: Project, selector: ListSelector, metric: string, mode?: Mode): RankedExperiments {
  const known = project.store.knownNames('results');
  if (!known.includes(metric)) {
    throw inputError('metric.unknown', `no experiment has a metric ${metric}`, {
      fix: suggestName(metric, known, 'read results first: sheaf harvest'),
    });
  }
  const rowsFor = (better: Mode): Iterable<Experiment> =>
    openSelection(project, {
      ...selector,
      sort: { field: `results.${metric}`, descending: better === 'max' },
    }).rows();
  const better = mode ?? findMode(rowsFor('max'), metric);
  return { judge: { name: metric, mode: better }, rows: rowsFor(better) };
}

/** As the first experiment that has the metric says. */
function findMode(rows: Iterable<Experiment>, metric: string): Mode {
  for (const { record } of rows) {
    const metrics = record.harvest?.value.harvest.metrics ?? {};
    if (!Object.hasOwn(metrics, metric)) continue;
    const mode = metrics[metric]?.mode;
    if (mode === undefined) throw makeModeError(metric);
    return mode;
  }
  throw makeNoValueError(metric);
}
