import type { Mode } from '../settings/harvest-rule.ts';
import type { JsonPointer } from '../value.ts';

/** Where a value came from, precisely enough to check it by hand. */
export interface MetricSource {
  /** Path inside the experiment folder. */
  readonly file: string;
  /** The rule as declared: `log /val_acc: (\S+)/`. */
  readonly rule: string;
  /** Line in the file, from 1. */
  readonly line?: number;
  /** Place inside a JSON document. */
  readonly pointer?: JsonPointer;
  /** Training step of the value, when the source tells. */
  readonly step?: number;
  /** When the value was written, where the source tells; ISO 8601. */
  readonly time?: string;
}

/** A named number, or text, that a run left behind. NaN and infinities are `value: null` with `nonfinite`. */
export interface Metric {
  readonly value: number | string | boolean | null;
  readonly nonfinite?: 'nan' | 'inf' | '-inf';
  /** If it is not finite: the step from which no value of its series is. */
  readonly diverged?: number;
  /** What one must know to read the value rightly: `2 of 30 values are NaN and were left out`. */
  readonly note?: string;
  /** `%`, `h`. */
  readonly unit?: string;
  /** Which values are better. */
  readonly mode?: Mode;
  /** There is a series of it: its shape in up to 16 digits, see {@link computeShape}. */
  readonly shape?: string;
  /** The metric whose series this value is picked from, if it has none of its own. */
  readonly seriesOf?: string;
  readonly source: MetricSource;
}

/** `diverged at step 300`, of a metric that is NaN or infinite. Documents have null for what is not known. */
export function describeDivergence({
  diverged,
  source: { step },
}: {
  readonly diverged?: number | null;
  readonly source: { readonly step?: number | null };
}): string {
  const from = diverged ?? step ?? undefined;
  return from === undefined ? 'diverged' : `diverged at step ${from}`;
}

export type MissingReason =
  | 'not_run'
  | 'no_file'
  | 'several_files'
  | 'no_match'
  | 'no_column'
  | 'no_key'
  | 'not_a_number'
  | 'empty'
  | 'unreadable'
  | 'bad_file'
  | 'too_slow'
  | 'no_value'
  | 'failed';

/** A metric that a rule did not give, and why: never 0, never empty without a reason. */
export interface MissingMetric {
  readonly reason: MissingReason;
  /** In words, with the file and the place that was read. */
  readonly said: string;
  /** The line of the file that is most similar to the wanted one: `line 12: val acc 82.87%`. */
  readonly near?: string;
  /** One edit that may fix it. */
  readonly fix?: string;
  /** The rule says `required: false`: worth telling, but no fault. */
  readonly optional?: true;
}

/** All that one harvest of an experiment found, final values only. */
export interface Harvest {
  readonly metrics: { readonly [name: string]: Metric };
  readonly missing: { readonly [name: string]: MissingMetric };
  /** The attempts that were read, `train-2`, in the order of the stages; none when nothing has run. */
  readonly attempts: readonly string[];
  /** Still running when it was read, or ended without completing. */
  readonly partial: boolean;
  /** What one must know of its attempts to read series rightly: `train-2 started without a checkpoint: …`. */
  readonly notes?: readonly string[];
  /** The version of each rule it was read by, by the name of the rule. Harvests of earlier versions of sheaf have none. */
  readonly rules?: { readonly [rule: string]: string };
  /** Of the rules and of the sizes and times of the files read, so that a second harvest knows what changed. Empty: try again. */
  readonly fingerprint: string;
}
