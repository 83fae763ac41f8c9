import type { Cause } from '../../core/experiment/cause.ts';
import type { Cell, GroupMetric } from '../../report/index.ts';
import type { ExpId } from '../../core/ids.ts';
import type { MissingValue } from './missing.ts';
import type { Status } from '../../core/experiment/status.ts';

/** Experiments that share the values of some fields, and their metrics over the rest. */
export interface MetricGroup {
  /** One for each field of `by`. */
  readonly keys: readonly Cell[];
  /** How many experiments, those without a value included. */
  readonly n: number;
  readonly metrics: readonly GroupMetric[];
  /** Experiments that are not in the mean of a metric, and why. */
  readonly missing: readonly (MissingValue & { readonly expId: ExpId })[];
  /** Experiments whose runs failed, were cancelled or still go on, whatever they have left so far. */
  readonly unfinished: readonly Unfinished[];
  /** How many different seeds it has. */
  readonly seeds: number;
  /** Seeds that most other groups have, as `seed 3`. */
  readonly absentSeeds: readonly string[];
}

export interface Unfinished {
  readonly expId: ExpId;
  readonly status: Status;
  readonly cause?: Cause;
}
