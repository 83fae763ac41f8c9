import { getAttemptOutcome } from '../../core/experiment/outcome.ts';
import { type Attempt } from '../../core/experiment/attempt.ts';
import type { ExperimentRecord } from '../../core/experiment/record.ts';
import { isOpen } from '../../core/experiment/status.ts';
import type { PollResult, TaskRef } from '../../scheduler/index.ts';
import { nowMs } from '../../system/index.ts';
import { hasEndedWell, readRunRecords, type RunRecord } from './job-records.ts';
import type { Project } from '../project/project.ts';
import { getClaimingJob, type OpenAttempt } from './tasks.ts';

/** How long sheaf looks for a lost task: a file server or an accounting database may have been away. */
export const LOST_WATCH_MS: number = 7 * 24 * 3_600_000;

/** So long one whose node failed, or that was preempted, may be put back into the queue. */
const REQUEUE_WATCH_MS = 3_600_000;

export type Tracked = OpenAttempt & { readonly task: TaskRef };

/** Open, or such that the scheduler may have more to say of it. */
export function isWatched(attempt: Attempt): boolean {
  if (isOpen(attempt)) return true;
  const outcome = getAttemptOutcome(attempt);
  if (outcome.status !== 'failed') return false;
  const ageMs = nowMs() - outcome.endedMs;
  if (outcome.cause === 'lost') return ageMs < LOST_WATCH_MS;
  return (outcome.cause === 'node_fail' || outcome.cause === 'preempted') && ageMs < REQUEUE_WATCH_MS;
}

/** One task as the queue shows it, with what its runs left behind. */
export interface Observation {
  readonly item: Tracked;
  /** Undefined when it is not in the queue. */
  readonly polled: PollResult['fact'] | undefined;
  /** Oldest first; all but the last were requeued. */
  readonly runs: readonly [RunRecord, ...RunRecord[]];
}

export function observe(
  project: Project,
  item: Tracked,
  polled: PollResult['fact'] | undefined,
  atMs: number,
): Observation[] {
  const { attempt, experiment, task } = item;
  // What was submitted after the queue was read cannot be in there.
  if (polled === undefined && task.job.submittedMs > atMs) return [];
  // One that has ended matters when its job is back in the queue, unless that is known as the next attempt.
  if (!isOpen(attempt)) {
    if (hasFollower(experiment.record, attempt)) return [];
    if (polled?.kind !== 'queue' && !isLost(attempt)) return [];
  }
  return [{ item, polled, runs: runsOf(project, item, polled) }];
}

/** Another one was made after it; what the scheduler refused does not count. */
function hasFollower({ attempts }: ExperimentRecord, { stage, n }: Attempt): boolean {
  return Object.values(attempts).some(
    (other) => other.stage === stage && other.n > n && getAttemptOutcome(other).status !== 'void',
  );
}

function isLost(attempt: Attempt): boolean {
  const outcome = getAttemptOutcome(attempt);
  return outcome.status === 'failed' && outcome.cause === 'lost';
}

/** Files are read only if they may have something new: once after a start, once after an end. */
function runsOf(project: Project, item: Tracked, polled: PollResult['fact'] | undefined): [RunRecord, ...RunRecord[]] {
  const { experiment, attempt, ref, task } = item;
  const { facts } = attempt;
  const known: RunRecord = { ref, ...(facts.started ? { started: facts.started.value } : {}) };
  const read = (withEnds: boolean): [RunRecord, ...RunRecord[]] =>
    readRunRecords(project, experiment.expId, ref, task.token, withEnds);
  if (polled?.kind !== 'queue') return read(true);
  switch (polled.state) {
    case 'pending': {
      if (facts.started === undefined && isOpen(attempt)) return [known];
      const runs = read(true);
      // It never ran, and was thought gone: it waits as before.
      if (runs.length === 1 && !hasBegun(project, item, runs[0])) return [known];
      // What completed before its pack was requeued is not run again.
      if (item.packed && hasEndedWell(runs.at(-1) ?? runs[0])) return runs;
      // It ran, and waits again: the next attempt is its own.
      return [...runs, { ref: { ...ref, n: ref.n + runs.length } }];
    }
    case 'running':
      return isKnownRun(facts, polled.startedMs) ? [known] : read(true);
    case 'unknown':
      return [known];
  }
}

/** The scheduler gives starts in whole seconds, and by another clock. */
const SAME_START_MS = 2_000;

/**
 * Whether the run that the queue shows is the one that is on record. One that the scheduler started long after the start
 * that is known is another, whose own record may only come.
 */
function isKnownRun({ started, queue }: Attempt['facts'], startedMs: number | undefined): boolean {
  if (started === undefined || queue?.value.startedMs !== startedMs) return false;
  return startedMs === undefined || startedMs - started.value.atMs < SAME_START_MS;
}

/** A job that holds the claim takes the next attempt when it is requeued, though it may have left no record. */
function hasBegun(project: Project, { attempt, ref, task }: Tracked, { started, ended }: RunRecord): boolean {
  if (attempt.facts.started !== undefined || started !== undefined || ended !== undefined) return true;
  return getClaimingJob(project, ref) === task.job.id;
}
