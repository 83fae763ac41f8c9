import { QUANTILES, replayWaits, sizeClass, waitS } from '../src/advisor/index.ts';
import { countBelow } from '../src/core/sorted.ts';
import { computeUpperBound } from './binomial.ts';
import type { TraceWait } from './wait-traces.ts';

const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * 24 * HOUR_MS;

/** Who gave a bound: sheaf, and three simple methods to compare it with. */
export const METHODS = ['sheaf', 'binomial of 300', '100 of its size', 'all past'] as const;

/** One wait of a trace, with what each of the {@link METHODS} would have said for each of the {@link QUANTILES}. */
export interface Judgement {
  readonly waitS: number;
  /** The job. */
  readonly job: TraceWait;
  /** How many jobs had come to its queue in the ten minutes before. */
  readonly burst: number;
  /** Seconds; `boundsS[method][quantile]`. */
  readonly boundsS: readonly (readonly number[])[];
}

/**
 * What users would have seen. For each hour in which jobs came, what `sacct` has of the seven days before (jobs that were in
 * the queue or ran) is replayed, and each job of that hour is predicted from what was known when it came. The simple methods
 * know the same waits. Of each submission the first counts; what sheaf leaves unknown is not judged.
 */
export function judgeTrace(waits: readonly TraceWait[]): Judgement[] {
  const queues = Map.groupBy(waits, ({ partition = '' }) => partition);
  return [...queues.values()].flatMap((queue) => judgeQueue(queue.toSorted((a, b) => a.eligibleMs - b.eligibleMs)));
}

function judgeQueue(queue: readonly TraceWait[]): Judgement[] {
  const arrivals = queue.map(({ eligibleMs }) => eligibleMs);
  const hours = Map.groupBy(queue, ({ eligibleMs }) => Math.floor(eligibleMs / HOUR_MS));
  return [...hours.keys()].flatMap((hour) => {
    const [fromMs, toMs] = [hour * HOUR_MS, (hour + 1) * HOUR_MS];
    const accounted = queue.filter(
      ({ eligibleMs, startMs, endMs }) => eligibleMs < toMs && Math.max(startMs, endMs) >= fromMs - WEEK_MS,
    );
    const { replayed } = replayWaits(accounted, toMs);
    const known = replayed.map(({ past }) => past as TraceWait);
    const simple = openSimpleMethods(firstOfEach(accounted));
    return known.flatMap((job, i): Judgement[] => {
      const { boundsS = [], waitS: waited = 0 } = replayed[i] ?? {};
      if (job.eligibleMs < fromMs) return [];
      const before = countBelow(arrivals, job.eligibleMs) - countBelow(arrivals, job.eligibleMs - HOUR_MS / 6);
      return [{ waitS: waited, job, burst: before, boundsS: [boundsS, ...simple(job)] }];
    });
  });
}

function firstOfEach(waits: readonly TraceWait[]): TraceWait[] {
  const firsts = new Map<string, TraceWait>();
  for (const [i, each] of waits.entries()) {
    const name = each.submission ?? String(i);
    if (!firsts.has(name)) firsts.set(name, each);
  }
  return [...firsts.values()];
}

/** @returns the bounds of the three simple methods from the waits that were known when a job came */
function openSimpleMethods(waits: readonly TraceWait[]): (job: TraceWait) => number[][] {
  const byStart = waits.toSorted((a, b) => a.startMs - b.startMs);
  const starts = byStart.map(({ startMs }) => startMs);
  return ({ eligibleMs, gpus }) => {
    const known = byStart.slice(0, countBelow(starts, eligibleMs));
    const all = known.map((each) => waitS(each) ?? 0);
    const ofSize = known.filter((each) => sizeClass(each.gpus) === sizeClass(gpus)).map((each) => waitS(each) ?? 0);
    const last = all.slice(-300);
    return [
      QUANTILES.map((q) => computeUpperBound(last, q) ?? Math.max(0, ...last)),
      plainQuantiles((ofSize.length < 20 ? all : ofSize).slice(-100)),
      plainQuantiles(all),
    ];
  };
}

function plainQuantiles(values: readonly number[]): number[] {
  const sorted = Float64Array.from(values).toSorted();
  return QUANTILES.map((q) => sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? 0);
}
