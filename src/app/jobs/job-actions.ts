import { isDeferred } from '../../core/experiment/outcome.ts';
import { type Fact } from '../../core/experiment/facts.ts';
import { formatError, inputError, type Problem, SheafError, Unreachable } from '../../core/errors.ts';
import type { EventBody } from '../../core/experiment/event.ts';
import type { ExpId } from '../../core/ids.ts';
import { listStageStatuses } from '../../core/experiment/status.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { Scheduler, TaskRef } from '../../scheduler/index.ts';
import { nowMs, userName } from '../../system/index.ts';
import { getFormerDependencies } from '../submit/dependencies.ts';
import { reread } from '../project/find.ts';
import type { Project } from '../project/project.ts';
import { OutdatedFinder } from '../experiments/outdated.ts';
import { refresh } from '../observe/refresh.ts';
import type { Acted, OlderVersion, RetryOptions, Submitted } from '../project/types.ts';
import { rereadTemplates } from '../experiments/reread-template.ts';
import { openPackMates, type WithTask } from './pack-mates.ts';
import { stopAttempts } from './stop-attempts.ts';
import { isMine, openAttempts, type OpenAttempt } from '../observe/tasks.ts';

/**
 * Ends the jobs of experiments. The request is recorded first; if that fails, the scheduler gets it
 * anyway, with a warning.
 */
export async function cancel(project: Project, experiments: readonly Experiment[]): Promise<Acted> {
  const warnings: string[] = [];
  const scheduler = await project.scheduler();
  // A job may have gone on as its next attempt by itself: that one is to be cancelled.
  warnings.push(...(await tolerant(async () => (await refresh(project)).warnings)));
  const current = reread(project, experiments);
  const choice = choose(project, scheduler, current, NOTHING_ACTIVE);
  const { tasks, deferred, skipped, failed } = sparePacks(project, choice, current);
  const begunMs = nowMs();
  let isRecorded = false;
  try {
    await project.store.append([
      ...eventsOf(tasks, { kind: 'cancel', atMs: begunMs, by: userName() }),
      ...eventsOf(deferred, { kind: 'accounted', state: 'cancelled', atMs: begunMs, said: 'it was never submitted' }),
    ]);
    isRecorded = true;
  } catch (error) {
    warnings.push(`the request could not be recorded (${formatError(error)}); sheaf cancels the jobs anyway`);
  }
  try {
    await scheduler.cancel(tasks.map(({ task }) => task));
  } catch (error) {
    await showState(project, begunMs, error);
    throw isRecorded ? unheard(error) : error;
  }
  warnings.push(...(await tolerant(async () => (await refresh(project, begunMs)).warnings)));
  return { done: namesOf([...tasks, ...deferred]), skipped, failed, warnings };
}

/**
 * Ends experiments softly, with the status `stopped`: those that run end by themselves, without a call to the scheduler.
 *
 * @param reason shown with them from then on
 * @throws SheafError `stop.reason` when there is none
 */
export async function stop(project: Project, experiments: readonly Experiment[], reason: string): Promise<Acted> {
  requireReason(reason);
  const current = reread(project, experiments);
  const open = openAttempts(project, current);
  const { asked, unstarted, failed, warnings } = await stopAttempts(
    project,
    open.map(({ experiment, attempt }) => ({ experiment, attempt, reason })),
  );
  const active = new Set(open.map(({ experiment }) => experiment.expId));
  return {
    done: [...new Set([...asked, ...unstarted].map(({ experiment }) => experiment.expId))],
    skipped: current.filter(({ expId }) => !active.has(expId)).map(({ expId }) => ({ expId, why: NOTHING_ACTIVE })),
    failed: failed.map(({ experiment, problem }) => ({ expId: experiment.expId, problem })),
    warnings,
  };
}

/** @throws SheafError `stop.reason` when there is none */
export function requireReason(reason: string): void {
  if (reason.trim() !== '') return;
  throw inputError('stop.reason', 'The reason to stop is empty', {
    fix: 'say why: sheaf cancel --stop "no better than the others" EXP',
  });
}

const NOTHING_ACTIVE = 'nothing of it is queued or running';

/** The scheduler did not end the jobs, or not all: but that they are to end is on record. */
function unheard(error: unknown): unknown {
  if (!(error instanceof SheafError)) return error;
  const [first, ...rest] = error.problems;
  const parts =
    error instanceof Unreachable
      ? {
          now: 'the request to cancel is recorded, but did not reach the scheduler: the jobs continue',
          fix: 'run sheaf cancel again when the cluster answers',
        }
      : { now: 'the wish to cancel is recorded; jobs that were not ended go on' };
  return new SheafError([{ ...first, ...parts }, ...rest], error.exitCode, { cause: error });
}

