import type { Buckets, LineBuckets } from './buckets.ts';

/** What must be known to read the numbers of buckets from bytes. */
export interface BucketShape {
  readonly level: number;
  readonly first: number;
  /** How many there are. */
  readonly size: number;
  /** Their places follow; otherwise they are next to each other. */
  readonly hasGaps: boolean;
  /** Counts of NaN and of infinite values follow. */
  readonly isOdd: boolean;
  /** They have mean, count and the offset of the last value. */
  readonly isWhole: boolean;
}

/** Everything if {@link BucketShape.isWhole}. */
export type DecodedBuckets = LineBuckets & Partial<Buckets>;

/** The shape of buckets as bytes. @param isWhole with everything that is known of them, not only what a line needs */
export function describeBuckets({ level, first, places, odd }: Buckets, isWhole: boolean): BucketShape {
  const size = places.length;
  return {
    level,
    first,
    size,
    hasGaps: size > 0 && places.at(-1) !== size - 1,
    isOdd: odd !== undefined,
    isWhole,
  };
}

/** The numbers of buckets, four bytes each, one array after the other. */
export function listNumbers(buckets: Buckets, { hasGaps, isWhole }: BucketShape): (Float32Array | Uint32Array)[] {
  const { places, min, max, last, mean, count, lastOffset, odd } = buckets;
  return [
    ...(hasGaps ? [places] : []),
    min,
    max,
    last,
    ...(isWhole ? [mean, count, lastOffset] : []),
    ...(odd ? [odd.nan, odd.infinite] : []),
  ];
}

/** How many bytes the numbers of buckets take. */
export function countBytes({ size, hasGaps, isOdd, isWhole }: BucketShape): number {
  return 4 * size * (3 + (hasGaps ? 1 : 0) + (isOdd ? 2 : 0) + (isWhole ? 3 : 0));
}

/** Arrays one after the other as bytes, after some room for others. */
export function joinNumbers(numbers: readonly (Float32Array | Uint32Array)[], room: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(numbers.reduce((sum, { byteLength }) => sum + byteLength, room));
  let at = room;
  for (const { buffer, byteOffset, byteLength } of numbers) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return bytes;
}

/** Buckets whose numbers are views of bytes. @param at a multiple of four @throws RangeError when they are cut */
export function readBuckets(bytes: Uint8Array, at: number, shape: BucketShape): DecodedBuckets {
  const { level, first, size, hasGaps, isOdd, isWhole } = shape;
  // Views of four bytes must begin at a multiple of four.
  const { buffer, byteOffset } = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  let next = byteOffset + at;
  const skip = (): number => (next += size * 4) - size * 4;
  const floats = (): Float32Array => new Float32Array(buffer, skip(), size);
  const counts = (): Uint32Array => new Uint32Array(buffer, skip(), size);
  return {
    level,
    first,
    places: hasGaps ? counts() : countUp(size),
    min: floats(),
    max: floats(),
    last: floats(),
    ...(isWhole && { mean: floats(), count: counts(), lastOffset: counts() }),
    ...(isOdd && { odd: { nan: counts(), infinite: counts() } }),
  };
}

/** 0, 1, 2 and so on. */
function countUp(size: number): Uint32Array {
  const places = new Uint32Array(size);
  for (let i = 0; i < size; i += 1) places[i] = i;
  return places;
}
