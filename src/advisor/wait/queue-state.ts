import type { PastWait } from '../../core/cluster/past-wait.ts';
import { sizeClass, waitS, type WaitingJob } from './waiting-job.ts';

const DAY_MS = 86_400_000;
const DAY_S = 86_400;
/** The number of last waits whose median counts. */
const LAST = 15;

/** What a job asks for, as far as its wait within one queue depends on it. */
export type Asked = Partial<Pick<WaitingJob, 'gpus' | 'timeLimitS'>>;

/** The weights of {@link View.features} that are believed at first: it waits about as long as the last jobs did. */
export const FIRST_WEIGHTS = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0.3, 0.5, 0, 0] as const;

/** A queue as one job finds it. */
export interface View {
  /** Numbers of about the same size, for a regression. */
  readonly features: Float64Array;
  /** Whether others wait. */
  readonly busy: boolean;
}

/** The state of one queue, event by event. */
export class QueueState {
  /** In the order in which they came. */
  readonly #waiting = new Set<PastWait>();
  #gpusWaiting = 0;
  /** Those that started within a day, and what they got. */
  readonly #started: { readonly ms: number; readonly gpus: number }[] = [];
  #forgotten = 0;
  #gpusADay = 0;
  readonly #last = new LastWaits();
  readonly #lastOfSize = new Map<number, LastWaits>();

  come(past: PastWait): void {
    this.#waiting.add(past);
    this.#gpusWaiting += countGpus(past);
  }

  /** @param counts whether its wait says something: it is the first of its submission */
  start(past: PastWait, counts: boolean): void {
    if (this.#waiting.delete(past)) this.#gpusWaiting -= countGpus(past);
    this.#started.push({ ms: past.startMs ?? 0, gpus: countGpus(past) });
    this.#gpusADay += countGpus(past);
    if (!counts) return;
    const logWait = Math.log1p(waitS(past) ?? 0);
    this.#last.add(logWait);
    const size = sizeClass(past.gpus);
    const ofSize = this.#lastOfSize.get(size) ?? new LastWaits();
    this.#lastOfSize.set(size, ofSize);
    ofSize.add(logWait);
  }

  countWaiting(): number {
    return this.#waiting.size;
  }

  look(ms: number, { gpus, timeLimitS }: Asked): View {
    while ((this.#started[this.#forgotten]?.ms ?? Infinity) < ms - DAY_MS) {
      this.#gpusADay -= this.#started[this.#forgotten]?.gpus ?? 0;
      this.#forgotten += 1;
    }
    const [oldest] = this.#waiting;
    const oldestS = oldest === undefined ? 0 : Math.max(0, ms - oldest.eligibleMs) / 1000;
    const busy = this.#waiting.size > 0;
    const size = sizeClass(gpus);
    const median = this.#last.median() ?? 0;
    const medianOfSize = this.#lastOfSize.get(size)?.median() ?? median;
    const drainS = (this.#gpusWaiting * DAY_S) / Math.max(1, this.#gpusADay);
    const hour = (2 * Math.PI * (ms % DAY_MS)) / DAY_MS;
    const features = Float64Array.of(
      1,
      busy ? 1 : 0,
      Math.log1p(this.#waiting.size),
      Math.log1p(this.#gpusWaiting),
      Math.log1p(drainS) / 4,
      size / 2,
      timeLimitS === undefined ? 0 : Math.log1p(timeLimitS / 3600) / 2,
      Math.log1p(oldestS) / 2,
      busy ? medianOfSize / 2 : 0,
      median,
      medianOfSize,
      Math.sin(hour),
      Math.cos(hour),
    );
    return { features, busy };
  }
}

/** A job without GPUs, or whose GPUs are not known, counts as one. */
function countGpus({ gpus = 1 }: PastWait): number {
  return Math.max(1, gpus);
}

class LastWaits {
  readonly #values: number[] = [];
  #median: number | undefined;

  add(value: number): void {
    this.#values.push(value);
    if (this.#values.length > LAST) this.#values.shift();
    this.#median = undefined;
  }

  median(): number | undefined {
    this.#median ??= Float64Array.from(this.#values).toSorted()[(this.#values.length - 1) >> 1];
    return this.#median;
  }
}
