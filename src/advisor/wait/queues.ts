import type { PastWait } from '../../core/cluster/past-wait.ts';
import { LEAST_WAITS } from './replay.ts';
import { selectFirstOfEach, type WaitingJob } from './waiting-job.ts';

const HOUR_MS = 3_600_000;

/** The jobs that one job waits with. */
export interface Queue {
  readonly waits: readonly PastWait[];
  /** Which they are, in words: `in gpu`. */
  readonly words: string;
  /** How many waits of its own partition are known. */
  readonly ownKnown: number;
  /** There are too few of its partition: these are of all. */
  readonly elsewhere: boolean;
}

/**
 * Those of its partition and type of GPU. If fewer have started than bounds need, all there are.
 *
 * @param telling as {@link selectTellingWaits} gives them
 */
export function selectQueue(telling: readonly PastWait[], job: WaitingJob): Queue {
  const own = telling.filter((past) => past.partition === job.partition && sameType(past, job));
  const ownKnown = selectFirstOfEach(own.filter(({ startMs }) => startMs !== undefined)).length;
  if (ownKnown >= LEAST_WAITS) return { waits: own, words: `in ${job.partition}`, ownKnown, elsewhere: false };
  const words = `in all partitions, as there are too few in ${job.partition}`;
  return { waits: telling, words, ownKnown, elsewhere: true };
}

/**
 * A site may have several types in a partition; where either has no name, the partition decides. Accounting has them in
 * lower case, whatever nodes call theirs.
 */
function sameType(past: PastWait, job: WaitingJob): boolean {
  return !past.gpuType || !job.gpuType || past.gpuType.toLowerCase() === job.gpuType.toLowerCase();
}

/**
 * Without what waits twice as long as anything ever did, and for more than an hour: for a limit, most likely, which
 * accounting does not list jobs that have not started, or not at all any more.
 */
export function selectTellingWaits(waits: readonly PastWait[], nowMs: number): readonly PastWait[] {
  const longestMs = waits.reduce((most, { eligibleMs, startMs = 0 }) => Math.max(most, startMs - eligibleMs), HOUR_MS);
  return waits.filter(({ eligibleMs, startMs }) => startMs !== undefined || nowMs - eligibleMs <= 2 * longestMs);
}
