import type { FoundFile } from './found-file.ts';
import type { DocumentRule, HarvestRule, LogRule, TableRule } from '../../core/settings/harvest-rule.ts';
import type { Metric, MetricSource, MissingMetric } from '../../core/experiment/metric.ts';
import type { JoinedSeries } from '../../core/experiment/join-series.ts';
import type { Series } from '../../core/experiment/series.ts';
import type { ValueMap } from '../../core/value.ts';
import type { ReadCache } from './read-cache.ts';

/** Which files a rule reads. */
export interface WantedFiles {
  /** Paths in the folder of an attempt or of the experiment; `*` stands for any part of a name, `**` for folders of any depth. */
  readonly patterns: readonly string[];
  /** `one`: that there are several is a fault. `newest`: the one that was written last. */
  readonly take: 'one' | 'newest' | 'all';
  /** Links that lead out of the experiment's folder are followed. */
  readonly links: boolean;
  /** None at all is no fault. */
  readonly mayLack?: true;
}

/** The file that a rule names; of several that fit the newest, where the rule says so. */
export function wantOneFile({ file, newest, links }: LogRule | DocumentRule | TableRule): WantedFiles {
  return { patterns: [file], take: newest ? 'newest' : 'one', links: links === true };
}

export interface NamedRule<R extends HarvestRule = HarvestRule> {
  readonly metric: string;
  readonly rule: R;
}

/** A value and its place. */
export interface FoundValue extends Pick<Metric, 'value' | 'nonfinite' | 'note'> {
  readonly place?: Pick<MetricSource, 'line' | 'pointer' | 'step' | 'time'>;
  /** All values, where the rule asks for them or the source has steps of its own. */
  readonly series?: Series;
  /** What the steps of the series count, such as `epoch`: series of the same files that have it in common share their steps. */
  readonly counts?: string;
  /** The values of the series are only counted, because nothing gives their steps. */
  readonly isStepless?: boolean;
  /** The series comes from several attempts. */
  readonly joined?: JoinedFound;
  /** Where several files were read, that of this value as people see it. */
  readonly file?: string;
}

/** A series over several attempts. */
export interface JoinedFound extends JoinedSeries {
  /** As people see it, by attempt. */
  readonly files: ReadonlyMap<string, string>;
}

/** What a rule came to for one metric. */
export type MetricFinding =
  | { readonly found: FoundValue; readonly missing?: never }
  | { readonly missing: MissingMetric; readonly found?: never };

export type Missing = Extract<MetricFinding, { missing: object }>;

/** What a rule came to; one with a `*` in its name to a finding for each text that its key has in place of the `*`. */
export type RuleOutcome = MetricFinding | { readonly family: ReadonlyMap<string, MetricFinding> };

export interface ReadOptions {
  readonly signal?: AbortSignal;
  /** Bytes read at a time. Default 256 KiB. */
  readonly chunkBytes?: number;
  /** How long the regular expressions may work on one chunk, in milliseconds. Default 2000. */
  readonly matchLimitMs?: number;
  /** Of a file that still grows only what is new is read. */
  readonly cache?: ReadCache;
}

/** The run that is read, for programs that read it themselves. */
export interface RunContext {
  readonly expId: string;
  readonly params: ValueMap;
  /** Absolute. */
  readonly experimentFolder: string;
  readonly stage: string;
  /** Of the attempt, from 1. */
  readonly n: number;
  /** That of the attempt, absolute. */
  readonly attemptFolder: string;
  /** That of the project, absolute: where programs start. */
  readonly projectFolder: string;
}

/** A kind of file that metrics are read from. */
export interface Source<R extends HarvestRule> {
  /** The rule in one line, for the record: `log /val_acc: (\S+)/ last`. */
  readonly describe: (rule: R) => string;
  readonly files: (rule: R) => WantedFiles;
  /** Whether values of the rule may depend on what earlier attempts wrote. Default: they never do. */
  readonly spansAttempts?: (rule: R) => boolean;
  /** A run that resumed may repeat all steps, from the first one on. */
  readonly mayRepeatAll?: true;
  /** Rules with the same files and the same of this are read together. */
  readonly together?: (rule: R) => string;
  /**
   * Reads the files once for all `rules` and gives what each came to, in their order.
   *
   * @throws errors of the operating system, and the signal's reason when it is aborted
   */
  readonly read: (
    files: readonly FoundFile[],
    rules: readonly NamedRule<R>[],
    options: ReadOptions,
    run: RunContext,
  ) => Promise<readonly RuleOutcome[]>;
}
