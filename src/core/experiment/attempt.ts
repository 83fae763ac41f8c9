import type { Origins } from './frozen.ts';
import type { Settings } from '../settings/settings.ts';
import type { Cause, Diagnosis } from './cause.ts';
import type { AdviceRecord } from './advised.ts';
import type { CodeRecord, CodeSeen } from './code.ts';
import type { Token } from '../ids.ts';

/**
 * What is known about one attempt: a lattice of facts ranked by evidence.
 *
 * Each kind of fact is merged on its own, by a rule under which order and repetition do not matter;
 * {@link getAttemptOutcome} then reads them from the strongest evidence to the weakest. So no report of
 * a scheduler can undo what the job itself recorded, however late it arrives.
 */
export interface Attempt {
  readonly stage: string;
  /** Counts from 1 within a stage. */
  readonly n: number;
  /** The submission it belongs to; the first one recorded stands. */
  readonly token?: Register<Token>;
  /** Its place in the array of that submission; absent for a single job, and for what a requeue made by itself. */
  readonly index?: Register<number>;
  /** Milliseconds since 1970 when it was handed to the scheduler. */
  readonly submittedMs?: number;
  /** What advice chose for it; the last one counts. */
  readonly advised?: Register<AdviceRecord>;
  /**
   * It takes nothing from the attempts before it: no checkpoint, and its series is never joined with theirs. The first
   * attempt of its stage with another version of code and template than those had.
   */
  readonly fresh?: true;
  /** The version that `retry --fresh` made for it; the first one recorded stands. */
  readonly version?: Register<Version>;
  readonly facts: Facts;
}

/** A value with the stamp of the event that set it. */
export interface Register<T> {
  readonly stamp: string;
  readonly value: T;
}

/** What the job itself wrote when it started (`started.json`). Times in milliseconds since 1970. */
export interface StartedFact {
  readonly kind: 'started';
  readonly atMs: number;
  readonly host: string;
  /** Its nodes as the scheduler calls them, `node[1-4]`; absent when that is the host. */
  readonly nodes?: string;
  /** The scheduler's id of the job, with the array index if it has one: `812345_7`. */
  readonly job: string;
  /** The GPUs it was given, as in `CUDA_VISIBLE_DEVICES`; absent when none. */
  readonly gpus?: string;
  /** The version of its bash, if it is older than 4.4. */
  readonly oldBash?: string;
}

/** What the job itself wrote when it ended (`ended.json`). */
export interface EndedFact {
  readonly kind: 'ended';
  readonly atMs: number;
  /** Exit status of the program, 0–255. */
  readonly exitCode: number;
  /** The signal the job was sent before the program ended (`TERM`, …), if any. */
  readonly signal?: string;
  /** Why the job itself ended the program, or did not run it. */
  readonly cause?: EndedCause;
  /** It went back into the queue, as its template asks for, and goes on as the next attempt. */
  readonly requeued?: true;
  /** Which code its program was seen to run; absent when it was not seen, or was to run what is in the project folder. */
  readonly code?: CodeSeen;
}

/** What a job knows better than its scheduler: what it did to a program of its own accord. */
export type EndedCause = 'dependency' | 'timeout' | 'host_oom';

export type AccountedState =
  | 'completed'
  | 'failed'
  | 'cancelled'
  | 'timeout'
  | 'node_fail'
  | 'out_of_memory'
  | 'preempted'
  | 'dependency'
  | 'launch'
  | 'lost';

/** What the scheduler's accounting says of a job that ended. */
export interface AccountedFact {
  readonly kind: 'accounted';
  readonly state: AccountedState;
  readonly atMs: number;
  readonly startedMs?: number;
  readonly exitCode?: number;
  readonly signal?: number;
  /** The scheduler's own words, shown as they are. */
  readonly said?: string;
}

