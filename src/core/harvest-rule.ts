import type { Place } from './errors.ts';

interface RuleBase {
  /** A finished run without it is reported. Default true. */
  readonly required: boolean;
  /** The stage whose attempt is read; by default the last stage that has one. */
  readonly stage?: string;
  /** Where the rule is written. */
  readonly at?: Place;
}

/** A regular expression over the lines of a log: its first group, or the group named `value`, is the metric. */
export interface LogRule extends RuleBase {
  readonly source: 'log';
  readonly pattern: string;
  /** `out` and `err` are the attempt's logs; anything else is a path in the attempt's or the experiment's folder. */
  readonly file: string;
  readonly pick: 'first' | 'last' | 'min' | 'max' | 'mean';
}

/** A value inside a JSON file. */
export interface JsonRule extends RuleBase {
  readonly source: 'json';
  readonly file: string;
  /** Dotted path: `eval.accuracy`, `history.0.loss`. */
  readonly path: string;
}

/** A column of a CSV file with a header line. */
export interface CsvRule extends RuleBase {
  readonly source: 'csv';
  readonly file: string;
  readonly column: string;
  readonly pick: 'first' | 'last' | 'min' | 'max' | 'mean' | 'sum' | 'count';
}

export type HarvestRule = LogRule | JsonRule | CsvRule;

/** Metric name → rule. */
export type HarvestRules = { readonly [metric: string]: HarvestRule };
