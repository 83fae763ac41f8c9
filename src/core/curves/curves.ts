import type { ExpId, Key } from '../ids.ts';
import type { CurveAxis } from './axis.ts';
import type { Buckets, LineBuckets } from './buckets.ts';

/** The values of a metric of an experiment over x, in buckets. */
export interface Curve<B extends LineBuckets = Buckets> {
  readonly key: Key;
  readonly expId: ExpId;
  readonly metric: string;
  /** These are values that a later attempt computed again: to be drawn dashed. */
  readonly superseded: boolean;
  /** The attempts that wrote them, and the x at which the points of each begin: seams of one line. */
  readonly attempts: readonly CurveAttempt[];
  /** The x of the first and of the last point, whatever range was asked for. */
  readonly extent: readonly [number, number];
  /** How many points there are, whatever range was asked for. */
  readonly points: number;
  /** How many of the points are NaN. */
  readonly nan: number;
  /** How many of the points are infinite. */
  readonly infinite: number;
  /** How many further points are left out: nobody wrote down their time, or the series that is x has no value at their step. */
  readonly leftOut: number;
  /** What buckets count, a power of two: absent for steps and milliseconds, which are whole. */
  readonly unit?: number;
  /** At least those of the range that was asked for. */
  readonly buckets: B;
}

/** An attempt within a curve. */
export interface CurveAttempt {
  /** `train-2` */
  readonly attempt: string;
  readonly from: number;
}

/** Curves that were asked for. Buckets of one metric are of one length, so that they share a grid. */
export interface Curves<B extends LineBuckets = Buckets> {
  readonly x: CurveAxis;
  /** By experiment and metric, as they were asked for; of superseded values after the others of their metric. */
  readonly curves: readonly Curve<B>[];
  /** What is not there of what was requested. */
  readonly absent: readonly AbsentCurve[];
}

/** An experiment without the curve of a metric. */
export interface AbsentCurve {
  readonly key: Key;
  /** Null for one that has been removed. */
  readonly expId: ExpId | null;
  readonly metric: string;
  readonly why: AbsenceCause;
}

/** The experiment is gone, has no series at all, none of this metric, or none whose times, or values of the series that is x, are known. */
export type AbsenceCause = 'removed' | 'no_series' | 'no_metric' | 'no_times' | 'no_x';
