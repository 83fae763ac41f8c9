import type { PastWait } from '../../core/cluster/past-wait.ts';
import { summarize } from '../../core/stats/statistics.ts';
import { computeMinimumSamples } from './minimum-samples.ts';
import { selectTellingWaits } from './queues.ts';
import { selectFirstOfEach, waitS } from './waiting-job.ts';

/** How long jobs waited that could have started in one hour of the day. */
export interface HourOfWaits {
  /** From 0 to 23. */
  readonly hour: number;
  /** Submissions that started. */
  readonly started: number;
  /** Submissions that wait still: they are not in the median, which would be longer with them. */
  readonly waiting: number;
  /** The median wait of those that started, seconds; absent if there are too few. */
  readonly medianS?: number;
}

/** Waits by the hour of the day. */
export interface WaitsByHour {
  /** Whether these are jobs with GPUs or without. */
  readonly device: 'gpu' | 'cpu';
  /** Fewer waits in an hour give no median. */
  readonly least: number;
  /** When the first of these jobs could have started, milliseconds since 1970; absent if there are none. */
  readonly sinceMs?: number;
  /** All 24. */
  readonly hours: readonly HourOfWaits[];
}

/** Of fewer waits not even the longest is above the true median with 95 % confidence. */
const LEAST = computeMinimumSamples(0.5);

/**
 * How long jobs waited in all partitions, by the hour of the day in which they could have started. The tasks of an array count
 * once; jobs of which it is not known whether they have GPUs are left out.
 *
 * @param hourOf the hour of the day of a time, from 0 to 23
 */
export function summarizeWaitsByHour(
  waits: readonly PastWait[],
  {
    device,
    nowMs,
    hourOf,
  }: { readonly device: 'gpu' | 'cpu'; readonly nowMs: number; readonly hourOf: (ms: number) => number },
): WaitsByHour {
  const wanted = waits.filter(({ gpus }) => gpus !== undefined && gpus > 0 === (device === 'gpu'));
  const inOrder = selectTellingWaits(wanted, nowMs).toSorted((a, b) => a.eligibleMs - b.eligibleMs);
  const telling = selectFirstOfEach(inOrder);
  const byHour = Map.groupBy(telling, ({ eligibleMs }) => hourOf(eligibleMs));
  const [first] = telling;
  return {
    device,
    least: LEAST,
    ...(first && { sinceMs: first.eligibleMs }),
    hours: Array.from({ length: 24 }, (_, hour) => {
      const own = byHour.get(hour) ?? [];
      const seconds = own.flatMap((wait) => waitS(wait) ?? []);
      const { median } = summarize(seconds);
      return {
        hour,
        started: seconds.length,
        waiting: own.length - seconds.length,
        ...(seconds.length >= LEAST && median !== undefined && { medianS: median }),
      };
    }),
  };
}
