import { SheafError } from '../../core/errors.ts';
import { nowMs } from '../../system/index.ts';
import type { Project } from '../project/project.ts';
import type { StatusReport } from '../project/types.ts';
import type { RecordedWaitJob, WaitJob } from '../project/wait-jobs.ts';
import { getSearch, listTrials } from '../search/search-state.ts';
import { isOpenWaitJob, lookAtWaitJobs } from './look-at-wait-jobs.ts';
import { readWaitJobs } from './wait-job-files.ts';

/** A job runs no longer than that. */
const LONGEST_MS = 14 * 24 * 3_600_000;

/** Adds the jobs that wait for sweeps. Costs one look at a folder in a project that never had such jobs. */
export async function addWaitJobs(project: Project, report: StatusReport): Promise<StatusReport> {
  const latest = project.store.claims.waits.sweeps();
  if (latest.size === 0) return report;
  const active = new Set(project.store.active().map(({ sweep }) => sweep));
  const waitJobs: WaitJob[] = [];
  const warnings: string[] = [];
  for (const [sweep, atMs] of latest) {
    if (!active.has(sweep) && nowMs() - atMs > LONGEST_MS) continue;
    const open = (await lookIfPossible(project, sweep)).filter(isOpenWaitJob);
    waitJobs.push(...open);
    if (open.length > 0 || !(active.has(sweep) || proposesMore(project, sweep))) continue;
    const last = readWaitJobs(project, sweep).at(-1);
    if (last?.ended?.how === 'gone') warnings.push(describeGone(last));
  }
  return { ...report, waitJobs, warnings: [...report.warnings, ...warnings] };
}

function proposesMore(project: Project, sweep: string): boolean {
  const record = project.store.sweep(sweep);
  const search = record && getSearch(record);
  return search?.propose !== undefined && record !== undefined && listTrials(record).size < search.propose.trials;
}

function describeGone({ sweep, job, problem, log }: RecordedWaitJob): string {
  const which = job === undefined ? 'the job' : `job ${job.id}`;
  const why = problem === undefined ? `its log: ${log}` : problem;
  return `sweep ${sweep}: ${which}, which waited for it, is no longer in the queue (${why}); to submit another: sheaf wait --sweep ${sweep} --as-job`;
}

/** If the scheduler cannot be asked, the report says so already. */
async function lookIfPossible(project: Project, sweep: string): Promise<readonly WaitJob[]> {
  try {
    return await lookAtWaitJobs(project, sweep);
  } catch (error) {
    if (error instanceof SheafError) return [];
    throw error;
  }
}
