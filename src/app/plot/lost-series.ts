import { formatList } from '../../core/text/phrases.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { isSourceGone } from '../harvest/harvest-files.ts';
import { metricOf } from '../tables/cells.ts';
import { experimentFolder } from '../project/project.ts';
import type { PlotOptions } from './plot-options.ts';

/** Experiments that once had a series of the metric, and whose file it was read from is gone: no harvest brings it back. */
export function findLostSeries(
  { project, metric }: Pick<PlotOptions, 'project' | 'metric'>,
  without: readonly Experiment[],
): Experiment[] {
  return without.filter((row) => {
    const found = metricOf(row, metric);
    return found?.shape !== undefined && isSourceGone(found, experimentFolder(project, row.expId));
  });
}

/** `the files with the series of loss are gone: lr_1, lr_2 and 7 more` */
export function describeLostSeries(metric: string, lost: readonly Experiment[]): string {
  return `the files with the series of ${metric} are gone: ${formatList(lost.map(({ expId }) => expId))}`;
}
