/**
 * The values of one metric over the steps of training: steps never fall, and of equal ones the value that was written
 * last is last. All arrays have the same length.
 */
export interface Series {
  /** Whole numbers; int64 in files. */
  readonly steps: Float64Array;
  /** NaN and infinities as they are. */
  readonly values: Float64Array;
  /** Seconds since 1970, NaN where the source does not tell. */
  readonly times: Float64Array;
}
