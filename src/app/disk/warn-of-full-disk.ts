import { describeShortage } from '../../core/disk/shortage.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { Project } from '../project/project.ts';
import { findSpace } from './disk-space.ts';
import { expectWrites, type PlannedRuns } from './expected-writes.ts';

/**
 * Warns that runs will probably not fit on the disk or in a quota, by what past runs of their templates wrote. Asks for
 * quotas only if there are past runs.
 */
export async function warnOfFullDisk(project: Project, planned: readonly PlannedRuns[]): Promise<string[]> {
  const expected = await expectWrites(project, planned);
  if (expected.length === 0) return [];
  return describeShortage(expected, await findSpace(project, project.store.paths.experiments));
}

/** How many of the experiments are of each template. */
export function countRuns(experiments: readonly Experiment[]): PlannedRuns[] {
  const byTemplate = Map.groupBy(experiments, ({ config }) => config.template);
  return [...byTemplate].map(([template, { length }]) => ({ template, runs: length }));
}
