import { countBelow, countUpTo } from '../../core/sorted.ts';
import { computeUpperBound } from './binomial.ts';

/** The number of last waits that count: older ones say nothing of now. */
const WINDOW = 150;
/** Of a job that is seen while it waits, as likely more as less of its wait is over. */
const SEEN_HALFWAY = 2;

/** The last waits, in the order in which they ended and by length. */
export interface History {
  add(waitS: number): void;
  /**
   * The order statistic X(k), k = ⌈level (n + 1)⌉, that one further wait stays below with the probability `level`, if
   * it is like the others. The binomial bound with the confidence ½ is the same one or its neighbour.
   *
   * @param ages seconds that the jobs that wait now have waited: they count as twice that
   * @returns undefined for too few waits
   */
  bound(level: number, ages: readonly number[]): number | undefined;
  /** The bound of the quantile itself that is right with 95 % confidence. */
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
    bound: (level, ages) => {
      if (sorted.length < least) return undefined;
      const seen = Float64Array.from(ages, (age) => SEEN_HALFWAY * age).toSorted();
      return ofBoth(sorted, seen, rankOf(sorted.length + seen.length, level));
    },
    sureBound: (q) => computeUpperBound(recent, q),
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
  return Math.min(n, Math.max(1, Math.ceil(level * (n + 1) - 1e-9)));
}

/** The number of this rank of two sorted lists together. */
function ofBoth(a: readonly number[], b: Float64Array, rank: number): number {
  let [i, j, value] = [0, 0, 0];
  for (let left = rank; left > 0; left -= 1) {
    const [first = Infinity, second = Infinity] = [a[i], b[j]];
    value = Math.min(first, second);
    if (first <= second) i += 1;
    else j += 1;
  }
  return value;
}
