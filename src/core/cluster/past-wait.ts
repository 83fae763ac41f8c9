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
