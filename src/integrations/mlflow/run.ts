import type { Series } from '../../core/experiment/series.ts';

/** How MLflow names the outcomes of a run. */
export type RunStatus = 'RUNNING' | 'FINISHED' | 'FAILED' | 'KILLED';

/** An experiment as MLflow is to have it. */
export interface OutgoingRun {
  /** What it is found by again; unique and never changed. */
  readonly key: string;
  readonly name: string;
  readonly user: string;
  readonly status: RunStatus;
  /** Milliseconds since 1970. */
  readonly startMs: number;
  /** Absent while it runs. */
  readonly endMs?: number;
  readonly params: readonly (readonly [name: string, text: string])[];
  readonly tags: readonly (readonly [name: string, text: string])[];
  /** Final values. */
  readonly results: readonly (readonly [name: string, value: number])[];
  /** When they were read, milliseconds since 1970; for a run that has ended, when it ended. */
  readonly resultsMs: number;
  readonly artifacts: readonly Artifact[];
  /** Changes when anything here or in the series does. */
  readonly fingerprint: string;
  /** The course of each metric. Read only when there is something to send. */
  series(): Promise<ReadonlyMap<string, Series>>;
}

export interface Artifact {
  /** Absolute. */
  readonly file: string;
  /** Where MLflow is to have it: `attempts/train-1/model.json`. */
  readonly path: string;
  /** Changes when the file does. */
  readonly version: string;
}

/** What was done for one run. */
export interface SentRun {
  readonly kind: 'new' | 'updated' | 'unchanged';
  /** MLflow's id of it. */
  readonly runId: string;
  /** Values of metrics that were sent. */
  readonly points: number;
  /** Files that were sent. */
  readonly files: number;
  /** What MLflow has otherwise than here, and why. */
  readonly remarks: readonly string[];
}
