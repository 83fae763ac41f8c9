import { join } from 'node:path';
import type { Fact, FactKind, Facts } from '../core/attempt.ts';
import type { AttemptRef, EventBody } from '../core/event.ts';
import type { Key } from '../core/ids.ts';
import { parseEnded, parseStarted } from '../core/job-record.ts';
import { attemptName } from '../core/record.ts';
import type { Scheduler, Sighting, TaskRef } from '../scheduler/index.ts';
import { nowMs, readTextIfThere, userId } from '../system/index.ts';
import { experimentFolder } from './create.ts';
import type { Project } from './project.ts';
import { reconcile } from './reconcile.ts';
import { isMine, openAttempts, type OpenAttempt } from './tasks.ts';

/** A task that is out of sight for longer is lost. */
const GRACE_MS = 120_000;

export interface Refreshed {
  readonly askedAtMs: number;
  readonly warnings: readonly string[];
  /** Why tasks wait, as the scheduler just said, by the key of the experiment. */
  readonly reasons: ReadonlyMap<Key, string>;
}

const NO_REASONS: ReadonlyMap<Key, string> = new Map();

/**
 * Finds out what became of all attempts that may have a job: one question to the scheduler for all of
 * them, then the jobs' own records of those that started or ended. Records what is new, and only that.
 */
export async function refresh(project: Project): Promise<Refreshed> {
  await project.store.refresh();
  const { warnings } = await reconcile(project);
  const open = openAttempts(project, project.store.active());
  if (open.length === 0) return { askedAtMs: nowMs(), warnings, reasons: NO_REASONS };

  const scheduler = await project.scheduler();
  const mine = open.filter((item): item is Tracked => item.task !== undefined && isMine(item.task, scheduler));
  const poll = await scheduler.poll(mine.map(({ task }) => task));
  if (poll.kind === 'failed') {
    const failed = `the scheduler could not be asked: ${poll.said}`;
    return { askedAtMs: nowMs(), warnings: [...warnings, failed], reasons: NO_REASONS };
  }
  const learned = [...learn(project, mine, poll.sightings, poll.atMs), ...fromRecords(project, open, scheduler)];
  await project.store.append(learned);
  return {
    askedAtMs: poll.atMs,
    warnings: [...warnings, ...foreign(open, scheduler)],
    reasons: reasonsOf(mine, poll.sightings),
  };
}

type Tracked = OpenAttempt & { readonly task: TaskRef };

function foreign(open: readonly OpenAttempt[], scheduler: Scheduler): string[] {
  const others = open.filter(({ task }) => task !== undefined && !isMine(task, scheduler));
  return others.length === 0
    ? []
    : [`${others.length} active on another scheduler or of another user: shown as last seen by their owner`];
}

/**
 * What own jobs on a scheduler that cannot be asked from here left behind: in a project that was copied, or is
 * used from two hosts. Their own word counts; that they are out of sight says nothing.
 */
function fromRecords(project: Project, open: readonly OpenAttempt[], scheduler: Scheduler): EventBody[] {
  const events = new Collector();
  for (const { experiment, attempt, ref, task } of open) {
    if (task === undefined || task.job.scheduler === scheduler.id || task.job.uid !== userId()) continue;
    for (const fact of ownRecords(project, experiment.expId, ref, attempt.facts, undefined)) {
      if (isNews(attempt.facts, fact)) events.add(task.token, ref, fact);
    }
  }
  return events.all();
}

function reasonsOf(tracked: readonly Tracked[], sightings: readonly Sighting[]): Map<Key, string> {
  const keys = new Map(tracked.map(({ task, experiment }) => [taskName(task), experiment.key]));
  const reasons = new Map<Key, string>();
  for (const sighting of sightings) {
    const key = keys.get(taskName(sighting));
    if (key !== undefined && sighting.fact.kind === 'queue' && sighting.fact.reason !== undefined) {
      reasons.set(key, sighting.fact.reason);
    }
  }
  return reasons;
}