/** What the queue last showed. `unknown` states of a scheduler are kept raw and never count as ended. */
export interface QueuedFact {
  readonly kind: 'queue';
  readonly state: 'pending' | 'running' | 'unknown';
  readonly atMs: number;
  readonly held?: boolean;
  /** Why it is pending. */
  readonly reason?: string;
  /** It will not start unless someone does something. */
  readonly stuck?: boolean;
  /** It can never start, whatever someone does: what it waits for did not complete. */
  readonly never?: 'dependency';
  /** When the scheduler started this run of it, milliseconds since 1970: a requeue gives it another. */
  readonly startedMs?: number;
}

/** Neither queue nor accounting knows it and it left no record, past the grace time. */
export interface LostFact {
  readonly kind: 'lost';
  readonly atMs: number;
  /** When it was last seen, milliseconds since 1970. */
  readonly sinceMs: number;
  /** What was last known of it, and who was asked. */
  readonly said?: string;
}

/** Missing from the queue, within the grace time. */
export interface UnseenFact {
  readonly kind: 'unseen';
  readonly atMs: number;
}

/** Someone asked for its end. */
export interface CancelFact {
  readonly kind: 'cancel';
  readonly atMs: number;
  readonly by: string;
}

/** The scheduler refused it: no job exists, and the attempt does not count. */
export interface RefusedFact {
  readonly kind: 'refused';
  readonly atMs: number;
  readonly said: string;
}

/** Its claim was taken so that no job can ever run it. */
export interface GivenUpFact {
  readonly kind: 'given_up';
  readonly atMs: number;
  readonly why: string;
}

/** Deferred until the scheduler has room for it: no job was requested yet. */
export interface DeferredFact {
  readonly kind: 'deferred';
  readonly atMs: number;
  readonly why: string;
  /** Who wants it: it is sent as a job of theirs. */
  readonly by: string;
  /** How it is to be submitted. */
  readonly options: DeferredOptions;
  /** The code that it will run: that of the moment in which it was asked for. */
  readonly code?: CodeRecord;
  /** It will be a fresh attempt, see {@link Attempt.fresh}. */
  readonly fresh?: true;
  /** What `retry --fresh` reread for it. */
  readonly reread?: Reread;
  /** Given after the scheduler said no without saying how much room there is. */
  readonly again?: DeferredAgain;
}

/** When and how a call that found no room is repeated. */
export interface DeferredAgain {
  /** Not before, milliseconds since 1970. */
  readonly atMs: number;
  /** The number of failed tries. */
  readonly tries: number;
  /** The maximum number of tasks of that call. */
  readonly most: number;
}

export interface DeferredOptions {
  /** For experiments that belong to no sweep: a sweep has a throttle of its own. */
  readonly maxParallel?: number;
  readonly hold?: boolean;
  /** Resources of this attempt that differ from the experiment's, as texts. */
  readonly set?: { readonly [resource: string]: string };
  /** Experiments that must complete first. */
  readonly after?: readonly string[];
}

/** What the ends of its logs say of why it failed. */
export interface DiagnosedFact extends Omit<Diagnosis, 'about'> {
  readonly kind: 'diagnosed';
  readonly atMs: number;
  /** The cause that was known then: with another one this says nothing. */
  readonly of: Cause;
}

export type Fact =
  | StartedFact
  | EndedFact
  | AccountedFact
  | QueuedFact
  | LostFact
  | UnseenFact
  | CancelFact
  | RefusedFact
  | GivenUpFact
  | DeferredFact
  | DiagnosedFact;

export type FactKind = Fact['kind'];

/** For each kind of fact, the one that counts. */
export type Facts = { readonly [K in FactKind]?: Register<Extract<Fact, { kind: K }>> };

/**
 * Facts of a thing that happens once keep the first report; sightings keep the last.
 * Both are decided by stamp alone, so merging commutes.
 */
const KEEPS: { readonly [K in FactKind]: 'first' | 'last' } = {
  started: 'first',
  ended: 'first',
  accounted: 'last',
  queue: 'last',
  lost: 'last',
  unseen: 'last',
  cancel: 'first',
  refused: 'first',
  given_up: 'first',
  deferred: 'last',
  diagnosed: 'last',
};

