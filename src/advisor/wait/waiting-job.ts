import type { PastWait } from '../../core/cluster/past-wait.ts';

/** What a job that has not been submitted will ask for, as far as its wait depends on it. */
export interface WaitingJob {
  readonly partition: string;
  readonly gpuType?: string;
  /** Of all nodes. */
  readonly gpus: number;
  readonly timeLimitS?: number;
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

/** The class of a number of GPUs: 0, 1, 2 to 3, 4 to 7, 8 to 15, …: jobs of one class wait alike. */
export function sizeClass(gpus: number = 0): number {
  return gpus < 1 ? 0 : 1 + Math.floor(Math.log2(gpus));
}

/** In words: `4 to 7 GPUs`. */
export function formatSizeClass(gpus: number): string {
  const size = sizeClass(gpus);
  if (size === 0) return 'without GPUs';
  return size === 1 ? 'with 1 GPU' : `with ${2 ** (size - 1)} to ${2 ** size - 1} GPUs`;
}
