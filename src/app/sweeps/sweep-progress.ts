import { nowMs } from '../../system/index.ts';
import { summarizeProgress } from '../jobs/progress.ts';
import { findSweep } from '../project/find.ts';
import type { Project } from '../project/project.ts';
import type { ExperimentsProgress } from '../project/types.ts';
import { membersOf } from './show-sweep.ts';

/** How far a sweep is. */
export interface SweepProgress extends ExperimentsProgress {
  readonly sweep: string;
}

/** How far a sweep is as far as the record says; never asks the scheduler. @throws SheafError `sweep.unknown` */
export function readSweepProgress(project: Project, name: string): SweepProgress {
  findSweep(project, name);
  const atMs = nowMs();
  const members = [...project.store.select({ where: membersOf(name), nowMs: atMs })];
  return { sweep: name, ...summarizeProgress(members, atMs) };
}
