import type { StartPoint } from '../../core/experiment/checkpoint-file.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { getFileFacts } from '../../system/index.ts';
import type { Project } from '../project/project.ts';
import { getStart, getStartPath, nameSource } from './start-file.ts';

/** A checkpoint that something starts from, or started from. */
export interface Ancestor extends StartPoint {
  /** Nothing is where it was. */
  readonly isGone: boolean;
}

/**
 * The checkpoint that an experiment starts from, then the one that its writer started from, and so on. Each with the name
 * that its writer has now. It ends at a writer that is no longer known.
 */
export function listAncestry(project: Project, experiment: Experiment): Ancestor[] {
  const chain: Ancestor[] = [];
  // A checkpoint is older than what starts from it. Only a journal that was edited has a circle.
  const seen = new Set<string>();
  let start = getStart(experiment);
  while (start !== undefined && !seen.has(start.key)) {
    seen.add(start.key);
    const exp = nameSource(project, start);
    const isGone = getFileFacts(getStartPath(project, start), { follow: true }) === undefined;
    chain.push({ ...start, exp, isGone });
    const writer = project.store.find(exp);
    start = writer && getStart(writer);
  }
  return chain;
}
