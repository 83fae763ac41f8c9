import type { AttemptRef, EventBody } from '../../core/experiment/event.ts';
import { isOpen } from '../../core/experiment/status.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { PollResult, QueueReader, TaskRef } from '../../scheduler/index.ts';
import { nowMs, userId } from '../../system/index.ts';
import { isWatched, observe, type Observation, type Tracked } from './observations.ts';
import { EventBatcher, addsInformation, isSameWait } from './new-facts.ts';
import { readInputRecords } from './input-records.ts';
import { readRunRecords } from './job-records.ts';
import type { Project } from '../project/project.ts';
import { isMine, openAttempts, getReasonName, getTaskName, getWaitingTask, type OpenAttempt } from './tasks.ts';
import { askAccounts, inferFacts } from './infer-outcome.ts';

/** What the queue, the accounting and the jobs' own records say now. */
export interface Look {
  /** When the queue was asked; undefined if there was nothing to ask about. */
  readonly askedAtMs?: number;
  /** Why the queue could not be asked: nothing is to be built on this. */
  readonly problem?: string;
  /** What the queue said was said to another command a moment ago. */
  readonly reused?: boolean;
  /** What is new, not recorded yet. */
  readonly facts: readonly EventBody[];
  /** The tasks that the user may act on. */
  readonly observations: readonly Observation[];
  /** Why tasks wait, by {@link getReasonName}. */
  readonly reasons: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
}

const NOTHING_SEEN: Look = { facts: [], observations: [], reasons: new Map(), warnings: [] };

/**
 * Finds the outcome of these experiments: one question to the queue for all of them, then the jobs' own records of those
 * that started or ended, then one question to the accounting for those that left the queue without a record. Records
 * nothing, and does nothing about it: the queue that it gets can only be read.
 *
 * @param afterMs what the queue said before does not do
 */
export async function lookAtJobs(
  project: Project,
  queue: QueueReader,
  watched: readonly Experiment[],
  afterMs?: number,
): Promise<Look> {
  const waiting = getOwnWaiting(project, queue, watched);
  const waitingExperiments = new Set(waiting.map(({ experiment }) => experiment));
  const others = openAttempts(
    project,
    watched.filter((experiment) => !waitingExperiments.has(experiment)),
    isWatched,
  );
  if (waiting.length + others.length === 0) return NOTHING_SEEN;
  const own = others.filter((item): item is Tracked => isOwn(item, queue));
  const tasks = [...waiting, ...own].map(({ task }) => task);
  const poll = await queue.poll(tasks, afterMs);
  if (poll.kind === 'failed') return { ...NOTHING_SEEN, askedAtMs: nowMs(), problem: poll.said };
  const seen = new Map(poll.results.map((result) => [getTaskName(result), result.fact]));
  const moved = waiting.flatMap(({ experiment, task }) =>
    stillWaits(experiment, seen.get(getTaskName(task))) ? [] : [experiment],
  );
  const open = [...others, ...openAttempts(project, moved, isWatched)];
  const mine = open.filter((item): item is Tracked => isOwn(item, queue));
  const observations = mine.flatMap((item) => observe(project, item, seen.get(getTaskName(item.task)), poll.atMs));
  const accounts = await askAccounts(queue, observations);
  const events = new EventBatcher();
  for (const each of observations) inferFacts(project, each, accounts, poll.atMs, events);
  const facts = [...events.all(), ...readForeignRecords(project, open, queue)];
  const why = await diagnoseFailures(project, open, facts, poll.atMs);
  return {
    askedAtMs: poll.atMs,
    facts: [...facts, ...why, ...readInputRecords(project, open, facts)],
    observations,
    reasons: new Map([...reasonsOf(waiting.map(asNamed), seen), ...reasonsOf(mine, seen)]),
    warnings: [...accounts.warnings, ...warnOfForeign(open, queue)],
    ...(poll.reused ? { reused: true } : {}),
  };
}

/** What the logs say of those that failed, by these new facts. Recorded with them, so that none is ever left out. */
async function diagnoseFailures(
  project: Project,
  open: readonly OpenAttempt[],
  facts: readonly EventBody[],
  atMs: number,
): Promise<EventBody[]> {
  if (!facts.some(mayBeFailure)) return [];
  const { diagnoseEnded } = await import('./diagnose.ts');
  return diagnoseEnded(
    project,
    open.map(({ experiment }) => experiment),
    facts,
    atMs,
  );
}

function mayBeFailure(event: EventBody): boolean {
  if (event.type !== 'state') return false;
  const { fact } = event;
  return fact.kind === 'accounted' || (fact.kind === 'ended' && fact.exitCode !== 0);
}

/** One of which all there is to know is that it waits. */
interface OwnWaiting {
  readonly experiment: Experiment;
  readonly task: TaskRef;
}

function getOwnWaiting(project: Project, queue: QueueReader, watched: readonly Experiment[]): OwnWaiting[] {
  return watched.flatMap((experiment) => {
    const task = getWaitingTask(project, experiment);
    return task !== undefined && isMine(task, queue) ? [{ experiment, task }] : [];
  });
}

/**
 * The queue shows what is on record of it: nothing is learned. When its reason was recorded is not known without its
 * record, so that another one of the same kind is only reported, see {@link RefreshResult.reasons}.
 */
function stillWaits({ waiting }: Experiment, fact: PollResult['fact'] | undefined): boolean {
  if (waiting === undefined || fact?.kind !== 'queue' || fact.state !== 'pending') return false;
  return fact.never === undefined && isSameWait(waiting, fact);
}

function asNamed({ experiment, task }: OwnWaiting): Named {
  return { task, ref: { key: experiment.key, stage: experiment.waiting?.stage ?? '' } };
}

function isOwn({ task }: OpenAttempt, queue: QueueReader): boolean {
  return task !== undefined && isMine(task, queue);
}

function warnOfForeign(open: readonly OpenAttempt[], queue: QueueReader): string[] {
  const others = open.filter(({ task, attempt }) => task !== undefined && !isMine(task, queue) && isOpen(attempt));
  return others.length === 0
    ? []
    : [`${others.length} active on another scheduler or of another user: shown as last seen by their owner`];
}

/**
 * What own jobs on a scheduler that cannot be asked from here left behind: in a project that was copied, or is
 * used from two hosts. Their own records count; that they are missing says nothing.
 */
function readForeignRecords(project: Project, open: readonly OpenAttempt[], queue: QueueReader): EventBody[] {
  const events = new EventBatcher();
  for (const { experiment, attempt, ref, task } of open) {
    if (task === undefined || task.job.scheduler === queue.id || task.job.uid !== userId()) continue;
    for (const run of readRunRecords(project, experiment.expId, ref, task.token, true)) {
      const known = run.ref.n === ref.n ? attempt.facts : {};
      for (const fact of [run.started, run.ended]) {
        if (fact !== undefined && addsInformation(known, fact)) events.add(task.token, run.ref, fact);
      }
    }
  }
  return events.all();
}

/** A task, and whose it is. */
interface Named {
  readonly task: TaskRef;
  readonly ref: Pick<AttemptRef, 'key' | 'stage'>;
}

function reasonsOf(tracked: readonly Named[], seen: ReadonlyMap<string, PollResult['fact']>): Map<string, string> {
  return new Map(
    tracked.flatMap(({ task, ref }): [string, string][] => {
      const fact = seen.get(getTaskName(task));
      return fact?.kind === 'queue' && fact.reason !== undefined ? [[getReasonName(ref), fact.reason]] : [];
    }),
  );
}
