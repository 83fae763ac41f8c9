import type { PastWait } from '../../core/past-wait.ts';

/** The pace of a queue is that of its last starts. */
const STARTS = 10;
const LEAST_S = 1;

/** A queue as a job finds it that comes. */
export interface Moment {
  readonly ms: number;
  /** Those that came before and have not started. */
  readonly waiting: number;
  /** Seconds until all these would have started, at the pace of the last ten starts: GPUs waiting by GPUs started. */
  readonly drainS: number;
}

/** What each job found, and what one finds that comes now. */
export interface Moments {
  readonly found: ReadonlyMap<PastWait, Moment>;
  readonly now: Moment;
}

/** @param waits all that came to the queue, by the time they could have started */
export function momentsOf(waits: readonly PastWait[], nowMs: number): Moments {
  const starts = startsOf(waits);
  // Clocks have whole seconds: what started in the second in which it came did not wait.
  const queued = startsOf(waits.filter(isQueued));
  const found = new Map<PastWait, Moment>();
  let [next, left, waiting, gpusWaiting] = [0, 0, 0, 0];
  const momentAt = (ms: number): Moment => {
    while ((starts[next]?.startMs ?? Infinity) < ms) next += 1;
    for (; (queued[left]?.startMs ?? Infinity) < ms; left += 1) {
      waiting -= 1;
      gpusWaiting -= queued[left]?.gpus ?? 0;
    }
    const last = starts.slice(Math.max(0, next - STARTS), next);
    const gpusStarted = last.reduce((sum, { gpus }) => sum + gpus, 0);
    const paceS = last[0] === undefined ? 0 : (ms - last[0].startMs) / 1000 / gpusStarted;
    return { ms, waiting, drainS: Math.max(LEAST_S, gpusWaiting * paceS) };
  };
  for (const past of waits) {
    found.set(past, momentAt(past.eligibleMs));
    if (!isQueued(past)) continue;
    waiting += 1;
    gpusWaiting += weight(past);
  }
  return { found, now: momentAt(nowMs) };
}

function isQueued({ eligibleMs, startMs = Infinity }: PastWait): boolean {
  return startMs > eligibleMs;
}

function startsOf(waits: readonly PastWait[]): { readonly startMs: number; readonly gpus: number }[] {
  return waits
    .flatMap((past) => (past.startMs === undefined ? [] : [{ startMs: past.startMs, gpus: weight(past) }]))
    .toSorted((a, b) => a.startMs - b.startMs);
}

function weight({ gpus = 1 }: PastWait): number {
  return Math.max(1, gpus);
}