/** A part of the request may have been done: its result is recorded before the error is reported. */
async function showState(project: Project, begunMs: number, error: unknown): Promise<void> {
  if (!(error instanceof Unreachable)) await tolerant(async () => (await refresh(project, begunMs)).warnings);
}

/** One event for all attempts of a submission. */
function eventsOf(items: readonly OpenAttempt[], fact: Fact): EventBody[] {
  return [...Map.groupBy(items, ({ task }) => task?.token)].map(([token, members]) => ({
    type: 'state',
    ...(token === undefined ? {} : { token }),
    attempts: members.map(({ ref }) => ref),
    fact,
  }));
}

/** Keeps queued jobs from starting. */
export async function hold(project: Project, experiments: readonly Experiment[]): Promise<Acted> {
  return changeJobs(project, experiments, 'queued', (scheduler, tasks) => scheduler.hold(tasks), true);
}

/** Lets held jobs go. */
export async function release(project: Project, experiments: readonly Experiment[]): Promise<Acted> {
  return changeJobs(project, experiments, 'queued', (scheduler, tasks) => scheduler.release(tasks), false);
}

/** Puts running jobs back into the queue; when they start again, that is their next attempt. */
export async function requeue(project: Project, experiments: readonly Experiment[]): Promise<Acted> {
  return changeJobs(project, experiments, 'running', (scheduler, tasks) => scheduler.requeue(tasks));
}

const NOTHING = { queued: 'nothing of it waits in the queue', running: 'nothing of it runs' } as const;

/** @param isHeld what happens to deferred ones */
async function changeJobs(
  project: Project,
  experiments: readonly Experiment[],
  wanted: keyof typeof NOTHING,
  act: (scheduler: Scheduler, tasks: readonly TaskRef[]) => Promise<void>,
  isHeld?: boolean,
): Promise<Acted> {
  const scheduler = await project.scheduler();
  await refresh(project, nowMs());
  const current = reread(project, experiments);
  const isWanted = ({ attempt, experiment }: OpenAttempt): boolean =>
    listStageStatuses(experiment.record).find(({ stage }) => stage === attempt.stage)?.outcome.status === wanted;
  const choice = choose(project, scheduler, current, NOTHING[wanted], isWanted);
  const { tasks, deferred, skipped, failed } = sparePacks(project, choice, current);
  const begunMs = nowMs();
  if (isHeld !== undefined) await holdDeferred(project, deferred, isHeld);
  const refs = tasks.map(({ task }) => task);
  try {
    if (refs.length > 0) await act(scheduler, refs);
  } catch (error) {
    await showState(project, begunMs, error);
    throw error;
  }
  const { warnings } = await refresh(project, begunMs);
  return { done: namesOf([...tasks, ...deferred]), skipped, failed, warnings };
}

async function holdDeferred(project: Project, deferred: readonly OpenAttempt[], hold: boolean): Promise<void> {
  await project.store.append(
    deferred.flatMap(({ ref, attempt }): EventBody[] => {
      const fact = attempt.facts.deferred?.value;
      if (fact === undefined || (fact.options.hold ?? false) === hold) return [];
      return [{ type: 'state', attempts: [ref], fact: { ...fact, options: { ...fact.options, hold } } }];
    }),
  );
}

interface Choice extends Pick<Acted, 'skipped' | 'failed'> {
  readonly tasks: readonly WithTask[];
  /** Deferred: no job was requested yet. */
  readonly deferred: readonly OpenAttempt[];
}

function choose(
  project: Project,
  scheduler: Scheduler,
  experiments: readonly Experiment[],
  otherwise: string,
  fits: (attempt: OpenAttempt) => boolean = () => true,
): Choice {
  const open = openAttempts(project, experiments).filter(fits);
  const tasks = open.filter((item): item is WithTask => item.task !== undefined && isMine(item.task, scheduler));
  const deferred = open.filter(({ attempt }) => isDeferred(attempt));
  const chosen = new Set([...tasks, ...deferred].map(({ experiment }) => experiment.key));
  const foreign = new Set(open.filter(({ task }) => task !== undefined).map(({ experiment }) => experiment.key));
  const pending = new Set(open.filter(({ task }) => task === undefined).map(({ experiment }) => experiment.key));
  const others = experiments.filter(({ key }) => !chosen.has(key));
  const isOpen = ({ key }: Experiment): boolean => pending.has(key) || foreign.has(key);
  return {
    tasks,
    deferred,
    skipped: others.filter((one) => !isOpen(one)).map(({ expId }) => ({ expId, why: otherwise })),
    failed: others.filter(isOpen).map((one) => ({ expId: one.expId, problem: outOfReach(one, pending.has(one.key)) })),
  };
}

/**
 * What is done to a task that several experiments share is done to all of them, or to none.
 *
 * @param named those that were asked for
 */
