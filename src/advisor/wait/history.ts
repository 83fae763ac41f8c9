import { boundRank, CONFIDENCE } from './binomial.ts';

/** The last so many waits are looked at: what was long ago says nothing of now. */
const WINDOW = 150;
/** Of the quantile itself, as likely above as below. What makes forecasts hold is the level, learned from what came true. */
const EVEN = 0.5;
/** Of a job that is seen while it waits, as likely more as less of its wait is over. */
const SEEN_HALFWAY = 2;

/** The last waits, in the order in which they ended and by length. */
export interface History {
  add(waitS: number): void;
  /**
   * The binomial bound of a quantile.
   *
   * @param agesS how long the jobs have waited that wait now: they count as twice that
   * @returns undefined for too few waits
   */
  bound(level: number, agesS: readonly number[]): number | undefined;
  /** The bound of the quantile itself, with {@link CONFIDENCE}. */
  sureBound(q: number): number | undefined;
  /** Of waits equal to the bound, the share that belongs below the quantile. */
  tieShare(boundS: number, q: number): number;
  /** Forgets all but the least. */
  trim(): void;
  size(): number;
}

/** @param least fewer waits give no bound */
export function openHistory(least: number): History {
  const recent: number[] = [];
  const sorted: number[] = [];
  const forget = (): void => {
    sorted.splice(countBelow(sorted, recent.shift() ?? 0), 1);
  };
  return {
    add: (waited) => {
      recent.push(waited);
      sorted.splice(countBelow(sorted, waited), 0, waited);
      if (recent.length > WINDOW) forget();
    },
    bound: (level, agesS) => {
      if (sorted.length < least) return undefined;
      const seen = agesS.map((ageS) => SEEN_HALFWAY * ageS);
      const all = seen.length === 0 ? sorted : Float64Array.from([...sorted, ...seen]).toSorted();
      return all[rankOf(all.length, level) - 1];
    },
    sureBound: (q) => sorted[(boundRank(sorted.length, q, CONFIDENCE) ?? 0) - 1],
    tieShare: (boundS, q) => {
      const below = countBelow(sorted, boundS);
      const ties = countUpTo(sorted, boundS) - below;
      return ties === 0 ? 0 : Math.min(1, Math.max(0, (q * sorted.length - below) / ties));
    },
    trim: () => {
      while (recent.length > least) forget();
    },
    size: () => recent.length,
  };
}

function rankOf(n: number, level: number): number {
  if (level <= 0) return 1;
  return level >= 1 ? n : (boundRank(n, level, EVEN) ?? n);
}

/** How many of the sorted numbers are smaller. */
function countBelow(sorted: readonly number[], value: number): number {
  return firstWhere(sorted, (each) => each >= value);
}

function countUpTo(sorted: readonly number[], value: number): number {
  return firstWhere(sorted, (each) => each > value);
}

/** Where it begins to hold, and holds from there on. */
function firstWhere(sorted: readonly number[], holds: (value: number) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(sorted[middle] ?? Infinity)) high = middle;
    else low = middle + 1;
  }
  return low;
}
