import { SheafError } from '../../core/errors.ts';
import { listStageStatuses } from '../../core/experiment/status.ts';
import type { QueuePosition, TaskRef } from '../../scheduler/index.ts';
import { findExperiment } from '../project/find.ts';
import type { Project } from '../project/project.ts';
import { isMine, openAttempts, type OpenAttempt } from './tasks.ts';

/** Where a waiting experiment stands; undefined when it does not wait, or that cannot be said. */
export async function placeOf(project: Project, expId: string): Promise<QueuePosition | undefined> {
  const found = await findOwnTask(project, expId, 'queued');
  if (found === undefined) return undefined;
  return (await project.scheduler()).place(found.task);
}

/** The same for who goes on without it when the scheduler cannot be asked. */
export async function placeIfKnown(project: Project, expId: string): Promise<QueuePosition | undefined> {
  try {
    return await placeOf(project, expId);
  } catch (error) {
    if (error instanceof SheafError) return undefined;
    throw error;
  }
}

/** The attempt of an experiment that waits or runs, if its job is the user's own. */
export async function findOwnTask(
  project: Project,
  expId: string,
  status: 'queued' | 'running',
): Promise<(OpenAttempt & { readonly task: TaskRef }) | undefined> {
  const experiment = findExperiment(project, expId);
  const scheduler = await project.scheduler();
  const stages = listStageStatuses(experiment.record).filter(({ outcome }) => outcome.status === status);
  return openAttempts(project, [experiment]).find(
    (item): item is OpenAttempt & { readonly task: TaskRef } =>
      item.task !== undefined &&
      isMine(item.task, scheduler) &&
      stages.some(({ stage, attempt }) => stage === item.ref.stage && attempt.n === item.ref.n),
  );
}
