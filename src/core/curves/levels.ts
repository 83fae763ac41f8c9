import { bucketPoints, chooseLevel, countBuckets, mergeBuckets, type Buckets } from './buckets.ts';

/** A series in buckets of several levels. */
export interface Levels {
  /** How many buckets there are at each level from 0 on, see {@link countBuckets}. */
  readonly counts: readonly number[];
  /** The lowest level first; each one has at most half as many buckets as the one before. */
  readonly kept: readonly Buckets[];
}

/** With fewer buckets than this no further level is worth keeping. */
const FEWEST_KEPT = 128;

/** @param xs whole numbers that never fall @param most buckets of the lowest level */
export function makeLevels(xs: Float64Array, values: Float64Array, most: number): Levels {
  const counts = countBuckets(xs);
  let lowest = bucketPoints(xs, values, chooseLevel(counts, most));
  const kept = [lowest];
  while (lowest.places.length > FEWEST_KEPT) {
    const level = chooseLevel(counts, lowest.places.length >> 1);
    if (level <= lowest.level) break;
    lowest = mergeBuckets(lowest, level);
    kept.push(lowest);
  }
  return { counts, kept };
}

/** How many buckets some of these make at each level; Infinity at levels below theirs. */
export function countInRange(buckets: Buckets, [start, end]: readonly [number, number]): number[] {
  const { level, first, places } = buckets;
  const own = Float64Array.from(places.subarray(start, end), (place) => first + place);
  const counts = countBuckets(own);
  return [...Array.from({ length: level }, () => Infinity), ...counts];
}