export function mergeFact(facts: Facts, fact: Fact, stamp: string): Facts {
  const known = facts[fact.kind];
  const wins = known === undefined || (KEEPS[fact.kind] === 'first' ? stamp < known.stamp : stamp > known.stamp);
  return wins ? { ...facts, [fact.kind]: { stamp, value: fact } } : facts;
}

/** What an attempt has come to, read from its facts. */
export type Outcome =
  | {
      readonly status: 'queued';
      readonly reason?: string;
      readonly held?: boolean;
      /** It will not start unless someone does something. */
      readonly stuck?: boolean;
      readonly unseenSinceMs?: number;
    }
  | {
      readonly status: 'running';
      readonly startedMs?: number;
      /** It was cancelled, and takes its time to end. */
      readonly ending?: boolean;
      readonly unseenSinceMs?: number;
    }
  | { readonly status: 'completed'; readonly startedMs?: number; readonly endedMs: number }
  | { readonly status: 'cancelled'; readonly startedMs?: number; readonly endedMs: number }
  | {
      readonly status: 'failed';
      readonly cause: Cause;
      readonly startedMs?: number;
      readonly endedMs: number;
      readonly exitCode?: number;
      readonly said?: string;
      /** Why, as far as its logs say. */
      readonly diagnosis?: DiagnosedFact;
    }
  /** The scheduler refused it; it never was in a queue. */
  | { readonly status: 'void' };

/** What the job's script ends with when it cannot run the attempt: its folder cannot be made, another job holds it. */
const NOTHING_RUN: ReadonlySet<number> = new Set([74, 75]);

/** Deferred until the scheduler has room: no job was requested yet. */
export function isDeferred(attempt: Attempt): boolean {
  return attempt.token === undefined && attempt.facts.deferred !== undefined && attempt.facts.accounted === undefined;
}

export function getAttemptOutcome(attempt: Attempt): Outcome {
  const outcome = getUndiagnosedOutcome(attempt);
  const diagnosis = attempt.facts.diagnosed?.value;
  if (outcome.status !== 'failed' || diagnosis === undefined || diagnosis.of !== outcome.cause) return outcome;
  // Of a program that ended by itself its log may know more; why a job was ended, its scheduler knows.
  const refined = outcome.cause === 'exit_code' ? diagnosis.cause : undefined;
  return { ...outcome, cause: refined ?? outcome.cause, diagnosis };
}

/** What it has come to, without what its logs say. */
export function getUndiagnosedOutcome(attempt: Attempt): Outcome {
  const { facts } = attempt;
  const ended = facts.ended?.value;
  const accounted = facts.accounted?.value;
  const startedMs = facts.started?.value.atMs ?? accounted?.startedMs;
  const since = startedMs === undefined ? {} : { startedMs };

  // The scheduler knows the job; the outcome of one of several programs in it, only the job knows.
  if (ended?.cause !== undefined) return endedOutcome(ended, facts.cancel !== undefined, since);
  if (ended && ended.exitCode === 0 && ended.signal === undefined) {
    return { status: 'completed', ...since, endedMs: ended.atMs };
  }
  // A record of a start outweighs a report that it was lost, but not one that it ended.
  if (accounted) return accountedOutcome(accounted, facts, since);
  if (ended) return endedOutcome(ended, facts.cancel !== undefined, since);
  if (facts.given_up) {
    return { status: 'failed', cause: 'launch', endedMs: facts.given_up.value.atMs, said: facts.given_up.value.why };
  }
  if (facts.refused) return { status: 'void' };
  if (facts.deferred && isDeferred(attempt)) return deferredOutcome(facts.deferred.value);
  return openOutcome(facts, since);
}

function deferredOutcome({ why, options }: DeferredFact): Outcome {
  return { status: 'queued', reason: why, ...(options.hold ? { held: true } : {}) };
}

