import {
  attemptOutcome,
  type AccountedFact,
  type Attempt,
  type Fact,
  type FactKind,
  type Facts,
  type UnseenFact,
} from '../core/attempt.ts';
import { errorText } from '../core/errors.ts';
import type { AttemptRef, EventBody } from '../core/event.ts';
import { attemptName } from '../core/record.ts';
import { experimentStatus, isOpen, nextAttempt } from '../core/status.ts';
import type { Experiment } from '../core/stored.ts';
import type { AccountedRun, Scheduler, Sighting, TaskRef } from '../scheduler/index.ts';
import { isoTime, nowMs, userId } from '../system/index.ts';
import { hasParentFailed, IN_VAIN, inferred, judged, OF_MEMORY, toldOfMemory } from './aftermath.ts';
import { ownRuns, type OwnRun } from './own-records.ts';
import type { Project } from './project.ts';
import { reconcile } from './reconcile.ts';
import { claimedBy, isMine, openAttempts, taskName, waitingTask, type OpenAttempt } from './tasks.ts';

/** A task that is out of sight for longer is lost: neither queue nor accounting knows it, and it left no record. */
const GRACE_MS = 120_000;
/** Accounting that still says "running" may be behind; a controller that lost a job leaves it so for ever. */
const LONG_GRACE_MS = 30 * 60_000;
/** So long one that was lost is looked for: a file server or an accounting database may have been away. */
const LOST_WATCH_MS = 7 * 24 * 3_600_000;
/** So long one whose node failed, or that was preempted, may be put back into the queue. */
const REQUEUE_WATCH_MS = 3_600_000;

export interface Refreshed {
  readonly askedAtMs: number;
  readonly warnings: readonly string[];
  /** Why tasks wait, as the scheduler just said, by {@link reasonName}. */
  readonly reasons: ReadonlyMap<string, string>;
  /** What the scheduler said was said to another command a moment ago. */
  readonly reused?: boolean;
  /** Those that were active, or of which more could be learned, as they were before. */
  readonly before: readonly Experiment[];
  /** The active experiments, when nothing new was learned of any. */
  readonly unchanged?: readonly Experiment[];
}

const NOTHING_ASKED = { reasons: new Map<string, string>() };

/**
 * Finds out what became of all attempts that may have a job: one question to the queue for all of them, then the
 * jobs' own records of those that started or ended, then one question to the accounting for those that left the
 * queue without a word. Records what is new, and only that.
 *
 * @param afterMs what the queue said before does not do
 */
export async function refresh(project: Project, afterMs?: number): Promise<Refreshed> {
  await project.store.refresh();
  if (project.store.hasActive()) (await project.scheduler()).beginPoll?.(afterMs);
  const before = project.store.watched(nowMs() - LOST_WATCH_MS);
  const { warnings, settled } = await reconcile(project);
  const watched = settled ? project.store.watched(nowMs() - LOST_WATCH_MS) : before;
  const scheduler = watched.length === 0 ? undefined : await project.scheduler();
  const waiting = scheduler === undefined ? [] : ownWaiting(project, scheduler, watched);
  const told = new Set(waiting.map(({ experiment }) => experiment));
  const others = openAttempts(
    project,
    watched.filter((experiment) => !told.has(experiment)),
    isWatched,
  );
  if (scheduler === undefined || waiting.length + others.length === 0) {
    return { ...NOTHING_ASKED, before, askedAtMs: nowMs(), warnings };
  }
  const poll = await scheduler.poll(
    [...waiting, ...others.filter((item) => isOwn(item, scheduler))].map(({ task }) => task as TaskRef),
    afterMs,
  );
  if (poll.kind === 'failed') {
    const failed = `the scheduler could not be asked, so that this is what was known before: ${poll.said}`;
    return { ...NOTHING_ASKED, before, askedAtMs: nowMs(), warnings: [...warnings, failed] };
  }
  const seen = new Map(poll.sightings.map((sighting) => [taskName(sighting), sighting.fact]));
  const moved = waiting.filter(({ experiment, task }) => !stillWaits(experiment, seen.get(taskName(task))));
  const open = [
    ...others,
    ...openAttempts(
      project,
      moved.map(({ experiment }) => experiment),
      isWatched,
    ),
  ];
  const mine = open.filter((item): item is Tracked => isOwn(item, scheduler));
  const looks = mine.flatMap((item) => look(project, item, seen.get(taskName(item.task)), poll.atMs));
  const accounts = await askAccounts(scheduler, looks);
  const events = new Collector();
  for (const each of looks) learn(project, each, accounts, poll.atMs, events);
  const news = [...events.all(), ...fromRecords(project, open, scheduler)];
  await project.store.append(news);
  return {
    askedAtMs: poll.atMs,
    warnings: [
      ...warnings,
      ...accounts.warnings,
      ...(await endHopeless(scheduler, looks)),
      ...foreign(open, scheduler),
    ],
    reasons: reasonsOf(mine, seen),
    ...(poll.reused ? { reused: true } : {}),
    before,
    ...(news.length > 0 || settled ? {} : { unchanged: watched.filter(isActive) }),
  };
}

