import { isDeferred } from '../core/attempt.ts';
import { inputError } from '../core/errors.ts';
import { stageStatuses } from '../core/status.ts';
import type { Dependency } from '../scheduler/index.ts';
import type { Project } from './project.ts';
import { findExperiment } from './find.ts';
import { openAttempts } from './tasks.ts';

/**
 * The jobs that must complete before a new one starts: those of the experiments named with `--after`.
 *
 * @throws SheafError `after.*` when one of them never ran or did not complete: it would wait for ever
 */
export function afterDependencies(project: Project, expIds: readonly string[]): Dependency[] {
  return expIds.flatMap((expId) => {
    const experiment = findExperiment(project, expId);
    const stages = stageStatuses(experiment.record);
    const dead = stages.find(({ outcome }) => outcome.status === 'failed' || outcome.status === 'cancelled');
    if (stages.length === 0 || dead !== undefined) {
      throw inputError(
        'after.ended',
        `${expId}, named with --after, ${dead ? `has ${dead.outcome.status}` : 'was never submitted'}`,
        {
          why: 'a job that waits for it would wait for ever',
          fix: `sheaf ${dead ? 'retry' : 'submit'} ${expId}, then submit this again`,
          now: 'nothing was submitted',
        },
      );
    }
    return openAttempts(project, [experiment]).flatMap(({ task }) =>
      task === undefined
        ? []
        : [{ job: task.job, token: task.token, tasks: task.index ?? ('all' as const), until: 'completed' as const }],
    );
  });
}

/** Whether one of those named with `--after` has no job yet that could be waited for. */
export function isBehindKeptBack(project: Project, expIds: readonly string[]): boolean {
  return expIds.some((expId) => Object.values(findExperiment(project, expId).record.attempts).some(isDeferred));
}