function accountedOutcome(accounted: AccountedFact, facts: Facts, since: { startedMs?: number }): Outcome {
  const ended = facts.ended?.value;
  const endedMs = ended?.atMs ?? accounted.atMs;
  const exitCode = ended?.exitCode ?? accounted.exitCode;
  const failed = (cause: Cause): Outcome => ({
    status: 'failed',
    cause,
    ...since,
    endedMs,
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(accounted.said === undefined ? {} : { said: accounted.said }),
  });
  switch (accounted.state) {
    case 'completed':
      // The script's status was 0, yet the program's own record says otherwise: the program knows.
      return ended && ended.exitCode !== 0 ? failed('exit_code') : { status: 'completed', ...since, endedMs };
    case 'cancelled':
      return { status: 'cancelled', ...since, endedMs };
    case 'failed':
      if (facts.cancel && (ended === undefined || wasStruck(ended))) return { status: 'cancelled', ...since, endedMs };
      return failed(!facts.started && NOTHING_RUN.has(exitCode ?? 0) ? 'launch' : 'exit_code');
    case 'timeout':
      return failed('timeout');
    case 'node_fail':
      return failed('node_fail');
    case 'out_of_memory':
      return failed('host_oom');
    case 'preempted':
      return failed('preempted');
    case 'dependency':
      return failed('dependency');
    case 'launch':
      return failed('launch');
    case 'lost':
      return failed('lost');
  }
}

/** A signal came over it. One that was to be cancelled and ended by itself before that has still failed. */
function wasStruck({ signal, exitCode }: EndedFact): boolean {
  return signal !== undefined || exitCode > 128;
}

const CAUSE_WORDS: Readonly<Record<EndedCause, string>> = {
  dependency: 'what it waited for did not complete',
  timeout: 'its time limit was reached',
  host_oom: 'it used more memory than the pack gives it',
};

function endedOutcome(ended: EndedFact, cancelAsked: boolean, since: { startedMs?: number }): Outcome {
  // What went back into the queue was over when someone cancelled what came after it.
  if (cancelAsked && !ended.requeued && (ended.cause !== undefined || wasStruck(ended)))
    return { status: 'cancelled', ...since, endedMs: ended.atMs };
  if (ended.cause !== undefined) {
    const said = ended.requeued ? 'its time limit was near: it went back into the queue' : CAUSE_WORDS[ended.cause];
    return { status: 'failed', cause: ended.cause, ...since, endedMs: ended.atMs, said };
  }
  return {
    status: 'failed',
    cause: 'exit_code',
    ...since,
    endedMs: ended.atMs,
    exitCode: ended.exitCode,
    ...(ended.signal === undefined ? {} : { said: `ended after signal ${ended.signal}` }),
  };
}

function openOutcome(facts: Facts, since: { startedMs?: number }): Outcome {
  const { queue, lost, unseen } = facts;
  const seen = queue?.stamp ?? '';
  if (lost && lost.stamp > seen) {
    // A cancelled task that never started may vanish without a trace: our own request is the evidence.
    if (facts.cancel) return { status: 'cancelled', ...since, endedMs: facts.cancel.value.atMs };
    const { atMs: endedMs, said } = lost.value;
    return { status: 'failed', cause: 'lost', ...since, endedMs, ...(said === undefined ? {} : { said }) };
  }
  const unseenSince = unseen && unseen.stamp > seen ? { unseenSinceMs: unseen.value.atMs } : {};
  if (facts.started || queue?.value.state === 'running') {
    return { status: 'running', ...since, ...(facts.cancel ? { ending: true } : {}), ...unseenSince };
  }
  return {
    status: 'queued',
    ...(queue?.value.reason === undefined ? {} : { reason: queue.value.reason }),
    ...(queue?.value.held ? { held: true } : {}),
    ...(queue?.value.stuck ? { stuck: true } : {}),
    ...unseenSince,
  };
}

/** What `retry --fresh` rereads from the template. Parameters are not among it: they never change. */
export interface Reread {
  readonly settings: Settings;
  /** Where the settings came from. */
  readonly origins: Origins;
}

/** What an experiment runs since one of its attempts: the settings, with the code of that moment. */
export interface Version extends Reread {
  readonly code?: CodeRecord;
}
