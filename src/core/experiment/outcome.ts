import type { Cause } from './cause.ts';
import type { Attempt } from './attempt.ts';
import type { DiagnosedFact, AccountedFact, DeferredFact, EndedCause, EndedFact, Facts } from './facts.ts';

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
      /** It was ended before its end on purpose, as a rule of its sweep or someone asked for. */
      readonly status: 'stopped';
      readonly startedMs?: number;
      readonly endedMs: number;
      /** Why. */
      readonly said?: string;
    }
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
  const { token, facts } = attempt;
  const hasEnded = facts.accounted !== undefined || facts.given_up !== undefined;
  return token === undefined && facts.deferred !== undefined && !hasEnded;
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

  // Its job never ran, whatever the scheduler says of it.
  const given = facts.given_up?.value;
  if (given?.stopped) return { status: 'stopped', endedMs: given.atMs, said: given.why };
  // The scheduler knows the job; the outcome of one of several programs in it, only the job knows.
  if (ended?.cause !== undefined) return endedOutcome(ended, facts.cancel !== undefined, since);
  if (ended && ended.exitCode === 0 && ended.signal === undefined) {
    return { status: 'completed', ...since, endedMs: ended.atMs };
  }
  // A record of a start outweighs a report that it was lost, but not one that it ended.
  if (accounted) return accountedOutcome(accounted, facts, since);
  if (ended) return endedOutcome(ended, facts.cancel !== undefined, since);
  if (given) return { status: 'failed', cause: 'launch', endedMs: given.atMs, said: given.why };
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

const CAUSE_WORDS: Readonly<Record<Exclude<EndedCause, 'stopped'>, string>> = {
  dependency: 'what it waited for did not complete',
  timeout: 'its time limit was reached',
  host_oom: 'it used more memory than the pack gives it',
};

function endedOutcome(ended: EndedFact, cancelAsked: boolean, since: { startedMs?: number }): Outcome {
  if (ended.cause === 'stopped') {
    const { reason } = ended;
    return { status: 'stopped', ...since, endedMs: ended.atMs, ...(reason === undefined ? {} : { said: reason }) };
  }
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
