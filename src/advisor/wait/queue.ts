import type { PastWait } from '../../core/cluster/past-wait.ts';
import { waitS } from './waiting-job.ts';

/** No bound says more than this many times the longest known wait: waits of other jobs support no larger number. */
const LONGEST_TIMES = 2;

/** A queue as a job finds it that comes. */
export interface Moment {
  readonly ms: number;
  /** Those that came before and have not started. */
  readonly waiting: number;
  /**
   * Seconds. The most that a bound may say: twice the longest wait that ended before, or what a job that still waits
   * has already waited, if that is longer.
   */
  readonly mostS: number;
}

/** What each job found, and what one finds that comes now. */
export interface Moments {
  readonly found: ReadonlyMap<PastWait, Moment>;
  readonly now: Moment;
}

/** @param waits all that came to the queue, by the time they could have started */
export function listMoments(waits: readonly PastWait[], nowMs: number): Moments {
  const starts = waits.filter(({ startMs }) => startMs !== undefined).toSorted((a, b) => startOf(a) - startOf(b));
  const found = new Map<PastWait, Moment>();
  let [started, came, oldest, waiting, longestS] = [0, 0, 0, 0, 0];
  const momentAt = (ms: number): Moment => {
    for (let next = starts[started]; next !== undefined && startOf(next) < ms; next = starts[started]) {
      started += 1;
      longestS = Math.max(longestS, waitS(next) ?? 0);
      if (isQueued(next)) waiting -= 1;
    }
    while (oldest < came && startOf(waits[oldest]) < ms) oldest += 1;
    const first = oldest < came ? waits[oldest] : undefined;
    const ageS = first === undefined ? 0 : (ms - first.eligibleMs) / 1000;
    return { ms, waiting, mostS: Math.max(LONGEST_TIMES * longestS, ageS) };
  };
  for (const past of waits) {
    found.set(past, momentAt(past.eligibleMs));
    came += 1;
    if (isQueued(past)) waiting += 1;
  }
  return { found, now: momentAt(nowMs) };
}

function startOf(past: PastWait | undefined): number {
  return past?.startMs ?? Infinity;
}

/** Clocks have whole seconds: what started in the second in which it came did not wait. */
function isQueued(past: PastWait): boolean {
  return startOf(past) > past.eligibleMs;
}