function isActive(experiment: Experiment): boolean {
  if (experiment.waiting !== undefined) return true;
  const { status } = experimentStatus(experiment.record);
  return status === 'queued' || status === 'running';
}

/** One of which all there is to know is that it waits. */
interface OwnWaiting {
  readonly experiment: Experiment;
  readonly task: TaskRef;
}

function ownWaiting(project: Project, scheduler: Scheduler, watched: readonly Experiment[]): OwnWaiting[] {
  return watched.flatMap((experiment) => {
    const task = waitingTask(project, experiment);
    return task !== undefined && isMine(task, scheduler) ? [{ experiment, task }] : [];
  });
}

/** The queue shows what is on record of it: nothing is learned. */
function stillWaits({ waiting }: Experiment, fact: Sighting['fact'] | undefined): boolean {
  if (waiting === undefined || fact?.kind !== 'queue' || fact.state !== 'pending') return false;
  return fact.reason === waiting.reason && fact.held === waiting.held && fact.stuck === waiting.stuck;
}

function isOwn({ task }: OpenAttempt, scheduler: Scheduler): boolean {
  return task !== undefined && isMine(task, scheduler);
}

type Tracked = OpenAttempt & { readonly task: TaskRef };

/** Open, or such that the scheduler may have more to say of it. */
function isWatched(attempt: Attempt): boolean {
  if (isOpen(attempt)) return true;
  const outcome = attemptOutcome(attempt);
  if (outcome.status !== 'failed') return false;
  const ageMs = nowMs() - outcome.endedMs;
  if (outcome.cause === 'lost') return ageMs < LOST_WATCH_MS;
  return (outcome.cause === 'node_fail' || outcome.cause === 'preempted') && ageMs < REQUEUE_WATCH_MS;
}

function foreign(open: readonly OpenAttempt[], scheduler: Scheduler): string[] {
  const others = open.filter(({ task, attempt }) => task !== undefined && !isMine(task, scheduler) && isOpen(attempt));
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
    for (const run of ownRuns(project, experiment.expId, ref, task.token, true)) {
      const known = run.ref.n === ref.n ? attempt.facts : {};
      for (const fact of [run.started, run.ended]) {
        if (fact !== undefined && isNews(known, fact)) events.add(task.token, run.ref, fact);
      }
    }
  }
  return events.all();
}

/** Each stage of an experiment waits for reasons of its own. */
export function reasonName({ key, stage }: Pick<AttemptRef, 'key' | 'stage'>): string {
  return `${key}.${stage}`;
}

function reasonsOf(tracked: readonly Tracked[], seen: ReadonlyMap<string, Sighting['fact']>): Map<string, string> {
  return new Map(
    tracked.flatMap(({ task, ref }): [string, string][] => {
      const fact = seen.get(taskName(task));
      return fact?.kind === 'queue' && fact.reason !== undefined ? [[reasonName(ref), fact.reason]] : [];
    }),
  );
}

