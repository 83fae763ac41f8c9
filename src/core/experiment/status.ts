import { getAttemptOutcome, type Outcome } from './outcome.ts';
import { type Attempt } from './attempt.ts';
import { type Cause } from './cause.ts';
import { stagesOf } from './frozen.ts';
import type { Token } from '../ids.ts';
import type { ExperimentRecord } from './record.ts';
import { getVersionInForce } from './version.ts';

/** All statuses, in the order of an experiment's life. */
export const STATUSES = ['created', 'queued', 'running', 'completed', 'failed', 'cancelled', 'stopped'] as const;
/** Where an experiment is in its life: `created`, `queued`, `running`, `completed`, `failed`, `cancelled`, `stopped`. */
export type Status = (typeof STATUSES)[number];

/** It may have a job. */
export function isActive(status: string | undefined): boolean {
  return status === 'queued' || status === 'running';
}

/** It completed, or was stopped on purpose: nothing went wrong. */
export function hasEndedAsMeant(status: string): boolean {
  return status === 'completed' || status === 'stopped';
}

/** What one stage has come to: its newest attempt that the scheduler did not refuse. */
export interface StageStatus {
  readonly stage: string;
  readonly attempt: Attempt;
  readonly outcome: Exclude<Outcome, { status: 'void' }>;
}

export interface ExperimentStatus {
  readonly status: Status;
  readonly cause?: Cause;
  /** The stage that decides. */
  readonly stage?: StageStatus;
}

/** Active before ended, then the worst first. */
const RANK: Readonly<Record<StageStatus['outcome']['status'], number>> = {
  running: 5,
  queued: 4,
  failed: 3,
  cancelled: 2,
  stopped: 2,
  completed: 1,
};

/** A stage that could not start tells less than the one that it waited for. */
const RANK_OF_WAITING = 1.5;

function rankOf({ outcome }: StageStatus): number {
  return outcome.status === 'failed' && outcome.cause === 'dependency' ? RANK_OF_WAITING : RANK[outcome.status];
}

/**
 * The status of an experiment: the worst of the stages asked for, active before ended.
 * The one place where a status is derived.
 */
export function getExperimentStatus(record: Pick<ExperimentRecord, 'attempts'>): ExperimentStatus {
  const stages = listStageStatuses(record);
  const [worst] = stages.toSorted((a, b) => rankOf(b) - rankOf(a) || (askedFirst(a, b) ? -1 : 1));
  if (worst === undefined) return { status: 'created' };
  const { outcome } = worst;
  return { status: outcome.status, stage: worst, ...(outcome.status === 'failed' ? { cause: outcome.cause } : {}) };
}

/** Of two that wait or run, the one that was submitted first: the other one waits for it. */
function askedFirst(a: StageStatus, b: StageStatus): boolean {
  return (a.attempt.token?.stamp ?? '') <= (b.attempt.token?.stamp ?? '');
}

/**
 * One entry for each requested stage, by name of the stage. A stage that the current version no longer has
 * counts only while it may still have a job.
 */
export function listStageStatuses(record: Pick<ExperimentRecord, 'attempts'>): StageStatus[] {
  const newest = new Map<string, StageStatus>();
  const version = getVersionInForce(record);
  const names = version && new Set(stagesOf(version.settings).map(({ name }) => name));
  for (const attempt of Object.values(record.attempts)) {
    const outcome = getAttemptOutcome(attempt);
    if (outcome.status === 'void') continue;
    if (names !== undefined && !names.has(attempt.stage) && !isOpen(attempt)) continue;
    const known = newest.get(attempt.stage);
    if (known === undefined || attempt.n > known.attempt.n) {
      newest.set(attempt.stage, { stage: attempt.stage, attempt, outcome });
    }
  }
  return [...newest.values()].toSorted((a, b) => (a.stage < b.stage ? -1 : 1));
}

/** All there is to know of an experiment that waits in the queue, and of which nothing else may be learned. */
export interface Waiting {
  readonly stage: string;
  readonly n: number;
  readonly token: Token;
  readonly submittedMs?: number;
  readonly held?: boolean;
  readonly stuck?: boolean;
  readonly reason?: string;
}

/** Causes of which more may be learned: the job may be put back into the queue, or appear. */
const UNSETTLED: ReadonlySet<Cause> = new Set(['lost', 'node_fail', 'preempted']);

/**
 * Undefined when it does not wait, or when there is more to its story than that one attempt waits, seen in the queue.
 * Of ten thousand that wait, most can be decided without reading their records.
 */
export function getWaitingOnly({ attempts }: Pick<ExperimentRecord, 'attempts'>): Waiting | undefined {
  let waiting: Waiting | undefined;
  for (const attempt of Object.values(attempts)) {
    const outcome = getAttemptOutcome(attempt);
    if (outcome.status === 'running') return undefined;
    if (outcome.status === 'failed' && UNSETTLED.has(outcome.cause)) return undefined;
    if (outcome.status !== 'queued') continue;
    const { facts, token, stage, n, submittedMs } = attempt;
    const isSeen = facts.queue?.value.state === 'pending' && outcome.unseenSinceMs === undefined;
    if (waiting !== undefined || token === undefined || !isSeen || facts.lost !== undefined) return undefined;
    const { status: _status, ...rest } = outcome;
    waiting = { stage, n, token: token.value, ...(submittedMs === undefined ? {} : { submittedMs }), ...rest };
  }
  return waiting;
}

/** It was cancelled, and its job has not ended yet. */
export function isEnding(attempt: Attempt): boolean {
  return attempt.facts.cancel !== undefined && isOpen(attempt);
}

/** An attempt that may still have a job. */
export function isOpen(attempt: Attempt): boolean {
  return isActive(getAttemptOutcome(attempt).status);
}

/** Whether a scheduler was ever asked for a job of it, even one that it refused. What is only deferred was not. */
export function wasSubmitted({ record }: { readonly record: Pick<ExperimentRecord, 'attempts'> }): boolean {
  return Object.values(record.attempts).some(({ token }) => token !== undefined);
}

/** The number that the next attempt of a stage gets. */
export function getNextAttempt(record: Pick<ExperimentRecord, 'attempts'>, stage: string): number {
  const numbers = Object.values(record.attempts)
    .filter((attempt) => attempt.stage === stage)
    .map((attempt) => attempt.n);
  return Math.max(0, ...numbers) + 1;
}
