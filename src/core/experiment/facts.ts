import type { Origins } from './frozen.ts';
import type { Settings } from '../settings/settings.ts';
import type { Cause, Diagnosis } from './cause.ts';
import type { CodeRecord, CodeSeen } from './code.ts';

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
  /** Why it was stopped; only with the cause `stopped`. */
  readonly reason?: string;
  /** It went back into the queue, as its template asks for, and goes on as the next attempt. */
  readonly requeued?: true;
  /** Which code its program was seen to run; absent when it was not seen, or was to run what is in the project folder. */
  readonly code?: CodeSeen;
}

/** What a job knows better than its scheduler: what it did to a program of its own accord. */
export type EndedCause = 'dependency' | 'timeout' | 'host_oom' | 'stopped';

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
  /** It was stopped before it started; absent: no job was ever made of it. */
  readonly stopped?: true;
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