function sparePacks(project: Project, choice: Choice, named: readonly Experiment[]): Choice {
  const keys = new Set(named.map(({ key }) => key));
  const mateOf = openPackMates(project, ({ key }) => keys.has(key));
  const spared = new Map(
    choice.tasks.flatMap((item): [WithTask, Experiment][] => {
      const other = item.packed ? mateOf(item) : undefined;
      return other === undefined ? [] : [[item, other]];
    }),
  );
  return {
    ...choice,
    tasks: choice.tasks.filter((item) => !spared.has(item)),
    failed: [
      ...choice.failed,
      ...[...spared].map(([item, other]) => ({ expId: item.experiment.expId, problem: sharing(item, other) })),
    ],
  };
}

function sharing({ experiment }: WithTask, other: Experiment): Problem {
  return {
    code: 'act.pack',
    message: `${experiment.expId} shares its job with others that are active, ${other.expId} among them`,
    why: 'the scheduler ends a job as a whole',
    fix: 'name all of them, or the sweep; sheaf list --where "status in (queued, running)" shows them',
    now: 'it was left alone',
  };
}

/** It has a job, or is about to, that this command cannot reach. */
function outOfReach({ expId }: Experiment, isPending: boolean): Problem {
  return isPending
    ? { code: 'act.pending', message: `${expId} is currently being submitted`, fix: 'try again in a moment' }
    : {
        code: 'act.foreign',
        message: `the job of ${expId} belongs to another user or to the scheduler of another host`,
        fix: 'run the command there, or ask that user',
      };
}

function namesOf(items: readonly OpenAttempt[]): ExpId[] {
  return [...new Set(items.map(({ experiment }) => experiment.expId))];
}

/** What cannot be found out must not keep a cancel from the scheduler. */
async function tolerant(act: () => Promise<readonly string[]>): Promise<readonly string[]> {
  try {
    return await act();
  } catch (error) {
    return [formatError(error)];
  }
}

/** Makes a next attempt of what failed or was cancelled, and of the stages that depend on it. */
export async function retry(
  project: Project,
  experiments: readonly Experiment[],
  options: RetryOptions,
): Promise<Submitted> {
  const { warnings } = await refresh(project, nowMs());
  const { tried, neverRan } = chooseTried(project, experiments);
  // All are checked before the first is submitted.
  if (options.fresh) await rereadTemplates(project, tried);
  const older = options.fresh ? [] : await olderVersions(project, tried);
  const { submitExperiments } = await import('../submit/submit.ts');
  const submitted = await submitExperiments(project, tried, { ...options, again: true });
  const words = neverRan.map(({ expId }) => ({ expId, why: `was never submitted; sheaf submit ${expId}` }));
  return {
    ...submitted,
    nothingToDo: [...submitted.nothingToDo, ...words],
    ...(older.length === 0 ? {} : { older: older.filter(({ expId }) => isSubmitted(submitted, expId)) }),
    warnings: [...new Set([...warnings, ...submitted.warnings])],
  };
}

/** Those of which a retry makes a next attempt, with what depends on them; and those that never ran. */
export function chooseTried(
  project: Project,
  experiments: readonly Experiment[],
): { readonly tried: readonly Experiment[]; readonly neverRan: readonly Experiment[] } {
  const current = [...reread(project, experiments), ...dependents(project, experiments)];
  const neverRan = new Set(current.filter(({ record }) => listStageStatuses(record).length === 0));
  return { tried: current.filter((experiment) => !neverRan.has(experiment)), neverRan: [...neverRan] };
}

/** Those whose code or template changed since: the retry does not notice. */
async function olderVersions(project: Project, experiments: readonly Experiment[]): Promise<OlderVersion[]> {
  const finder = new OutdatedFinder(project);
  const found: OlderVersion[] = [];
  for (const experiment of experiments) {
    const outdated = await finder.of(experiment);
    if (outdated !== undefined) found.push({ expId: experiment.expId, outdated });
  }
  return found;
}

function isSubmitted({ submissions, deferred }: Submitted, expId: ExpId): boolean {
  const members = [...submissions.flatMap((submission) => submission.members), ...deferred];
  return members.some((member) => member.expId === expId);
}

const OF_DEPENDENCY = {
  kind: 'compare',
  field: 'cause',
  operator: '=',
  literal: { kind: 'text', text: 'dependency' },
} as const;

/** What was to run after one of these, and did not since that one failed. */
function dependents(project: Project, experiments: readonly Experiment[]): Experiment[] {
  const retried = new Set<string>(experiments.map(({ expId }) => expId));
  return [...project.store.select({ where: OF_DEPENDENCY, nowMs: nowMs() })].filter(
    (experiment) =>
      !retried.has(experiment.expId) && getFormerDependencies(project, experiment).some((expId) => retried.has(expId)),
  );
}