/** One task as the queue shows it, with what its runs left behind. */
interface Look {
  readonly item: Tracked;
  /** Undefined when it is not in the queue. */
  readonly sighted: Sighting['fact'] | undefined;
  /** Oldest first; all but the last were requeued. */
  readonly runs: readonly [OwnRun, ...OwnRun[]];
}

function look(project: Project, item: Tracked, sighted: Sighting['fact'] | undefined, atMs: number): Look[] {
  const { attempt, experiment, task } = item;
  // What was submitted after the queue was looked at cannot be in there.
  if (sighted === undefined && task.job.submittedMs > atMs) return [];
  // One that has ended matters when its job is back in the queue, unless that is known as the next attempt.
  if (!isOpen(attempt)) {
    if (nextAttempt(experiment.record, attempt.stage) > attempt.n + 1) return [];
    if (sighted?.kind !== 'queue' && !isLost(attempt)) return [];
  }
  return [{ item, sighted, runs: runsOf(project, item, sighted) }];
}

function isLost(attempt: Attempt): boolean {
  const outcome = attemptOutcome(attempt);
  return outcome.status === 'failed' && outcome.cause === 'lost';
}

/** Files are read only where there is something new to be found: once after a start, once after an end. */
function runsOf(
  project: Project,
  { experiment, attempt, ref, task }: Tracked,
  sighted: Sighting['fact'] | undefined,
): [OwnRun, ...OwnRun[]] {
  const { facts } = attempt;
  const known: OwnRun = { ref, ...(facts.started ? { started: facts.started.value } : {}) };
  const read = (withEnds: boolean): [OwnRun, ...OwnRun[]] =>
    ownRuns(project, experiment.expId, ref, task.token, withEnds);
  if (sighted?.kind !== 'queue') return read(true);
  switch (sighted.state) {
    case 'pending': {
      if (facts.started === undefined && isOpen(attempt)) return [known];
      // It ran, and waits again: the next attempt is its own.
      const runs = read(true);
      return [...runs, { ref: { ...ref, n: ref.n + runs.length } }];
    }
    case 'running':
      return facts.started && facts.queue?.value.startedMs === sighted.startedMs ? [known] : read(true);
    case 'unknown':
      return [known];
  }
}

/** The accounting's word, by name of the task. */
interface Accounted {
  readonly tasks: ReadonlyMap<string, readonly AccountedRun[]>;
  /** It was asked and could answer, or there is none. */
  readonly known: boolean;
  readonly exist: boolean;
  readonly warnings: readonly string[];
}

const NO_ACCOUNTS: Accounted = { tasks: new Map(), known: true, exist: true, warnings: [] };

async function askAccounts(scheduler: Scheduler, looks: readonly Look[]): Promise<Accounted> {
  const tasks = [...new Map(looks.filter(needsAccounts).map(({ item }) => [taskName(item.task), item.task])).values()];
  if (tasks.length === 0) return NO_ACCOUNTS;
  const answer = await scheduler.account(tasks);
  switch (answer.kind) {
    case 'answer':
      return { ...NO_ACCOUNTS, tasks: new Map(answer.tasks.map((task) => [taskName(task), task.runs])) };
    case 'none':
      return { ...NO_ACCOUNTS, exist: false };
    case 'failed':
      return {
        ...NO_ACCOUNTS,
        known: false,
        warnings: [`accounting could not be asked, so that some ends are not known yet: ${answer.said}`],
      };
  }
}

/** Its own record of a good end is decisive; else accounting knows more than the queue, or alone. */
function needsAccounts({ sighted, runs }: Look): boolean {
  if (runs.length > 1) return true;
  if (sighted?.kind === 'queue') return false;
  const run = runs.at(-1) ?? runs[0];
  if (isGood(run)) return false;
  return run.ended === undefined || sighted === undefined;
}

