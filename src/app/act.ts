import { errorText, type Problem } from '../core/errors.ts';
import type { ExpId } from '../core/ids.ts';
import { stageStatuses } from '../core/status.ts';
import type { Experiment } from '../core/stored.ts';
import type { Scheduler, TaskRef } from '../scheduler/index.ts';
import { nowMs, userName } from '../system/index.ts';
import { reread } from './find.ts';
import type { Project } from './project.ts';
import { reconcile } from './reconcile.ts';
import { refresh } from './refresh.ts';
import type { Acted, SubmitOptions, Submitted } from './results.ts';
import { submitExperiments } from './submit.ts';
import { isMine, openAttempts, type OpenAttempt } from './tasks.ts';

/**
 * Ends the jobs of experiments. The wish is recorded first; when it cannot be, the scheduler is told
 * all the same, and the warning says so.
 */
export async function cancel(project: Project, experiments: readonly Experiment[]): Promise<Acted> {
  const warnings: string[] = [];
  const scheduler = await project.scheduler();
  warnings.push(...(await tolerant(async () => (await reconcile(project)).warnings)));
  const { tasks, skipped, failed } = choose(project, scheduler, experiments, 'nothing of it is queued or running');
  try {
    await project.store.append(
      tasks.map(({ ref, task }) => ({
        type: 'state',
        token: task.token,
        attempts: [ref],
        fact: { kind: 'cancel', atMs: nowMs(), by: userName() },
      })),
    );
  } catch (error) {
    warnings.push(`the wish could not be recorded (${errorText(error)}); the scheduler is told all the same`);
  }
  await scheduler.cancel(tasks.map(({ task }) => task));
  warnings.push(...(await tolerant(async () => (await refresh(project)).warnings)));
  return { done: namesOf(tasks), skipped, failed, warnings };
}

/** Keeps queued jobs from starting. */
export async function hold(project: Project, experiments: readonly Experiment[]): Promise<Acted> {
  return tell(project, experiments, (scheduler, tasks) => scheduler.hold(tasks));
}

/** Lets held jobs go. */
export async function release(project: Project, experiments: readonly Experiment[]): Promise<Acted> {
  return tell(project, experiments, (scheduler, tasks) => scheduler.release(tasks));
}

async function tell(
  project: Project,
  experiments: readonly Experiment[],
  act: (scheduler: Scheduler, tasks: readonly TaskRef[]) => Promise<void>,
): Promise<Acted> {
  const scheduler = await project.scheduler();
  await refresh(project);
  const current = reread(project, experiments);
  const isQueued = ({ attempt, experiment }: OpenAttempt): boolean =>
    stageStatuses(experiment.record).find(({ stage }) => stage === attempt.stage)?.outcome.status === 'queued';
  const { tasks, skipped, failed } = choose(project, scheduler, current, 'nothing of it waits in the queue', isQueued);
  await act(
    scheduler,
    tasks.map(({ task }) => task),
  );
  const { warnings } = await refresh(project);
  return { done: namesOf(tasks), skipped, failed, warnings };
}

type Chosen = OpenAttempt & { readonly task: TaskRef };

function choose(
  project: Project,
  scheduler: Scheduler,
  experiments: readonly Experiment[],
  otherwise: string,
  fits: (attempt: OpenAttempt) => boolean = () => true,
): Pick<Acted, 'skipped' | 'failed'> & { readonly tasks: Chosen[] } {
  const open = openAttempts(project, experiments).filter(fits);
  const tasks = open.filter((item): item is Chosen => item.task !== undefined && isMine(item.task, scheduler));
  const chosen = new Set(tasks.map(({ experiment }) => experiment.key));
  const foreign = new Set(open.filter(({ task }) => task !== undefined).map(({ experiment }) => experiment.key));
  const pending = new Set(open.filter(({ task }) => task === undefined).map(({ experiment }) => experiment.key));
  const others = experiments.filter(({ key }) => !chosen.has(key));
  const isOpen = ({ key }: Experiment): boolean => pending.has(key) || foreign.has(key);
  return {
    tasks,
    skipped: others.filter((one) => !isOpen(one)).map(({ expId }) => ({ expId, why: otherwise })),
    failed: others.filter(isOpen).map((one) => ({ expId: one.expId, problem: outOfReach(one, pending.has(one.key)) })),
  };
}

/** It has a job, or is about to, that this command cannot reach. */
function outOfReach({ expId }: Experiment, isPending: boolean): Problem {
  return isPending
    ? { code: 'act.pending', message: `${expId} is just being submitted`, fix: 'try again in a moment' }
    : {
        code: 'act.foreign',
        message: `the job of ${expId} belongs to another user or to the scheduler of another host`,
        fix: 'run the command there, or ask that user',
      };
}

function namesOf(tasks: readonly Chosen[]): ExpId[] {
  return [...new Set(tasks.map(({ experiment }) => experiment.expId))];
}

/** What cannot be found out must not keep a cancel from the scheduler. */
async function tolerant(act: () => Promise<readonly string[]>): Promise<readonly string[]> {
  try {
    return await act();
  } catch (error) {
    return [errorText(error)];
  }
}

/** Makes a next attempt of what failed or was cancelled, and of the stages that depend on it. */
export async function retry(
  project: Project,
  experiments: readonly Experiment[],
  options: SubmitOptions,
): Promise<Submitted> {
  await refresh(project);
  const current = reread(project, experiments);
  const neverRan = current.filter(({ record }) => stageStatuses(record).length === 0);
  const submitted = await submitExperiments(
    project,
    current.filter((experiment) => !neverRan.includes(experiment)),
    { ...options, again: true },
  );
  const words = neverRan.map(({ expId }) => ({ expId, why: `was never submitted; sheaf submit ${expId}` }));
  return { ...submitted, nothingToDo: [...submitted.nothingToDo, ...words] };
}
