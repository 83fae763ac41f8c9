import type { PastWait } from '../../core/past-wait.ts';

/** The pace of a queue is that of its last starts. */
const STARTS = 10;
const LEAST_S = 1;

/** A queue as it was, moment after moment. */
export interface Queue {
  /** Those that came and have not started. */
  readonly waiting: ReadonlySet<PastWait>;
  come(past: PastWait): void;
  /** Those that started since the last question, and before then, in that order. */
  startedBefore(ms: number): PastWait[];
  /** Seconds until all that wait would have started, at the pace of the last ten starts: GPUs waiting by GPUs started. */
  drainS(ms: number): number;
}

/** @param waits all that will come */
export function openQueue(waits: readonly PastWait[]): Queue {
  const starts = waits
    .flatMap((past) => (past.startMs === undefined ? [] : [{ past, startMs: past.startMs }]))
    .toSorted((a, b) => a.startMs - b.startMs);
  const waiting = new Set<PastWait>();
  let next = 0;
  return {
    waiting,
    come: (past) => {
      waiting.add(past);
    },
    startedBefore: (ms) => {
      const first = next;
      while ((starts[next]?.startMs ?? Infinity) < ms) next += 1;
      const started = starts.slice(first, next).map(({ past }) => past);
      for (const past of started) waiting.delete(past);
      return started;
    },
    drainS: (ms) => {
      const last = starts.slice(Math.max(0, next - STARTS), next);
      const [first] = last;
      if (first === undefined) return LEAST_S;
      const started = last.reduce((sum, { past }) => sum + weight(past), 0);
      const left = [...waiting].reduce((sum, past) => sum + weight(past), 0);
      return Math.max(LEAST_S, ((left / started) * (ms - first.startMs)) / 1000);
    },
  };
}

function weight({ gpus = 1 }: PastWait): number {
  return Math.max(1, gpus);
}
