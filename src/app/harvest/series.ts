import type { Series } from '../../core/experiment/series.ts';
import type { ExpId } from '../../core/ids.ts';
import { experimentFolder, type Project } from '../project/project.ts';
import { readSeriesFile } from '../series/series-file.ts';

/**
 * The course of a metric that was harvested.
 *
 * @returns undefined when the experiment has no series of that name
 * @throws SheafError `file.*`, `parquet.damaged`
 */
export async function readSeries(project: Project, expId: ExpId, metric: string): Promise<Series | undefined> {
  return (await readAllSeries(project, expId, [metric])).get(metric);
}

/** {@link readSeries} of several metrics, or of all that there are, in the order of the file. */
export async function readAllSeries(
  project: Project,
  expId: ExpId,
  metrics?: readonly string[],
): Promise<ReadonlyMap<string, Series>> {
  return readSeriesFile(experimentFolder(project, expId), metrics);
}
