import type { TrackerRule } from '../../../core/settings/harvest-rule.ts';
import type { Metric } from '../../../core/experiment/metric.ts';
import type { Series } from '../../../core/experiment/series.ts';
import type { FoundValue, ReadOptions, Source } from '../../base/source.ts';
import type { FoundFile } from '../../base/found-file.ts';

/** What a logger or tracker left behind of one run: numbers by their key, as it calls them. */
export interface TrackedRun {
  readonly series: ReadonlyMap<string, TrackedSeries>;
  /** Single values: hyperparameters, a summary. */
  readonly values: ReadonlyMap<string, TrackedValue>;
  /** What one must know to read them rightly: `the last record of events.out… is cut off after 120 bytes`. */
  readonly notes: readonly string[];
}

export interface TrackedSeries extends Pick<FoundValue, 'counts' | 'isStepless'> {
  readonly points: Series;
  /** As {@link FoundFile.shown}; the last one of several. */
  readonly file: string;
}

export interface TrackedValue extends Pick<Metric, 'value' | 'nonfinite' | 'note'> {
  readonly file: string;
  /** Line in the file, from 1. */
  readonly line?: number;
  /** Seconds since 1970. */
  readonly time?: number;
}

export interface TrackerOptions extends ReadOptions {
  /** Keys that somebody asks for: others need not be kept. */
  readonly wants: (key: string) => boolean;
  /** Of these, keys that a rule names by itself: however many there are, they are kept. Default: none. */
  readonly names?: (key: string) => boolean;
}

/** A kind of folder that a logger or tracker leaves behind. */
export interface Tracker extends Pick<Source<TrackerRule>, 'mayRepeatAll'> {
  /** The files that it reads, below the path of the rule; `**` stands for folders of any depth. */
  readonly patterns: readonly string[];
  /** What the steps of all its series count, where that is always the same. */
  readonly counts?: string;
  /** Its steps begin again with each attempt: seconds since its start. */
  readonly countsWithinAttempt?: true;
  /**
   * Reads all of them. `notes` has what is damaged; all that is whole is read.
   *
   * @param files in the order of their names, none when there is none
   * @throws errors of the operating system, and the signal's reason when it is aborted
   */
  readonly read: (files: readonly FoundFile[], options: TrackerOptions) => Promise<TrackedRun>;
}
