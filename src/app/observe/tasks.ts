import type { Attempt } from '../../core/experiment/attempt.ts';
import type { AttemptRef, JobRef, SubmissionMember } from '../../core/experiment/event.ts';
import type { Key } from '../../core/ids.ts';
import type { SubmissionRecord } from '../../core/experiment/record.ts';
import { isOpen } from '../../core/experiment/status.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { Scheduler, TaskRef } from '../../scheduler/index.ts';
import { userId } from '../../system/index.ts';
import type { Project } from '../project/project.ts';

/** An attempt that may have a job, with the job if it is known. */
export interface OpenAttempt {
  readonly experiment: Experiment;
  readonly attempt: Attempt;
  readonly ref: AttemptRef;
  readonly submission?: SubmissionRecord;
  /** Known once the scheduler has taken it. */
  readonly task?: TaskRef;
  /** Other attempts run in the same task. */
  readonly packed: boolean;
}

/**
 * The attempts of these experiments that may have a job.
 *
 * @param fits which others are wanted, too
 */
export function openAttempts(
  project: Project,
  experiments: Iterable<Experiment>,
  fits: (attempt: Attempt) => boolean = isOpen,
): OpenAttempt[] {
  const open: OpenAttempt[] = [];
  for (const experiment of experiments) {
    for (const attempt of Object.values(experiment.record.attempts)) {
      if (fits(attempt)) open.push(openAttempt(project, experiment, attempt));
    }
  }
  return open;
}

/** The task of one that waits, without a look at its record; undefined when its job is not known yet. */
export function getWaitingTask(project: Project, { key, waiting }: Experiment): TaskRef | undefined {
  const submission = waiting && project.store.submission(waiting.token);
  const job = submission?.job?.value;
  if (waiting === undefined || job === undefined) return undefined;
  const index = indexOf(submission, key, waiting.stage);
  return { job, token: waiting.token, ...(index === undefined ? {} : { index }) };
}

interface Members {
  /** `key.stage` → member: a requeue makes the next attempt of it. */
  readonly byName: ReadonlyMap<string, SubmissionMember>;
  /** Some of them share a task. */
  readonly packed: boolean;
}

const known = new WeakMap<SubmissionRecord, Members>();

/** The members of an array of 10,000 are put in order once, not once for each of them. */
function membersOf(submission: SubmissionRecord): Members {
  let members = known.get(submission);
  if (members === undefined) {
    const all = submission.request?.value.members ?? [];
    members = {
      byName: new Map(all.map((member) => [memberName(member), member])),
      packed: new Set(all.map(({ index }) => index)).size < all.length,
    };
    known.set(submission, members);
  }
  return members;
}

/** Whether some attempts of a submission share a task. */
export function isPacked(submission: SubmissionRecord | undefined): boolean {
  return submission !== undefined && membersOf(submission).packed;
}

function memberName({ key, stage }: Pick<AttemptRef, 'key' | 'stage'>): string {
  return `${key}.${stage}`;
}

function openAttempt(project: Project, experiment: Experiment, attempt: Attempt): OpenAttempt {
  const ref: AttemptRef = { key: experiment.key, stage: attempt.stage, n: attempt.n };
  const token = attempt.token?.value;
  const submission = token === undefined ? undefined : project.store.submission(token);
  if (token === undefined || submission === undefined) return { experiment, attempt, ref, packed: false };
  const { packed } = membersOf(submission);
  const job = submission.job?.value;
  if (job === undefined) return { experiment, attempt, ref, submission, packed };
  const index = indexOf(submission, ref.key, ref.stage);
  const task = { job: jobThatRan(job, attempt), token, ...(index === undefined ? {} : { index }) };
  return { experiment, attempt, ref, submission, task, packed };
}

/** There may be two jobs of one submission, where an `sbatch` tried again by itself: the one that runs it counts. */
function jobThatRan(job: JobRef, { facts }: Attempt): JobRef {
  const id = /^\d+/.exec(facts.started?.value.job ?? '')?.[0];
  return id === undefined || id === job.id ? job : { ...job, id };
}

/** The id of the job that holds the claim of an attempt; undefined when none does. */
export function getClaimingJob(project: Project, ref: AttemptRef): string | undefined {
  return /^(\d+)(?:_\d+)?\.\d+@/.exec(project.store.claims.runner(ref) ?? '')?.[1];
}

/** The id of the job of an attempt, with the array index if it has one: `812345_7`. */
export function getJobName(project: Project, key: Key, attempt: Attempt): string | undefined {
  const own = attempt.facts.started?.value.job;
  if (own !== undefined) return own;
  const submission = attempt.token && project.store.submission(attempt.token.value);
  if (submission?.job === undefined) return undefined;
  const { id } = submission.job.value;
  const index = indexOf(submission, key, attempt.stage);
  return index === undefined ? id : `${id}_${index}`;
}

/** The array index under which a submission runs a stage of an experiment; undefined in a single job. */
export function indexOf(submission: SubmissionRecord | undefined, key: Key, stage: string): number | undefined {
  return submission === undefined ? undefined : membersOf(submission).byName.get(memberName({ key, stage }))?.index;
}

/** What tells a task from all others. */
export function getTaskName({ token, index }: Pick<TaskRef, 'token' | 'index'>): string {
  return index === undefined ? token : `${token}[${index}]`;
}

/** Only jobs of the user's own uid, on a reachable scheduler, are judged. */
export function isMine(task: TaskRef, scheduler: Pick<Scheduler, 'id'>): boolean {
  return task.job.scheduler === scheduler.id && task.job.uid === userId();
}

/** Each stage of an experiment waits for reasons of its own. */
export function getReasonName({ key, stage }: Pick<AttemptRef, 'key' | 'stage'>): string {
  return `${key}.${stage}`;
}
