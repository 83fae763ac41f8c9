import { dirname, join } from 'node:path';
import type { Attempt } from '../../core/experiment/attempt.ts';
import type { AttemptRef, EventBody } from '../../core/experiment/event.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { isDeferred } from '../../core/experiment/outcome.ts';
import { attemptName } from '../../core/experiment/record.ts';
import { isOpen } from '../../core/experiment/status.ts';
import { formatError, type Problem, SheafError } from '../../core/errors.ts';
import { claimLink, makeFolder, nowMs, readClaim } from '../../system/index.ts';
import { getReasonName, isMine, openAttempts, type OpenAttempt } from '../observe/tasks.ts';
import { experimentFolder, type Project } from '../project/project.ts';
import { openPackMates, type WithTask } from './pack-mates.ts';

/** An attempt that is to end before its end. */
export interface AttemptToStop {
  readonly experiment: Experiment;
  readonly attempt: Attempt;
  /** Why: what the run is shown with from then on. */
  readonly reason: string;
}

/** The outcome of a request to stop attempts. */
export interface StoppedAttempts {
  /** They run, and end soon. */
  readonly asked: readonly AttemptToStop[];
  /** They had not started, and never will. */
  readonly unstarted: readonly AttemptToStop[];
  readonly failed: readonly (AttemptToStop & { readonly problem: Problem })[];
  readonly warnings: readonly string[];
}

/**
 * Stops attempts. What runs finds the link `stop` in the folder of its attempt and ends, with no call to the scheduler. What
 * has not started can start no more, and leaves the queue by one call for all. Safe to repeat: the first reason stays, and
 * attempts that have ended are left alone.
 */
export async function stopAttempts(project: Project, stops: readonly AttemptToStop[]): Promise<StoppedAttempts> {
  const asked: AttemptToStop[] = [];
  const unstarted: AttemptToStop[] = [];
  const failed: (AttemptToStop & { problem: Problem })[] = [];
  for (const stop of stops.filter(({ attempt }) => isOpen(attempt))) {
    const reason = stop.reason.replace(/\s+/g, ' ').trim().slice(0, MOST_CHARACTERS);
    try {
      // Only one of this and the job can have the claim of the run.
      if (!hasStarted(stop) && project.store.claims.giveUp(refOf(stop), `stopped: ${reason}`)) {
        unstarted.push({ ...stop, reason });
      } else {
        makeStopLink(project, stop, reason);
        asked.push(stop);
      }
    } catch (error) {
      if (!(error instanceof SheafError)) throw error;
      failed.push({ ...stop, problem: error.problems[0] });
    }
  }
  if (unstarted.length === 0) return { asked, unstarted, failed, warnings: [] };
  await project.store.append(
    [...Map.groupBy(unstarted, ({ reason }) => reason)].map(([why, some]): EventBody => {
      const fact = { kind: 'given_up', atMs: nowMs(), why, stopped: true } as const;
      return { type: 'state', attempts: some.map(refOf), fact };
    }),
  );
  return { asked, unstarted, failed, warnings: await takeFromQueue(project, unstarted) };
}

/** A link names no more than this, with room for what a file system takes less of. */
const MOST_CHARACTERS = 1000;

function refOf({ experiment: { key }, attempt: { stage, n } }: AttemptToStop): AttemptRef {
  return { key, stage, n };
}

function hasStarted({ attempt: { facts } }: AttemptToStop): boolean {
  return facts.started !== undefined;
}

/** Whether the job of an attempt can see that it is to end. */
export function hasStopLink(project: Project, stop: AttemptToStop): boolean {
  return readClaim(stopLinkOf(project, stop)) !== undefined;
}

function makeStopLink(project: Project, stop: AttemptToStop, reason: string): void {
  const link = stopLinkOf(project, stop);
  makeFolder(dirname(link));
  claimLink(link, reason);
}

function stopLinkOf(project: Project, { experiment, attempt }: AttemptToStop): string {
  return join(experimentFolder(project, experiment.expId), 'attempts', attemptName(attempt), 'stop');
}

/** They would do nothing if they started: it only spares the queue, so that a failure is a warning. */
async function takeFromQueue(project: Project, unstarted: readonly AttemptToStop[]): Promise<readonly string[]> {
  const waiting = unstarted.filter(({ attempt }) => !isDeferred(attempt));
  if (waiting.length === 0) return [];
  const names = new Set(waiting.map((stop) => attemptKey(refOf(stop))));
  try {
    const scheduler = await project.scheduler();
    const isAsked = new Set(waiting.map((stop) => getReasonName(refOf(stop))));
    const mateOf = openPackMates(project, (member) => isAsked.has(getReasonName(member)));
    const items = openAttempts(project, new Set(waiting.map(({ experiment }) => experiment)), () => true).filter(
      (item): item is WithTask => names.has(attemptKey(item.ref)) && hasTask(item) && isMine(item.task, scheduler),
    );
    const tasks = items.filter((item) => !item.packed || mateOf(item) === undefined).map(({ task }) => task);
    if (tasks.length > 0) await scheduler.cancel(tasks);
    return [];
  } catch (error) {
    return [
      `jobs that were stopped before they started are still in the queue, and end at once when they start: ${formatError(error)}`,
    ];
  }
}

function attemptKey({ key, stage, n }: AttemptRef): string {
  return `${key}.${stage}-${n}`;
}

function hasTask(item: OpenAttempt): item is WithTask {
  return item.task !== undefined;
}
