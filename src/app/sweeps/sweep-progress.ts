import { nowMs } from '../../system/index.ts';
import { summarizeProgress } from '../jobs/progress.ts';
import type { Project } from '../project/project.ts';
import type { ExperimentsProgress } from '../project/types.ts';
import { selectMembers } from './show-sweep.ts';

/** How far a sweep is. */
export interface SweepProgress extends ExperimentsProgress {
  readonly sweep: string;
}

/** How far a sweep is as far as the record says; never asks the scheduler. @throws SheafError `sweep.unknown` */
export function readSweepProgress(project: Project, name: string): SweepProgress {
  return { sweep: name, ...summarizeProgress(selectMembers(project, name), nowMs()) };
}
