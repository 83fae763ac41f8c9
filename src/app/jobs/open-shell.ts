import { join } from 'node:path';
import { failure } from '../../core/errors.ts';
import { attemptName } from '../../core/experiment/record.ts';
import { nowMs, runOnTerminal } from '../../system/index.ts';
import { findOwnTask } from '../observe/queue-position.ts';
import { refresh } from '../observe/refresh.ts';
import { makeJobEnvironment } from '../project/job-environment.ts';
import { experimentFolder, type Project } from '../project/project.ts';

/**
 * Opens a shell where an experiment runs, on this terminal, in the folder of its attempt.
 *
 * @returns the exit status of the shell
 * @throws SheafError `shell.not_running`, and in the scheduler's words when it will not
 */
export async function openShell(project: Project, expId: string): Promise<number> {
  await refresh(project, nowMs());
  const found = await findOwnTask(project, expId, 'running');
  if (found === undefined) {
    throw failure('shell.not_running', `${expId} does not run now, or its job is not yours`, {
      fix: `sheaf status ${expId}`,
    });
  }
  const argv = await (await project.scheduler()).shell(found.task);
  const cwd = join(experimentFolder(project, expId), 'attempts', attemptName(found.ref));
  return runOnTerminal(argv, { cwd, env: makeJobEnvironment(project.env) });
}
