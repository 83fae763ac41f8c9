import type { StartPoint } from '../../core/experiment/checkpoint-file.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { Project } from '../project/project.ts';
import { getStart, nameSource } from './start-file.ts';

/**
 * The checkpoint that an experiment starts from, then the one that its writer started from, and so on. Each with the name
 * that its writer has now. It ends at a writer that is no longer known.
 */
export function listAncestry(project: Project, experiment: Experiment): StartPoint[] {
  const chain: StartPoint[] = [];
  // A checkpoint is older than what starts from it. Only a journal that was edited has a circle.
  const seen = new Set<string>();
  let start = getStart(experiment);
  while (start !== undefined && !seen.has(start.key)) {
    seen.add(start.key);
    const exp = nameSource(project, start);
    chain.push({ ...start, exp });
    const writer = project.store.find(exp);
    start = writer && getStart(writer);
  }
  return chain;
}
