import { countBelow } from '../sorted.ts';

/**
 * The points of a series, summarized over spans of x that are powers of two long and begin at multiples of their length. So
 * points that are added later never change a bucket before them, and a bucket of the next level is two of this one.
 *
 * All arrays have one item a bucket. Only buckets with points are there, in order of x.
 */
export interface LineBuckets {
  /** Each bucket spans `2 ** level` units of x: steps, or milliseconds. */
  readonly level: number;
  /** The place of the first bucket: it begins at `first * 2 ** level`. */
  readonly first: number;
  /** The place of each bucket, counted from the first. */
  readonly places: Uint32Array;
  /** Of the finite values; NaN if there is none. */
  readonly min: Float32Array;
  readonly max: Float32Array;
  /** The last finite value. */
  readonly last: Float32Array;
  /** How many values are not finite: these are never in the numbers. Absent if all are finite. */
  readonly odd?: OddCounts;
}

/** Values that cannot be drawn as numbers, counted for each bucket. */
export interface OddCounts {
  readonly nan: Uint32Array;
  readonly infinite: Uint32Array;
}

/** {@link LineBuckets} with everything that is known of a bucket. */
export interface Buckets extends LineBuckets {
  /** Of the finite values. */
  readonly mean: Float32Array;
  /** How many values are finite. */
  readonly count: Uint32Array;
  /** Where the last finite value is: units of x after the beginning of its bucket. */
  readonly lastOffset: Uint32Array;
}

/** The longest spans: beyond, whole numbers are not exact. */
export const MOST_LEVEL = 52;
/** Values beyond the range of a 32-bit float are drawn at its end. */
const MOST_FLOAT = 3.4028234663852886e38;
const MOST_UINT = 2 ** 32 - 1;

/**
 * How many buckets points make at each level, from level 0 on. Infinity for levels at which their places do not fit 32 bits.
 *
 * @param xs whole numbers that never fall
 */
export function countBuckets(xs: Float64Array): number[] {
  const parts = new Float64Array(MOST_LEVEL + 2);
  for (let i = 1; i < xs.length; i += 1) {
    const level = meetingLevel(xs[i - 1] ?? 0, xs[i] ?? 0);
    parts[level] = (parts[level] ?? 0) + 1;
  }
  const counts: number[] = [];
  // Two neighbours are in different buckets at all levels below the one at which they meet.
  let apart = parts[MOST_LEVEL + 1] ?? 0;
  for (let level = MOST_LEVEL; level >= 0; level -= 1) {
    const span = placeOf(xs.at(-1) ?? 0, level) - placeOf(xs[0] ?? 0, level);
    counts[level] = xs.length === 0 ? 0 : span > MOST_UINT ? Infinity : apart + 1;
    apart += parts[level] ?? 0;
  }
  return counts;
}

/** The lowest level at which two whole numbers are in one bucket; more than {@link MOST_LEVEL} if they never are. */
function meetingLevel(a: number, b: number): number {
  if (a === b) return 0;
  if (a < 0 !== b < 0) return MOST_LEVEL + 1;
  const high = Math.floor(a / 2 ** 32) ^ Math.floor(b / 2 ** 32);
  if (high !== 0) return Math.min(MOST_LEVEL + 1, 64 - Math.clz32(high));
  return 32 - Math.clz32((a >>> 0) ^ (b >>> 0));
}

/** The lowest level with at most this many buckets. @param counts by {@link countBuckets} */
export function chooseLevel(counts: readonly number[], most: number): number {
  const level = counts.findIndex((count) => count <= most);
  return level === -1 ? MOST_LEVEL : level;
}

function placeOf(x: number, level: number): number {
  return Math.floor(x / 2 ** level);
}

/** Buckets that are being filled. */
type Room = Buckets & { readonly odd: OddCounts };

function makeRoom(level: number, first: number, size: number): Room {
  const floats = (): Float32Array => new Float32Array(size).fill(Number.NaN);
  const counts = (): Uint32Array => new Uint32Array(size);
  return {
    level,
    first,
    places: counts(),
    min: floats(),
    max: floats(),
    last: floats(),
    mean: floats(),
    count: counts(),
    lastOffset: counts(),
    odd: { nan: counts(), infinite: counts() },
  };
}

function closeRoom({ odd, ...buckets }: Room, size: number): Buckets {
  const isOdd = odd.nan.some(Boolean) || odd.infinite.some(Boolean);
  return sliceBuckets(isOdd ? { ...buckets, odd } : buckets, 0, size);
}

