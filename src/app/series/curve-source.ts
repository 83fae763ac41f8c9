import { countBelow } from '../../core/sorted.ts';
import {
  bucketPoints,
  countBuckets,
  findRange,
  mergeBuckets,
  sliceBuckets,
  type Buckets,
} from '../../core/curves/buckets.ts';
import type { Levels } from '../../core/curves/levels.ts';
import type { CurveHead, CurvePoints } from '../../core/curves/place-points.ts';

/** Something that a curve can be drawn from, at any level. */
export interface CurveSource {
  readonly head: CurveHead;
  /** How many buckets there are at each level, from 0 on. */
  readonly counts: Levels['counts'];
  /** The levels that are at hand, the lowest first. */
  readonly kept: readonly number[];
  /** @param level one of those that are kept */
  readonly readLevel: (level: number) => Promise<Buckets>;
  readonly readPoints: () => Promise<CurvePoints>;
}

/** A source of points that are in memory. */
export function makePointSource(head: CurveHead, points: CurvePoints): CurveSource {
  return {
    head,
    counts: countBuckets(points.xs),
    kept: [],
    readLevel: async (level) => bucketPoints(points.xs, points.values, level),
    readPoints: async () => points,
  };
}

/** A part of the axis, both ends included. */
export interface CurveRange {
  readonly from: number;
  readonly to: number;
}

/** The buckets of a level, and in a range one more at each side. */
export async function readBucketsAt(source: CurveSource, level: number, range?: CurveRange): Promise<Buckets> {
  const near = source.kept.findLast((kept) => kept <= level);
  if (near === undefined) return bucketRange(await source.readPoints(), level, range);
  return cutRange(mergeBuckets(await source.readLevel(near), level), range);
}

function cutRange(buckets: Buckets, range?: CurveRange): Buckets {
  return range === undefined ? buckets : sliceBuckets(buckets, ...findRange(buckets, range.from, range.to));
}

/** Of many points only those of the range are put into buckets. */
function bucketRange({ xs, values }: CurvePoints, level: number, range?: CurveRange): Buckets {
  if (range === undefined) return bucketPoints(xs, values, level);
  const span = 2 ** level;
  const startOf = (x: number): number => Math.floor(x / span) * span;
  const before = xs[countBelow(xs, startOf(range.from)) - 1];
  const after = xs[countBelow(xs, startOf(range.to) + span)];
  const start = before === undefined ? 0 : countBelow(xs, startOf(before));
  const end = after === undefined ? xs.length : countBelow(xs, startOf(after) + span);
  return bucketPoints(xs.subarray(start, end), values.subarray(start, end), level);
}

/** The points of a range. */
export function cutPoints({ xs }: CurvePoints, { from, to }: CurveRange): Float64Array {
  return xs.subarray(countBelow(xs, from), countBelow(xs, to + 1));
}
