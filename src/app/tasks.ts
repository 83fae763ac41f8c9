import type { Attempt } from '../core/attempt.ts';
import type { AttemptRef, SubmissionMember } from '../core/event.ts';
import type { SubmissionRecord } from '../core/record.ts';
import { isOpen } from '../core/status.ts';
import type { Experiment } from '../core/stored.ts';
import type { Scheduler, TaskRef } from '../scheduler/index.ts';
import { userId } from '../system/index.ts';
import type { Project } from './project.ts';

/** An attempt that may have a job, with the job if it is known. */
export interface OpenAttempt {
  readonly experiment: Experiment;
  readonly attempt: Attempt;
  readonly ref: AttemptRef;
  readonly submission?: SubmissionRecord;
  /** Known once the scheduler has taken it. */
  readonly task?: TaskRef;
}

/** All attempts of these experiments that may have a job. */
export function openAttempts(project: Project, experiments: Iterable<Experiment>): OpenAttempt[] {
  const submissions = submissionCache(project);
  const open: OpenAttempt[] = [];
  for (const experiment of experiments) {
    for (const attempt of Object.values(experiment.record.attempts)) {
      if (isOpen(attempt)) open.push(openAttempt(experiment, attempt, submissions));
    }
  }
  return open;
}

interface CachedSubmission {
  readonly record: SubmissionRecord;
  readonly members: ReadonlyMap<string, SubmissionMember>;
}

/** An array of 10,000 is read once, not once for each of its members. */
function submissionCache(project: Project): (token: string) => CachedSubmission | undefined {
  const cache = new Map<string, CachedSubmission | undefined>();
  return (token) => {
    if (!cache.has(token)) {
      const record = project.store.submission(token as Parameters<typeof project.store.submission>[0]);
      const members = record?.request?.value.members ?? [];
      cache.set(token, record && { record, members: new Map(members.map((member) => [memberName(member), member])) });
    }
    return cache.get(token);
  };
}

function memberName({ key, stage }: AttemptRef): string {
  return `${key}.${stage}`;
}

function openAttempt(
  experiment: Experiment,
  attempt: Attempt,
  submissions: (token: string) => CachedSubmission | undefined,
): OpenAttempt {
  const ref: AttemptRef = { key: experiment.key, stage: attempt.stage, n: attempt.n };
  const token = attempt.token?.value;
  const cached = token === undefined ? undefined : submissions(token);
  if (token === undefined || cached === undefined) return { experiment, attempt, ref };
  const submission = cached.record;
  const job = submission.job?.value;
  if (job === undefined) return { experiment, attempt, ref, submission };
  const index = cached.members.get(memberName(ref))?.index;
  return { experiment, attempt, ref, submission, task: { job, token, ...(index === undefined ? {} : { index }) } };
}

/** Only jobs of one's own uid, on a scheduler that one can ask, are judged. */
export function isMine(task: TaskRef, scheduler: Scheduler): boolean {
  return task.job.scheduler === scheduler.id && task.job.uid === userId();
}
