import type { SourcePlace } from '../errors.ts';

/** A column of an export, as it is asked for. */
export interface ColumnSpec {
  /** A name as in queries, a pattern such as `params.*`, or an expression over parameters and metrics. */
  readonly value: string;
  /** Its heading; default: the value as it is written. */
  readonly name?: string;
  /** How numbers are written for people: `.2f`, see `parseNumberFormat`. */
  readonly format?: string;
  /** Follows the name, in brackets. */
  readonly unit?: string;
  /** Where it is written. */
  readonly at?: SourcePlace;
}

/** As one may write it: `lr=learning_rate`, `accuracy*100:.2f`, several with commas between them; or in parts. */
export type WrittenColumn = string | ColumnSpec;
