import { join } from 'node:path';
import type { Fact, FactKind, Facts } from '../core/attempt.ts';
import type { AttemptRef, EventBody } from '../core/event.ts';
import { parseEnded, parseStarted } from '../core/job-record.ts';
import { attemptName } from '../core/record.ts';
import type { Scheduler, Sighting, TaskRef } from '../scheduler/index.ts';
import { nowMs, readTextIfThere } from '../system/index.ts';
import { experimentFolder } from './create.ts';
import type { Project } from './project.ts';
import { reconcile } from './reconcile.ts';
import { isMine, openAttempts, type OpenAttempt } from './tasks.ts';

/** A task that is out of sight for longer is lost. */
export const GRACE_MS = 120_000;

export interface Refreshed {
  readonly askedAtMs: number;
  readonly warnings: readonly string[];
}

/**
 * Finds out what became of all attempts that may have a job: one question to the scheduler for all of
 * them, then the jobs' own records of those that started or ended. Records what is new, and only that.
 */
export async function refresh(project: Project): Promise<Refreshed> {
  await project.store.refresh();
  const { warnings } = await reconcile(project);
  const open = openAttempts(project, project.store.active());
  if (open.length === 0) return { askedAtMs: nowMs(), warnings };

  const scheduler = await project.scheduler();
  const mine = open.filter((item): item is Tracked => item.task !== undefined && isMine(item.task, scheduler));
  const poll = await scheduler.poll(mine.map(({ task }) => task));
  if (poll.kind === 'failed') {
    return { askedAtMs: nowMs(), warnings: [...warnings, `the scheduler could not be asked: ${poll.said}`] };
  }
  const learned = learn(project, mine, poll.sightings, poll.atMs);
  await project.store.append(learned);
  return { askedAtMs: poll.atMs, warnings: [...warnings, ...foreign(open, scheduler)] };
}

type Tracked = OpenAttempt & { readonly task: TaskRef };

function foreign(open: readonly OpenAttempt[], scheduler: Scheduler): string[] {
  const others = open.filter(({ task }) => task !== undefined && !isMine(task, scheduler));
  return others.length === 0
    ? []
    : [`${others.length} active on another scheduler or of another user: shown as last seen by their owner`];
}

function learn(project: Project, tracked: readonly Tracked[], sightings: readonly Sighting[], atMs: number): EventBody[] {
  const seen = new Map(sightings.map((sighting) => [taskName(sighting), sighting.fact]));
  const events = new Collector();
  for (const { experiment, attempt, ref, task } of tracked) {
    const sighted = seen.get(taskName(task));
    const facts: Fact[] = [];
    const mayHaveStarted = sighted === undefined || sighted.kind === 'accounted' || sighted.state !== 'pending';
    if (mayHaveStarted) facts.push(...ownRecords(project, experiment.expId, ref, attempt.facts));
    if (sighted === undefined) facts.push(...outOfSight(attempt.facts, facts, atMs));
    else facts.push(sighted);
    for (const fact of facts.filter((candidate) => isNews(attempt.facts, candidate))) events.add(task.token, ref, fact);
  }
  return events.all();
}

function taskName({ token, index }: { token: string; index?: number }): string {
  return index === undefined ? token : `${token}[${index}]`;
}

/** What the job itself left; each file is read until it is known, and never again. */
function ownRecords(project: Project, expId: string, ref: AttemptRef, known: Facts): Fact[] {
  const folder = join(experimentFolder(project, expId), 'attempts', attemptName(ref));
  const facts: Fact[] = [];
  if (!known.started) {
    const started = parseStarted(readTextIfThere(join(folder, 'started.json')));
    if (started.kind === 'record') facts.push(started.fact);
  }
  const ended = parseEnded(readTextIfThere(join(folder, 'ended.json')));
  if (ended.kind === 'record') facts.push(ended.fact);
  return facts;
}

function outOfSight(known: Facts, learned: readonly Fact[], atMs: number): Fact[] {
  if (learned.some(({ kind }) => kind === 'ended')) return [];
  const seen = known.queue?.stamp ?? '';
  const unseen = known.unseen && known.unseen.stamp > seen ? known.unseen.value : undefined;
  if (unseen === undefined) return [{ kind: 'unseen', atMs }];
  return atMs - unseen.atMs < GRACE_MS ? [] : [{ kind: 'lost', atMs, sinceMs: unseen.atMs }];
}

/** Facts that say no more than is known are not recorded: looking again must not make the journal grow. */
function isNews(known: Facts, fact: Fact): boolean {
  const former = known[fact.kind];
  if (former === undefined || fact.kind === 'unseen' || fact.kind === 'lost') return true;
  if (fact.kind !== 'queue') return false;
  const { atMs: _former, ...before } = former.value as Extract<Fact, { kind: 'queue' }>;
  const { atMs: _now, ...now } = fact;
  // A sighting after it was thought gone takes that back.
  const gone: readonly FactKind[] = ['unseen', 'lost'];
  const reappeared = gone.some((kind) => (known[kind]?.stamp ?? '') > former.stamp);
  return reappeared || JSON.stringify(before) !== JSON.stringify(now);
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
