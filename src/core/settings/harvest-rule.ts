import type { SourcePlace } from '../errors.ts';

/** Which of many values counts. `count` counts them. */
export type PickName = 'first' | 'last' | 'min' | 'max' | 'mean' | 'sum' | 'count';

/** Whether more of a metric is better, or less. */
export type Mode = 'max' | 'min';

/** The value at the step at which another metric is best. */
export interface BestPick {
  readonly best: string;
  readonly mode: Mode;
}

export type Pick = PickName | BestPick;

interface RuleBase {
  /** A finished run without it is reported. Default true. */
  readonly required: boolean;
  /** The stage whose attempt is read; by default the last stage that has one. */
  readonly stage?: string;
  /** `%`, `h`: shown with the value. */
  readonly unit?: string;
  readonly mode?: Mode;
  /** Where the rule is written. */
  readonly at?: SourcePlace;
}

interface FileRuleBase extends RuleBase {
  /** Of a text that begins with a number, `95.2%` or `0.95±0.01`, the number is the value. */
  readonly number?: true;
  /** Of several files that a `*` stands for the newest is read; otherwise that is an error. */
  readonly newest?: true;
  /** Links that lead out of the experiment's folder are followed. */
  readonly links?: true;
}

/** A regular expression over the lines of a log: its first group, or the group named `value`, is the metric. */
export interface LogRule extends FileRuleBase {
  readonly source: 'log';
  /** A group named `step` gives the step of each value; otherwise values are counted. */
  readonly pattern: string;
  /** `out` and `err` are the attempt's logs; anything else is a path in the attempt's or the experiment's folder. */
  readonly file: string;
  readonly pick: Pick;
  /** All values are kept as a series. */
  readonly series?: true;
}

/** A value inside a JSON or YAML file. */
export interface DocumentRule extends FileRuleBase {
  readonly source: 'json' | 'yaml';
  readonly file: string;
  /** Dotted path: `eval.accuracy`, `history.0.loss`. */
  readonly path: string;
}

/** A column of a file with one row a line: CSV and TSV with a header line, or JSON lines. */
export interface TableRule extends FileRuleBase {
  readonly source: 'csv' | 'tsv' | 'jsonl';
  readonly file: string;
  /** Of JSON lines a dotted path. */
  readonly column: string;
  readonly pick: Pick;
  /** Only rows in which these columns have these texts. */
  readonly where?: { readonly [column: string]: string };
  /** The column of steps; by default one named `step`, `_step`, `global_step`, `iteration` or `epoch`. */
  readonly step?: string;
  /** Rows are counted where no column tells the step. */
  readonly series?: true;
}

/** Loggers and trackers, as rules name them. */
export const TRACKER_NAMES = ['tensorboard', 'lightning', 'huggingface', 'wandb', 'mlflow', 'metrics', 'gpu'] as const;

export type TrackerName = (typeof TRACKER_NAMES)[number];

/** A number that a logger or tracker wrote under a name of its own. */
export interface TrackerRule extends RuleBase {
  readonly source: TrackerName;
  /** A folder, or a file, where it writes; `.` is wherever it is. */
  readonly path: string;
  /** The name as the tracker has it; in a family, where the rule's name has a `*`, a glob. */
  readonly key: string;
  readonly pick: Pick;
  readonly links?: true;
}

/** What a program prints that gets the experiment as JSON. */
export interface ExecRule extends RuleBase {
  readonly source: 'exec';
  /** A line of bash. */
  readonly command: string;
  readonly key: string;
  readonly pick: Pick;
  /** When these change it runs again; by default when anything in the attempt's folder does. */
  readonly file?: string;
  /** Seconds that it may take. */
  readonly limit: number;
}

/** Computed from other metrics and from parameters: `train_time / 3600`. */
export interface DerivedRule extends RuleBase {
  readonly source: 'value';
  readonly expression: string;
}

export type HarvestRule = LogRule | DocumentRule | TableRule | TrackerRule | ExecRule | DerivedRule;

/** Metric name → rule. A name with a `*` is a family: all that the rule finds, with the key's part in place of the `*`. */
export type HarvestRules = { readonly [metric: string]: HarvestRule };

/** Whether the rule gives many metrics. */
export function isFamily(name: string): boolean {
  return name.includes('*');
}

const METRIC_NAME = /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_./:@ -]{0,127}$/u;

/** Whether a text can be the name of a metric. */
export function isMetricName(name: string): boolean {
  return METRIC_NAME.test(name);
}
