import { failure } from '../../core/errors.ts';
import type { JobRef } from '../../core/experiment/event.ts';
import type { QueuedFact } from '../../core/experiment/facts.ts';
import type { PollResult, Scheduler, TaskRef } from '../../scheduler/index.ts';
import { nowMs, ownerState } from '../../system/index.ts';
import type { Project } from '../project/project.ts';
import type { RecordedWaitJob, WaitJob } from '../project/wait-jobs.ts';
import { listOpenWaitJobs, recordWaitEnded, recordWaitSubmitted } from './wait-job-files.ts';

/**
 * Asks the scheduler about the jobs that wait for a sweep and may still run, the oldest first. Completes the record of those whose
 * submission was cut off, and records which are gone.
 *
 * @param afterMs an answer of the queue from before that does not do
 * @throws SheafError `wait_job.unknown` if the scheduler cannot be asked
 */
export async function lookAtWaitJobs(project: Project, sweep: string, afterMs?: number): Promise<WaitJob[]> {
  const open = listOpenWaitJobs(project, sweep);
  if (open.length === 0) return [];
  const scheduler = await project.scheduler();
  const settled: (RecordedWaitJob | WaitJob)[] = [];
  for (const each of open) settled.push(each.job === undefined ? await settle(project, scheduler, each) : each);
  const polled = await poll(scheduler, settled, afterMs);
  return settled.map((each): WaitJob => {
    if ('state' in each) return each;
    const { job, token } = each;
    if (job?.scheduler !== scheduler.id) return { ...each, state: 'elsewhere' };
    const fact = polled.get(token)?.fact;
    if (fact?.kind === 'queue') return { ...each, ...describeFact(fact) };
    if (polled.isOlderThan(job)) return { ...each, state: 'queued' };
    recordWaitEnded(project, token, 'gone');
    return { ...each, state: 'over' };
  });
}

export function isOpenWaitJob({ state }: WaitJob): boolean {
  return state !== 'over';
}

export function toTask({ job, token }: { readonly job: JobRef; readonly token: TaskRef['token'] }): TaskRef {
  return { job, token };
}

function describeFact({ state, reason }: QueuedFact): Pick<WaitJob, 'state' | 'reason'> {
  if (state === 'running') return { state: 'running' };
  return { state: 'queued', ...(reason !== undefined && { reason }) };
}

interface Polled {
  readonly get: (token: TaskRef['token']) => PollResult | undefined;
  /** The queue was asked before this job was in it. */
  readonly isOlderThan: (job: JobRef) => boolean;
}

async function poll(
  scheduler: Scheduler,
  jobs: readonly RecordedWaitJob[],
  afterMs: number | undefined,
): Promise<Polled> {
  const tasks = jobs.flatMap(({ job, token }) => (job?.scheduler === scheduler.id ? [toTask({ job, token })] : []));
  if (tasks.length === 0) return { get: () => undefined, isOlderThan: () => true };
  const found = await scheduler.poll(tasks, afterMs);
  if (found.kind === 'failed') throw makeUnknownError(found.said);
  const results = new Map(found.results.map((result) => [result.token, result]));
  return { get: (token) => results.get(token), isOlderThan: ({ submittedMs }) => found.atMs <= submittedMs };
}

/** One without a job on record: it is being submitted, or the command that did was killed. */
async function settle(
  project: Project,
  scheduler: Scheduler,
  open: RecordedWaitJob,
): Promise<RecordedWaitJob | WaitJob> {
  const { sweep, n, token, owner, claimedMs } = open;
  if (ownerState(owner) === 'alive') return { ...open, state: 'submitting' };
  const found = await scheduler.find([token], claimedMs);
  if (found.kind === 'failed') throw makeUnknownError(found.said);
  const job = found.jobs.get(token);
  if (job !== undefined) {
    recordWaitSubmitted(project, token, job);
    return { ...open, job };
  }
  if (nowMs() - claimedMs < scheduler.can.settleMs) return { ...open, state: 'submitting' };
  // If a job of that name appears after all, it finds its run given up, and ends.
  if (!project.store.claims.waits.giveUp(sweep, n, 'the command that submitted it was killed'))
    recordWaitEnded(project, token, 'gone');
  return { ...open, state: 'over' };
}

function makeUnknownError(said: string): Error {
  return failure('wait_job.unknown', 'the scheduler could not be asked about the job that waits for the sweep', {
    said,
    now: 'nothing was submitted',
  });
}