function learn(
  project: Project,
  tracked: readonly Tracked[],
  sightings: readonly Sighting[],
  atMs: number,
): EventBody[] {
  const seen = new Map(sightings.map((sighting) => [taskName(sighting), sighting.fact]));
  const events = new Collector();
  for (const { experiment, attempt, ref, task } of tracked) {
    const sighted = seen.get(taskName(task));
    const facts: Fact[] = [...ownRecords(project, experiment.expId, ref, attempt.facts, sighted)];
    if (sighted === undefined) facts.push(...outOfSight(attempt.facts, facts, atMs));
    else facts.push(sighted);
    for (const fact of facts.filter((candidate) => isNews(attempt.facts, candidate))) events.add(task.token, ref, fact);
  }
  return events.all();
}

function taskName({ token, index }: { token: string; index?: number }): string {
  return index === undefined ? token : `${token}[${index}]`;
}

/** What the job itself left: its start once it may have started, its end once it no longer runs. Each is read once. */
function ownRecords(
  project: Project,
  expId: string,
  ref: AttemptRef,
  known: Facts,
  sighted: Sighting['fact'] | undefined,
): Fact[] {
  const state = sighted?.kind === 'queue' ? sighted.state : 'gone';
  if (state === 'pending') return [];
  const folder = join(experimentFolder(project, expId), 'attempts', attemptName(ref));
  const facts: Fact[] = [];
  if (!known.started) {
    const started = parseStarted(readTextIfThere(join(folder, 'started.json')));
    if (started.kind === 'record') facts.push(started.fact);
  }
  if (state === 'gone') {
    const ended = parseEnded(readTextIfThere(join(folder, 'ended.json')));
    if (ended.kind === 'record') facts.push(ended.fact);
  }
  return facts;
}

function outOfSight(known: Facts, learned: readonly Fact[], atMs: number): Fact[] {
  if (learned.some(({ kind }) => kind === 'ended')) return [];
  const seen = known.queue?.stamp ?? '';
  const unseen = known.unseen && known.unseen.stamp > seen ? known.unseen.value : undefined;
  if (unseen === undefined) return [{ kind: 'unseen', atMs }];
  return atMs - unseen.atMs < GRACE_MS ? [] : [{ kind: 'lost', atMs, sinceMs: unseen.atMs }];
}

/** That a task waits for another reason is recorded at most so often: what changes all the time must not fill the journal. */
const REASON_MS = 60_000;

/** Facts that say no more than is known are not recorded: looking again must not make the journal grow. */
function isNews(known: Facts, fact: Fact): boolean {
  const former = known[fact.kind];
  if (former === undefined || fact.kind === 'unseen' || fact.kind === 'lost') return true;
  if (fact.kind !== 'queue') return false;
  const before = former.value as Extract<Fact, { kind: 'queue' }>;
  // A sighting after it was thought gone takes that back.
  const gone: readonly FactKind[] = ['unseen', 'lost'];
  if (gone.some((kind) => (known[kind]?.stamp ?? '') > former.stamp)) return true;
  if (before.state !== fact.state || before.held !== fact.held) return true;
  return before.reason !== fact.reason && fact.atMs - before.atMs >= REASON_MS;
}

/** Gathers attempts of one submission about which the same is known into one event. */
class Collector {
  readonly #events = new Map<string, { token: TaskRef['token']; attempts: AttemptRef[]; fact: Fact }>();

  add(token: TaskRef['token'], ref: AttemptRef, fact: Fact): void {
    const name = `${token} ${JSON.stringify(fact)}`;
    const event = this.#events.get(name) ?? { token, attempts: [], fact };
    event.attempts.push(ref);
    this.#events.set(name, event);
  }

  all(): EventBody[] {
    return [...this.#events.values()].map((event) => ({ type: 'state', ...event }));
  }
}
