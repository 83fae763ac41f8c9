import { formatError, Unreachable } from '../../core/errors.ts';
import type { AttemptRef, EventBody } from '../../core/experiment/event.ts';
import { getExperimentStatus, isOpen, isActive } from '../../core/experiment/status.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { Scheduler, PollResult, TaskRef } from '../../scheduler/index.ts';
import { nowMs, userId } from '../../system/index.ts';
import { isWatched, observe, LOST_WATCH_MS, type Observation, type Tracked } from './observations.ts';
import { EventBatcher, addsInformation, isSameWait } from './new-facts.ts';
import { readInputRecords } from './input-records.ts';
import { readRunRecords } from './job-records.ts';
import type { Project } from '../project/project.ts';
import { reconcile } from './reconcile.ts';
import { isMine, openAttempts, getReasonName, getTaskName, getWaitingTask, type OpenAttempt } from './tasks.ts';
import { askAccounts, inferFacts } from './infer-outcome.ts';

export interface RefreshResult {
  readonly askedAtMs: number;
  readonly warnings: readonly string[];
  /** Why tasks wait, as the scheduler just said, by {@link getReasonName}. */
  readonly reasons: ReadonlyMap<string, string>;
  /** The scheduler could not be asked: nothing is to be built on this. */
  readonly failed?: true;
  /** What the scheduler said was said to another command a moment ago. */
  readonly reused?: boolean;
  /** Those that were active, or of which more could be learned, as they were before. */
  readonly before: readonly Experiment[];
  /** The active experiments, when nothing new was learned of any. */
  readonly unchanged?: readonly Experiment[];
}

const NOTHING_ASKED = { reasons: new Map<string, string>() };

/**
 * Finds the outcome of all attempts that may have a job: one question to the queue for all of them, then the
 * jobs' own records of those that started or ended, then one question to the accounting for those that left the
 * queue without a record. Records what is new, and only that.
 *
 * @param afterMs what the queue said before does not do
 */
export async function refresh(project: Project, afterMs?: number): Promise<RefreshResult> {
  await project.store.refresh();
  const silent = project.store.hasActive() ? await beginPoll(project, afterMs) : undefined;
  const before = project.store.watched(nowMs() - LOST_WATCH_MS);
  if (silent !== undefined)
    return { ...NOTHING_ASKED, before, askedAtMs: nowMs(), warnings: [describeFailedPoll(silent)], failed: true };
  const { warnings, settled } = await reconcile(project);
  const watched = settled ? project.store.watched(nowMs() - LOST_WATCH_MS) : before;
  const scheduler = watched.length === 0 ? undefined : await project.scheduler();
  const waiting = scheduler === undefined ? [] : getOwnWaiting(project, scheduler, watched);
  const waitingExperiments = new Set(waiting.map(({ experiment }) => experiment));
  const others = openAttempts(
    project,
    watched.filter((experiment) => !waitingExperiments.has(experiment)),
    isWatched,
  );
  if (scheduler === undefined || waiting.length + others.length === 0) {
    return { ...NOTHING_ASKED, before, askedAtMs: nowMs(), warnings };
  }
  const own = others.filter((item): item is Tracked => isOwn(item, scheduler));
  const tasks = [...waiting, ...own].map(({ task }) => task);
  const poll = await scheduler.poll(tasks, afterMs);
  if (poll.kind === 'failed') {
    return {
      ...NOTHING_ASKED,
      before,
      askedAtMs: nowMs(),
      warnings: [...warnings, describeFailedPoll(poll.said)],
      failed: true,
    };
  }
  const seen = new Map(poll.results.map((result) => [getTaskName(result), result.fact]));
  const moved = waiting.flatMap(({ experiment, task }) =>
    stillWaits(experiment, seen.get(getTaskName(task))) ? [] : [experiment],
  );
  const open = [...others, ...openAttempts(project, moved, isWatched)];
  const mine = open.filter((item): item is Tracked => isOwn(item, scheduler));
  const observations = mine.flatMap((item) => observe(project, item, seen.get(getTaskName(item.task)), poll.atMs));
  const accounts = await askAccounts(scheduler, observations);
  const events = new EventBatcher();
  for (const each of observations) inferFacts(project, each, accounts, poll.atMs, events);
  const facts = [...events.all(), ...readForeignRecords(project, open, scheduler)];
  const why = await diagnoseFailures(project, open, facts, poll.atMs);
  await project.store.append([...facts, ...why, ...readInputRecords(project, open, facts)]);
  return {
    askedAtMs: poll.atMs,
    warnings: [
      ...warnings,
      ...accounts.warnings,
      ...(await endHopeless(scheduler, observations)),
      ...warnOfForeign(open, scheduler),
    ],
    reasons: new Map([...reasonsOf(waiting.map(asNamed), seen), ...reasonsOf(mine, seen)]),
    ...(poll.reused ? { reused: true } : {}),
    before,
    ...(facts.length > 0 || settled ? {} : { unchanged: watched.filter(mayHaveJob) }),
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

/** Begins to ask, while the record is read. @returns why it cannot be asked: then what was known before stands */
async function beginPoll(project: Project, afterMs: number | undefined): Promise<string | undefined> {
  try {
    (await project.scheduler()).beginPoll?.(afterMs);
    return undefined;
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    return error.problems[0].said ?? error.message;
  }
}

function describeFailedPoll(said: string): string {
  return `the scheduler could not be asked, so that this is what was known before: ${said}`;
}

function mayHaveJob(experiment: Experiment): boolean {
  return experiment.waiting !== undefined || isActive(getExperimentStatus(experiment.record).status);
}

/** One of which all there is to know is that it waits. */
interface OwnWaiting {
  readonly experiment: Experiment;
  readonly task: TaskRef;
}

function getOwnWaiting(project: Project, scheduler: Scheduler, watched: readonly Experiment[]): OwnWaiting[] {
  return watched.flatMap((experiment) => {
    const task = getWaitingTask(project, experiment);
    return task !== undefined && isMine(task, scheduler) ? [{ experiment, task }] : [];
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

function isOwn({ task }: OpenAttempt, scheduler: Scheduler): boolean {
  return task !== undefined && isMine(task, scheduler);
}

function warnOfForeign(open: readonly OpenAttempt[], scheduler: Scheduler): string[] {
  const others = open.filter(({ task, attempt }) => task !== undefined && !isMine(task, scheduler) && isOpen(attempt));
  return others.length === 0
    ? []
    : [`${others.length} active on another scheduler or of another user: shown as last seen by their owner`];
}

/**
 * What own jobs on a scheduler that cannot be asked from here left behind: in a project that was copied, or is
 * used from two hosts. Their own records count; that they are missing says nothing.
 */
function readForeignRecords(project: Project, open: readonly OpenAttempt[], scheduler: Scheduler): EventBody[] {
  const events = new EventBatcher();
  for (const { experiment, attempt, ref, task } of open) {
    if (task === undefined || task.job.scheduler === scheduler.id || task.job.uid !== userId()) continue;
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

/** Nothing waits for ever: what will never start since a job before it failed is taken out of the queue. */
async function endHopeless(scheduler: Scheduler, observations: readonly Observation[]): Promise<string[]> {
  const hopeless = observations.filter(({ polled }) => polled?.kind === 'queue' && polled.never !== undefined);
  if (hopeless.length === 0) return [];
  try {
    await scheduler.cancel(hopeless.map(({ item }) => item.task));
    return [];
  } catch (error) {
    return [`${hopeless.length} that wait for what failed could not be taken out of the queue: ${formatError(error)}`];
  }
}