function learn(project: Project, each: Look, accounts: Accounted, atMs: number, events: Collector): void {
  const { item, runs } = each;
  const accounted = accounts.tasks.get(taskName(item.task)) ?? [];
  for (const [i, run] of runs.entries()) {
    const known = item.experiment.record.attempts[attemptName(run.ref)]?.facts ?? {};
    const end =
      i < runs.length - 1
        ? [requeued(accounted[run.restart ?? i], atMs)]
        : lastFacts(project, each, run, known, { accounts, accounted, atMs });
    const isCertain =
      isSettled(run, known, { accounts, accounted, atMs }) || end.some(({ kind }) => kind === 'accounted');
    const hasLeft = each.sighted?.kind !== 'queue' && isCertain;
    const isTold = i < runs.length - 1 || hasLeft || isGood(run);
    // An end that is not good is recorded together with its cause, once that can be known.
    for (const fact of [run.started, ...(isTold ? [run.ended] : []), ...end]) {
      if (fact !== undefined && isNews(known, fact)) events.add(item.task.token, run.ref, fact);
    }
  }
}

/** How a run ended that another one followed. */
function requeued(accounted: AccountedRun | undefined, atMs: number): AccountedFact {
  if (typeof accounted === 'object') return accounted;
  return { kind: 'accounted', state: 'preempted', atMs, said: 'it was requeued' };
}

function isGood({ ended }: OwnRun): boolean {
  return ended?.exitCode === 0 && ended.signal === undefined;
}

/** Whether its own record is all that will ever be said of its end. */
function isSettled(run: OwnRun, known: Facts, { accounts, accounted, atMs }: Said): boolean {
  if (run.ended === undefined) return false;
  if (tellsAll(run, known) || !accounts.exist) return true;
  const last = accounted.at(-1);
  // Accounting that was away gets to know the ends of jobs a while after it is back.
  return accounts.known && (typeof last === 'object' || isOverdue(known, last, atMs));
}

/** Nobody can say more of its end than its own record: it ended by itself, or because someone asked sheaf for that. */
function tellsAll(run: OwnRun, { cancel }: Facts): boolean {
  const { ended } = run;
  if (ended === undefined) return false;
  if (isGood(run) || ended.cause !== undefined || cancel !== undefined) return true;
  // It may have been killed at its time limit, for its use of memory, or by scancel, before the job was told.
  return ended.signal === undefined && ended.exitCode <= 128;
}

interface Said {
  readonly accounts: Accounted;
  /** The runs of this task. */
  readonly accounted: readonly AccountedRun[];
  readonly atMs: number;
}

/** What there is to say of the newest run, beside its own records. */
function lastFacts(
  project: Project,
  { item, sighted }: Look,
  run: OwnRun,
  known: Facts,
  { accounts, accounted, atMs }: Said,
): Fact[] {
  if (sighted?.kind === 'queue') return [sighted];
  if (isGood(run)) return [];
  const { ended } = run;
  const last = accounted.at(-1);
  const fact = sighted ?? (typeof last === 'object' ? last : undefined);
  if (fact !== undefined && isOfAnother(project, item, run)) {
    // Once its start is known, it is the other job that is looked for.
    return run.started === undefined ? outOfSight(item.task, known, { accounts, accounted: [], atMs }) : [];
  }
  if (fact !== undefined) {
    // The queue tells no exit codes, and no nodes.
    if (typeof last !== 'object' || last.state !== fact.state) return [judged(project, item, run, fact)];
    const said = last.said ?? fact.said;
    return [judged(project, item, run, { ...last, ...fact, ...(said === undefined ? {} : { said }) })];
  }
  if (ended !== undefined && isSettled(run, known, { accounts, accounted, atMs })) {
    return known.cancel === undefined ? inferred(project, item, ended) : [];
  }
  // Slurm forgets a task that was cancelled before it started: our own request is the evidence.
  const { cancel } = known;
  if (cancel !== undefined && run.started === undefined && atMs > cancel.value.atMs) {
    return [{ kind: 'accounted', state: 'cancelled', atMs: cancel.value.atMs }];
  }
  if (run.started === undefined && hasParentFailed(item)) {
    return [{ kind: 'accounted', state: 'dependency', atMs, said: IN_VAIN }];
  }
  const facts = outOfSight(item.task, known, { accounts, accounted, atMs });
  // One that is killed for its use of memory leaves no record of its own.
  const isLost = facts.some(({ kind }) => kind === 'lost');
  return isLost && toldOfMemory(project, item)
    ? [{ kind: 'accounted', state: 'out_of_memory', atMs, said: OF_MEMORY }]
    : facts;
}

