import type { RecordedWaitJob, WaitJob, WaitJobAnswer } from '../../../app/index.ts';
import { formatClockTime } from '../../../core/text/clock-time.ts';
import { waitJobJson, waitJobsStoppedJson } from '../../../json/index.ts';
import type { Answer } from '../../shell/answer.ts';

/** That a job waits for a sweep from now on, or did already. */
export function waitJobAnswer(found: WaitJobAnswer): Answer {
  const { sweep, outcome, job } = found;
  if (job === undefined) {
    return { data: waitJobJson(found), text: () => `Nothing to do: the sweep ${sweep} has ended\n` };
  }
  const id = job.job?.id;
  const first =
    outcome === 'submitted'
      ? `Submitted job ${id}, which waits for the sweep ${sweep} until it ends`
      : `Nothing to do for the sweep ${sweep}: ${describeWaitJob(job)}`;
  return {
    data: waitJobJson(found),
    text: () => `${first}\n${id === undefined ? '' : `  log  ${job.log}\n`}`,
    next: [`sheaf status --sweep ${sweep}`, `sheaf wait --sweep ${sweep} --as-job --stop`],
  };
}

export function waitJobsStoppedAnswer(sweep: string, jobs: readonly WaitJob[]): Answer {
  const ids = jobs.flatMap(({ job }) => (job === undefined ? [] : [job.id]));
  return {
    data: waitJobsStoppedJson(sweep, jobs),
    text: () =>
      jobs.length === 0
        ? `Nothing to do: no job waits for the sweep ${sweep}\n`
        : `Ended job ${ids.join(', ')}. The members of the sweep ${sweep} run on.\n`,
  };
}

/** `job 123 on node7 waits for it, since 10:12` */
export function describeWaitJob({ job, state, reason, started }: WaitJob): string {
  const id = job?.id ?? started?.job;
  switch (state) {
    case 'running':
      return started === undefined
        ? `job ${id} starts to wait for it`
        : `job ${id} on ${started.host} waits for it, since ${formatClockTime(started.atMs)}`;
    case 'queued':
      return `job ${id}, which is to wait for it, is queued${reason === undefined ? '' : ` (${reason})`}`;
    case 'submitting':
      return 'another command is submitting a job that waits for it';
    case 'elsewhere':
      return `job ${id} of ${job?.scheduler} waits for it`;
    case 'over':
      return 'the job that waited for it has ended';
  }
}

/** Who waits for a sweep, in its summary. @param decides it goes on by itself */
export function waitJobText({ job, started, log }: RecordedWaitJob, decides: boolean): string {
  const id = job?.id ?? started?.job;
  if (id === undefined) return '';
  const where = started === undefined ? 'is queued' : `on ${started.host}, since ${formatClockTime(started.atMs)}`;
  return `  ${decides ? 'decides  ' : 'waits    '} job ${id} ${where}; ${log}\n`;
}
