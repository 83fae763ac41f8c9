/** A line of a log, readable, as it is shown and recorded. */
export interface LogLine {
  readonly file: string;
  /** Counts from 1 in the file; absent when it is not known. */
  readonly number?: number;
  readonly text: string;
}

/** Why an attempt failed. */
export interface Diagnosis {
  /** Permanent: `gpu_oom`, `module_missing`, … */
  readonly code: string;
  /** Given when the log knows it better than the scheduler. */
  readonly cause?: RefinedCause;
  /** In one line. */
  readonly says: string;
  /** The line of the log that says it. */
  readonly line?: LogLine;
  /** What to try. */
  readonly fix?: string;
  /** The file or the module that it is about, as the program named it. */
  readonly about?: string;
}

/** Why an attempt failed, or was cancelled: a permanent word. */
export type Cause =
  | 'exit_code'
  | 'gpu_oom'
  | 'host_oom'
  | 'timeout'
  | 'node_fail'
  | 'preempted'
  | 'launch'
  | 'dependency'
  | 'lost';

/** Causes that a log knows better than a scheduler. */
export type RefinedCause = Extract<Cause, 'gpu_oom' | 'host_oom' | 'launch'>;
