import { join } from 'node:path';
import { failure } from '../../core/errors.ts';
import { attemptName } from '../../core/experiment/record.ts';
import { stageStatuses } from '../../core/experiment/status.ts';
import type { QueuePosition, TaskRef } from '../../scheduler/index.ts';
import { nowMs, runOnTerminal } from '../../system/index.ts';
import { experimentFolder, type Project } from '../project/project.ts';
import { makeJobEnvironment } from '../project/job-environment.ts';
import { findExperiment } from '../project/find.ts';
import { refresh } from '../observe/refresh.ts';
import { isMine, openAttempts, type OpenAttempt } from '../observe/tasks.ts';

/** Where a waiting experiment stands; undefined when it does not wait, or that cannot be said. */
export async function placeOf(project: Project, expId: string): Promise<QueuePosition | undefined> {
  const found = await ownTask(project, expId, 'queued');
  if (found === undefined) return undefined;
  return (await project.scheduler()).place(found.task);
}

/**
 * Opens a shell where an experiment runs, on this terminal, in the folder of its attempt.
 *
 * @returns the exit status of the shell
 * @throws SheafError `shell.not_running`, and in the scheduler's words when it will not
 */
export async function openShell(project: Project, expId: string): Promise<number> {
  await refresh(project, nowMs());
  const found = await ownTask(project, expId, 'running');
  if (found === undefined) {
    throw failure('shell.not_running', `${expId} does not run now, or its job is not yours`, {
      fix: `sheaf status ${expId}`,
    });
  }
  const argv = await (await project.scheduler()).shell(found.task);
  const cwd = join(experimentFolder(project, expId), 'attempts', attemptName(found.ref));
  return runOnTerminal(argv, { cwd, env: makeJobEnvironment(project.env) });
}

async function ownTask(
  project: Project,
  expId: string,
  status: 'queued' | 'running',
): Promise<(OpenAttempt & { readonly task: TaskRef }) | undefined> {
  const experiment = findExperiment(project, expId);
  const scheduler = await project.scheduler();
  const stages = stageStatuses(experiment.record).filter(({ outcome }) => outcome.status === status);
  return openAttempts(project, [experiment]).find(
    (item): item is OpenAttempt & { readonly task: TaskRef } =>
      item.task !== undefined &&
      isMine(item.task, scheduler) &&
      stages.some(({ stage, attempt }) => stage === item.ref.stage && attempt.n === item.ref.n),
  );
}
