import type { HarvestRule } from '../core/harvest-rule.ts';
import type { Metric, MetricSource, MissingMetric } from '../core/metric.ts';

/** A plain file inside the experiment's folder: safe to read. */
export interface FoundFile {
  /** Where it really lies. */
  readonly path: string;
  /** Its path inside the experiment's folder, as people see it. */
  readonly shown: string;
  /** Bytes at the time it was found; what is written later is not read. */
  readonly size: number;
  readonly mtimeNs: bigint;
  /** Its writer has not completed, so that its last line may be cut in the middle. */
  readonly unfinished: boolean;
}

export interface NamedRule<R extends HarvestRule = HarvestRule> {
  readonly metric: string;
  readonly rule: R;
}

/** A value and its place within the file. */
export interface FoundValue extends Pick<Metric, 'value' | 'nonfinite' | 'note'> {
  readonly place?: Pick<MetricSource, 'line' | 'pointer' | 'step'>;
}

/** What a rule came to in one file. */
export type Finding =
  | { readonly found: FoundValue; readonly missing?: never }
  | { readonly missing: MissingMetric; readonly found?: never };

export interface ReadOptions {
  readonly signal?: AbortSignal;
  /** Bytes read at a time. Default 1 MiB. */
  readonly chunkBytes?: number;
  /** How long the regular expressions may work on one chunk, in milliseconds. Default 2000. */
  readonly matchLimitMs?: number;
}

/** A kind of file that metrics are read from. */
export interface Source<R extends HarvestRule> {
  /** The rule in one line, for the record: `log /val_acc: (\S+)/ last`. */
  readonly describe: (rule: R) => string;
  /**
   * Reads a file once for all `rules` and gives one finding for each, in their order.
   *
   * @throws errors of the operating system, and the signal's reason when it is aborted
   */
  readonly read: (file: FoundFile, rules: readonly NamedRule<R>[], options: ReadOptions) => Promise<readonly Finding[]>;
}
