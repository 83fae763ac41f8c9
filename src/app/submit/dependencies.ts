import { isDeferred } from '../../core/experiment/outcome.ts';
import { inputError } from '../../core/errors.ts';
import type { ExpId } from '../../core/ids.ts';
import { getExperimentStatus, listStageStatuses } from '../../core/experiment/status.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { Dependency, Scheduler } from '../../scheduler/index.ts';
import type { Project } from '../project/project.ts';
import { findExperiment } from '../project/find.ts';
import { isMine, openAttempts } from '../observe/tasks.ts';

/**
 * The jobs that must complete before a new one starts: those of the experiments named with `--after`.
 *
 * @throws SheafError `after.*` when one of them never ran or did not complete: it would wait for ever
 */
export function getDependencies(project: Project, scheduler: Scheduler, expIds: readonly string[]): Dependency[] {
  return expIds.flatMap((expId) => {
    const experiment = findExperiment(project, expId);
    const stages = listStageStatuses(experiment.record);
    const dead = stages.find(({ outcome }) => DEAD.has(outcome.status));
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
    const open = openAttempts(project, [experiment]);
    if (open.some(({ task }) => task !== undefined && !isMine(task, scheduler))) throw elsewhere(expId);
    return open.flatMap(({ task }) =>
      task === undefined
        ? []
        : [{ job: task.job, token: task.token, tasks: task.index ?? ('all' as const), until: 'completed' as const }],
    );
  });
}

const DEAD: ReadonlySet<string> = new Set(['failed', 'cancelled', 'stopped']);

/** A job id means another job there. */
function elsewhere(expId: string): Error {
  return inputError('after.elsewhere', `${expId}, named with --after, runs on another cluster or for another user`, {
    why: 'a job can only wait for jobs of its own cluster',
    fix: `wait for it: sheaf wait ${expId}`,
    now: 'nothing was submitted',
  });
}

/** The experiments that this one was to wait for when it was last submitted. */
export function getFormerDependencies(project: Project, { record }: Experiment): ExpId[] {
  const tokens = new Set(Object.values(record.attempts).flatMap(({ token }) => token?.value ?? []));
  const keys = [...tokens].flatMap((token) => project.store.submission(token)?.request?.value.behind ?? []);
  return [...new Set(keys)].flatMap((key) => project.store.findByKey(key)?.expId ?? []);
}

/** Those of them that have not completed: a new attempt must wait for them again. */
export function getUnfinishedDependencies(project: Project, experiment: Experiment): ExpId[] {
  return getFormerDependencies(project, experiment).filter((expId) => {
    const before = project.store.find(expId);
    return before !== undefined && getExperimentStatus(before.record).status !== 'completed';
  });
}

/** Whether one of those named with `--after` has no job yet that could be waited for. */
export function waitsForDeferred(project: Project, expIds: readonly string[]): boolean {
  return expIds.some((expId) => Object.values(findExperiment(project, expId).record.attempts).some(isDeferred));
}