/** Another job than the one that is known holds the claim: the end of this one is not the end of the run. */
function isOfAnother(project: Project, { task }: Tracked, { ref, started }: OwnRun): boolean {
  const runner = started === undefined ? claimedBy(project, ref) : /^\d+/.exec(started.job)?.[0];
  return runner !== undefined && runner !== task.job.id;
}

function outOfSight(task: TaskRef, known: Facts, { accounts, accounted, atMs }: Said): Fact[] {
  const last = accounted.at(-1);
  if (known.lost && known.lost.stamp > (known.queue?.stamp ?? '')) return [];
  const unseen = unseenSince(known);
  if (unseen === undefined) return [{ kind: 'unseen', atMs }];
  if (!accounts.known || !isOverdue(known, last, atMs)) return [];
  return [{ kind: 'lost', atMs, sinceMs: unseen.atMs, said: lastSeen(task, known, accounts, last) }];
}

/** Since when it is out of sight. */
function unseenSince({ unseen, queue }: Facts): UnseenFact | undefined {
  return unseen && unseen.stamp > (queue?.stamp ?? '') ? unseen.value : undefined;
}

/** It is out of sight for so long that nobody will say more. */
function isOverdue(known: Facts, last: AccountedRun | undefined, atMs: number): boolean {
  const unseen = unseenSince(known);
  return unseen !== undefined && atMs - unseen.atMs >= (last === 'running' ? LONG_GRACE_MS : GRACE_MS);
}

function lastSeen(
  { index }: TaskRef,
  { queue, started }: Facts,
  { exist }: Accounted,
  last: AccountedRun | undefined,
): string {
  const nobody = exist ? 'neither the queue nor accounting knows it' : 'the queue does not know it';
  // What a controller that crashed had not saved stays in accounting for ever.
  const who =
    typeof last === 'string' ? `the queue does not know it, though accounting still has it as ${last}` : nobody;
  const unknown = `${who}, and it left no record of an end`;
  if (queue === undefined) {
    if (started !== undefined) return `it started on ${started.value.host}; ${unknown}`;
    return `it was never seen in the queue: a controller that crashes forgets what it took in its last seconds; ${unknown}`;
  }
  const host = started === undefined ? '' : ` on ${started.value.host}`;
  const trace =
    index !== undefined && queue.value.state === 'pending'
      ? '; a task of an array that someone cancels while it waits leaves no trace'
      : '';
  return `last seen ${queue.value.state} ${isoTime(queue.value.atMs)}${host}; ${unknown}${trace}`;
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
  if (before.state !== fact.state || before.startedMs !== fact.startedMs) return true;
  if (before.held !== fact.held || before.stuck !== fact.stuck) return true;
  return before.reason !== fact.reason && fact.atMs - before.atMs >= REASON_MS;
}

/** Nothing waits for ever: what will never start since a job before it failed is taken out of the queue. */
async function endHopeless(scheduler: Scheduler, looks: readonly Look[]): Promise<string[]> {
  const hopeless = looks.filter(
    ({ sighted }) => sighted?.kind === 'queue' && sighted.reason?.includes('(DependencyNeverSatisfied)'),
  );
  if (hopeless.length === 0) return [];
  try {
    await scheduler.cancel(hopeless.map(({ item }) => item.task));
    return [];
  } catch (error) {
    return [`${hopeless.length} that wait for what failed could not be taken out of the queue: ${errorText(error)}`];
  }
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
