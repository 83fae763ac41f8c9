import { isAbsolute, relative, resolve } from 'node:path';
import { formatStart, type StartPoint } from '../../core/experiment/checkpoint-file.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { asKey } from '../../core/ids.ts';
import { formatClockTime } from '../../core/text/clock-time.ts';
import { experimentFolder, type Project } from '../project/project.ts';

/** The checkpoint that the jobs of an experiment start from; undefined if they start from none. */
export function getStart({ settings, record }: Experiment): StartPoint | undefined {
  // The record is the larger part: it is left alone if the settings answer.
  return settings.start_from === undefined ? undefined : record.created?.value.start;
}

/** The experiment that wrote a checkpoint, by the name that it has now. */
export function nameSource({ store }: Project, { key, exp }: Pick<StartPoint, 'key' | 'exp'>): string {
  return store.findByKey(asKey(key))?.expId ?? exp;
}

/** Where the checkpoint is. Absolute. */
export function getStartPath(project: Project, start: StartPoint): string {
  return resolve(experimentFolder(project, nameSource(project, start)), start.path);
}

/** The same for the script of a job: relative to the project if it is in there, since a project can be moved. */
export function getPathForJob(project: Project, start: StartPoint): string {
  const path = getStartPath(project, start);
  const inProject = relative(project.root, path);
  return isAbsolute(inProject) || inProject.split('/')[0] === '..' ? path : inProject;
}

/** Which file it is, for comparisons: `pretrain@5000, attempts/train-1/ck_5000.pt of 2026-03-01 12:00:00 +00:00`. */
export function describeStart(start: StartPoint): string {
  return `${formatStart(start)}, ${start.path} of ${formatClockTime(start.changedMs)}`;
}
