import type { RecordedWaitJob, WaitJob, WaitJobAnswer } from '../../app/index.ts';
import { isoOrNull } from '../parts/json.ts';

/** A job that waits for a sweep. */
export type WaitJobJson = {
  readonly sweep: string;
  /** Null while it is submitted. */
  readonly job: string | null;
  /** Null until it has started. */
  readonly node: string | null;
  readonly started_at: string | null;
  /** Relative to the project. */
  readonly log: string;
};

export function recordedWaitJobJson({ sweep, job, started, log }: RecordedWaitJob): WaitJobJson {
  return {
    sweep,
    job: job?.id ?? started?.job ?? null,
    node: started?.host ?? null,
    started_at: isoOrNull(started?.atMs),
    log,
  };
}

export type SeenWaitJobJson = WaitJobJson & { readonly state: Exclude<WaitJob['state'], 'over'> | 'ended' };

export function seenWaitJobJson(job: WaitJob): SeenWaitJobJson {
  return { ...recordedWaitJobJson(job), state: job.state === 'over' ? 'ended' : job.state };
}

/** What came of `wait --as-job`. */
export type WaitJobStartedJson = {
  readonly sweep: string;
  /** `submitted`: now. `exists`: one runs or waits already. `ended`: so has the sweep. */
  readonly outcome: 'submitted' | 'exists' | 'ended';
  readonly wait_job: SeenWaitJobJson | null;
};

export function waitJobJson({ sweep, outcome, job }: WaitJobAnswer): WaitJobStartedJson {
  return { sweep, outcome, wait_job: job ? seenWaitJobJson(job) : null };
}

/** What `wait --as-job --stop` ended. */
export type WaitJobsStoppedJson = { readonly sweep: string; readonly stopped: readonly string[] };

export function waitJobsStoppedJson(sweep: string, jobs: readonly WaitJob[]): WaitJobsStoppedJson {
  return { sweep, stopped: jobs.flatMap(({ job }) => (job === undefined ? [] : [job.id])) };
}
