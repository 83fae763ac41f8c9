/** How long one job waited: what accounting or a trace says of it. */
export interface PastWait {
  /** When it could have started: submitted, and nothing it depended on was open. Milliseconds since 1970. */
  readonly eligibleMs: number;
  /** Absent: it waits still. */
  readonly startMs?: number;
  readonly partition?: string;
  /** As the scheduler calls it; `''` or absent: not known. */
  readonly gpuType?: string;
  /** Of all nodes together; absent: not known. */
  readonly gpus?: number;
  readonly timeLimitS?: number;
  readonly account?: string;
  /** Those of one submission (the tasks of an array, a loop of equal jobs) share it: they count once, by their first. */
  readonly submission?: string;
}

/** What a job that has not been submitted will ask for, as far as its wait depends on it. */
export interface WaitingJob {
  readonly partition: string;
  readonly gpuType?: string;
  /** Of all nodes. */
  readonly gpus: number;
  readonly timeLimitS?: number;
  readonly account?: string;
}

/** Seconds; undefined while it waits. */
export function waitS({ eligibleMs, startMs }: PastWait): number | undefined {
  return startMs === undefined ? undefined : Math.max(0, startMs - eligibleMs) / 1000;
}

/** The first of each submission: the others waited for each other, or with it, and say nothing more. */
export function firstOfEach(waits: readonly PastWait[]): PastWait[] {
  const seen = new Set<string>();
  return waits.filter(({ submission }) => {
    if (submission === undefined) return true;
    const first = !seen.has(submission);
    seen.add(submission);
    return first;
  });
}