/** The buckets of points. @param xs whole numbers that never fall, as many as values */
export function bucketPoints(xs: Float64Array, values: Float64Array, level: number): Buckets {
  const span = 2 ** level;
  const first = placeOf(xs[0] ?? 0, level);
  const room = makeRoom(level, first, countPlaces(xs, span));
  let at = 0;
  for (let start = 0, end = 0; start < xs.length; start = end, at += 1) {
    const place = placeOf(xs[start] ?? 0, level);
    const stop = (place + 1) * span;
    let [min, max, sum, count, last, lastX, nan] = [Infinity, -Infinity, 0, 0, Number.NaN, 0, 0];
    for (; end < xs.length && (xs[end] ?? 0) < stop; end += 1) {
      const value = values[end] ?? Number.NaN;
      if (!Number.isFinite(value)) {
        if (Number.isNaN(value)) nan += 1;
        continue;
      }
      const drawn = Math.max(-MOST_FLOAT, Math.min(MOST_FLOAT, value));
      if (drawn < min) min = drawn;
      if (drawn > max) max = drawn;
      sum += drawn;
      count += 1;
      last = drawn;
      lastX = xs[end] ?? 0;
    }
    room.places[at] = place - first;
    room.odd.nan[at] = nan;
    room.odd.infinite[at] = end - start - count - nan;
    if (count > 0) fillBucket(room, at, { min, max, sum, count, last, lastOffset: lastX - place * span });
  }
  return closeRoom(room, at);
}

function countPlaces(xs: Float64Array, span: number): number {
  let [count, stop] = [0, -Infinity];
  for (const x of xs) {
    if (x < stop) continue;
    count += 1;
    stop = (Math.floor(x / span) + 1) * span;
  }
  return count;
}

interface Summary {
  readonly min: number;
  readonly max: number;
  readonly sum: number;
  readonly count: number;
  readonly last: number;
  readonly lastOffset: number;
}

function fillBucket(room: Buckets, at: number, { min, max, sum, count, last, lastOffset }: Summary): void {
  room.min[at] = min;
  room.max[at] = max;
  // A sum of rounded numbers may leave their range.
  room.mean[at] = Math.max(min, Math.min(max, sum / count));
  room.count[at] = count;
  room.last[at] = last;
  room.lastOffset[at] = Math.min(MOST_UINT, lastOffset);
}

/** The same points in longer spans. @param level that of the buckets, or a higher one */
export function mergeBuckets(fine: Buckets, level: number): Buckets {
  if (level === fine.level) return fine;
  const [ratio, unit] = [2 ** (level - fine.level), 2 ** fine.level];
  const wide = (i: number): number => Math.floor((fine.first + (fine.places[i] ?? 0)) / ratio);
  const size = fine.places.length;
  const first = wide(0);
  const room = makeRoom(level, first, size);
  let at = 0;
  for (let start = 0, end = 0; start < size; start = end, at += 1) {
    const place = wide(start);
    let [min, max, sum, count, last, lastX] = [Infinity, -Infinity, 0, 0, Number.NaN, 0];
    let [nan, infinite] = [0, 0];
    for (; end < size && wide(end) === place; end += 1) {
      nan += fine.odd?.nan[end] ?? 0;
      infinite += fine.odd?.infinite[end] ?? 0;
      const own = fine.count[end] ?? 0;
      if (own === 0) continue;
      min = Math.min(min, fine.min[end] ?? Infinity);
      max = Math.max(max, fine.max[end] ?? -Infinity);
      sum += (fine.mean[end] ?? 0) * own;
      count += own;
      last = fine.last[end] ?? Number.NaN;
      lastX = (fine.first + (fine.places[end] ?? 0)) * unit + (fine.lastOffset[end] ?? 0);
    }
    room.places[at] = place - first;
    room.odd.nan[at] = nan;
    room.odd.infinite[at] = infinite;
    if (count > 0) fillBucket(room, at, { min, max, sum, count, last, lastOffset: lastX - place * unit * ratio });
  }
  return closeRoom(room, at);
}

/** Some of the buckets, from one index to another. */
export function sliceBuckets(buckets: Buckets, start: number, end: number): Buckets {
  const { level, first, places, odd } = buckets;
  if (start === 0 && end === places.length) return buckets;
  const before = places[start] ?? 0;
  const cut = <T extends Float32Array | Uint32Array>(items: T): T => items.slice(start, end) as T;
  return {
    level,
    first: first + before,
    places: cut(places).map((place) => place - before),
    min: cut(buckets.min),
    max: cut(buckets.max),
    last: cut(buckets.last),
    mean: cut(buckets.mean),
    count: cut(buckets.count),
    lastOffset: cut(buckets.lastOffset),
    ...(odd && { odd: { nan: cut(odd.nan), infinite: cut(odd.infinite) } }),
  };
}

/**
 * The indices of the buckets between two x, and of one more at each side, so that a line goes on to the edge.
 *
 * @returns the first one, and the one after the last
 */
export function findRange({ level, first, places }: LineBuckets, from: number, to: number): [number, number] {
  const start = countBelow(places, placeOf(from, level) - first);
  const end = countBelow(places, placeOf(to, level) - first + 1);
  return [Math.max(0, start - 1), Math.min(places.length, end + 1)];
}

/**
 * Where the line of a bucket has its point: at its last finite value if that place is known, otherwise at the end of the
 * bucket, which is less than a bucket away.
 *
 * @param lastX where the series ends
 * @param unit what the buckets count
 */
export function getBucketX(
  buckets: LineBuckets & Partial<Buckets>,
  i: number,
  lastX: number,
  unit: number = 1,
): number {
  const span = 2 ** buckets.level;
  const start = (buckets.first + (buckets.places[i] ?? 0)) * span;
  return Math.min(lastX, (start + (buckets.lastOffset?.[i] ?? span - 1)) * unit);
}
