import { failure, inputError } from '../../core/errors.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { getExperimentStatus, isActive, wasSubmitted } from '../../core/experiment/status.ts';
import { matchText } from '../../core/query/ast.ts';
import { nowMs, sleep, userName } from '../../system/index.ts';
import { findSweep } from '../project/find.ts';
import type { Project } from '../project/project.ts';
import type { RoundTaker } from '../project/rounds.ts';
import { listSweepParts } from '../project/sweep-parts.ts';
import type { WaitJob } from '../project/wait-jobs.ts';
import { isOpenWaitJob, lookAtWaitJobs, toTask } from './look-at-wait-jobs.ts';
import { submitWaitJob } from './submit-wait-job.ts';
import { readWaitJobs, recordWaitEnded, type WaitRequest } from './wait-job-files.ts';

/** What came of asking for a job that waits for a sweep. */
export interface WaitJobAnswer {
  readonly sweep: string;
  /** `submitted`: now. `exists`: one runs or waits already. `ended`: so has the sweep; there is nothing to wait for. */
  readonly outcome: 'submitted' | 'exists' | 'ended';
  /** Absent if the sweep has ended. */
  readonly job?: WaitJob;
}

/** How long to wait for another command that submits one, and for jobs that are to end. */
const LONGEST_MS = 30_000;
const PAUSE_MS = 300;

/**
 * Hands the waiting for a sweep over to a job, unless one runs or is queued. However many commands ask at once, there is one job.
 *
 * @throws SheafError `sweep.unknown`, `wait_job.*`, `resources.*`
 */
export async function startWaitJob(project: Project, request: WaitRequest, rounds: RoundTaker): Promise<WaitJobAnswer> {
  const { sweep } = request;
  refuseOthers(project, sweep);
  const untilMs = nowMs() + LONGEST_MS;
  let isOwn = false;
  for (;;) {
    const jobs = await lookAtWaitJobs(project, sweep, nowMs());
    const open = jobs.filter(isOpenWaitJob);
    const job = open.find(({ state }) => state === 'running') ?? open[0];
    if (job === undefined) {
      if (!(await goesOn(project, sweep, rounds))) return { sweep, outcome: 'ended' };
      isOwn = await submitWaitJob(project, getNextNumber(project, sweep), request);
    } else if (job.state !== 'submitting' || nowMs() > untilMs) {
      return { sweep, outcome: isOwn ? 'submitted' : 'exists', job };
    } else {
      await sleep(PAUSE_MS);
    }
  }
}

/**
 * Ends the jobs that wait for a sweep. Its members run on.
 *
 * @returns those that were ended
 * @throws SheafError `sweep.unknown`, `wait_job.*`, and in the scheduler's words when it will not
 */
export async function stopWaitJobs(project: Project, sweep: string): Promise<readonly WaitJob[]> {
  refuseOthers(project, sweep);
  const ended = new Map<number, WaitJob>();
  const untilMs = nowMs() + LONGEST_MS;
  for (;;) {
    const open = (await lookAtWaitJobs(project, sweep, nowMs())).filter(isOpenWaitJob);
    const foreign = open.find(({ state }) => state === 'elsewhere');
    if (foreign?.job !== undefined) {
      throw failure('wait_job.elsewhere', `job ${foreign.job.id} belongs to ${foreign.job.scheduler}`, {
        fix: 'run the command there',
      });
    }
    await endWaitJobs(project, open, 'stopped');
    for (const job of open) if (job.state !== 'submitting') ended.set(job.n, job);
    // One that just submits its successor may be about to end.
    if (open.length === 0 || nowMs() > untilMs) return [...ended.values()];
    await sleep(PAUSE_MS);
  }
}

/** Ends jobs, queued or running. One that is being submitted ends as soon as it starts. */
export async function endWaitJobs(project: Project, jobs: readonly WaitJob[], how: 'stopped' | 'ended'): Promise<void> {
  for (const { sweep, n, token } of jobs) {
    project.store.claims.waits.giveUp(sweep, n, how);
    recordWaitEnded(project, token, how);
  }
  const tasks = jobs.flatMap(({ job, token }) => (job === undefined ? [] : [toTask({ job, token })]));
  if (tasks.length > 0) await (await project.scheduler()).cancel(tasks);
}

/** The number of the next job of a sweep. */
export function getNextNumber(project: Project, sweep: string): number {
  return (readWaitJobs(project, sweep).at(-1)?.n ?? 0) + 1;
}

/** Its members are stopped, made and submitted as the user who asks. */
function refuseOthers(project: Project, sweep: string): void {
  const [first] = listSweepParts(findSweep(project, sweep));
  if (first === undefined || first.user === userName()) return;
  throw inputError('wait_job.user', `only ${first.user}, who made the sweep ${sweep}, can let a job wait for it`, {
    fix: `watch it: sheaf wait --sweep ${sweep}`,
    now: 'nothing was submitted',
  });
}

/** @throws SheafError `wait.not_submitted` if none of its members was ever submitted */
async function goesOn(project: Project, sweep: string, rounds: RoundTaker): Promise<boolean> {
  const members = (): Experiment[] => [...project.store.select({ where: matchText('sweep', sweep), nowMs: nowMs() })];
  const isAnyActive = (): boolean => members().some(({ record }) => isActive(getExperimentStatus(record).status));
  if (isAnyActive()) return true;
  const { goesOn: names } = await rounds.take({ now: true });
  if (names.includes(sweep) || isAnyActive()) return true;
  if (members().some(wasSubmitted)) return false;
  throw inputError('wait.not_submitted', `no member of the sweep ${sweep} has been submitted`, {
    fix: `sheaf submit --sweep ${sweep}`,
    now: 'nothing was submitted',
  });
}
