import type { PastWait } from '../../core/cluster/past-wait.ts';

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
export function selectFirstOfEach(waits: readonly PastWait[]): PastWait[] {
  const seen = new Set<string>();
  return waits.filter(({ submission }) => {
    if (submission === undefined) return true;
    const first = !seen.has(submission);
    seen.add(submission);
    return first;
  });
}
