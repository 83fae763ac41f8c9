/** A metric at a step. */
export interface StepMetric {
  readonly name: string;
  readonly value: number;
  /** The step of the value: that of the checkpoint, or the last one before it. */
  readonly step: number;
}

/** A checkpoint that is meant: a file, or a folder whose files belong together. */
export interface CheckpointRef {
  /** `train-1`; absent if it is in none of the folders of the attempts. */
  readonly attempt?: string;
  /** Relative to the folder of the experiment; absolute if it is not in there. */
  readonly path: string;
  /** Training step; absent if its name does not say. */
  readonly step?: number;
  /** Of all its files, by their lengths. */
  readonly bytes: number;
  /** The newest change of its files, in whole milliseconds since 1970. */
  readonly changedMs: number;
}

/**
 * Sorts the newest checkpoint first: the one that was changed last, of equal ones that of the highest step, of those the
 * one with the later name.
 */
export function compareNewestFirst<
  T extends Pick<CheckpointRef, 'path' | 'changedMs'> & { readonly step?: number | undefined },
>(a: T, b: T): number {
  return b.changedMs - a.changedMs || (b.step ?? -1) - (a.step ?? -1) || (a.path > b.path ? -1 : 1);
}

/** A checkpoint with a name in the project. */
export interface Pin extends CheckpointRef {
  /** At its step, if it was known which metric judges it. */
  readonly metric?: StepMetric;
}

/** The checkpoint that an experiment starts from. */
export interface StartPoint extends Pin {
  /** The experiment that wrote it. */
  readonly key: string;
  /** Its name at that time. */
  readonly exp: string;
  /** As it was asked for: `pretrain@best`. */
  readonly asked: string;
}

/** The experiment and the step that another one starts from, as lists show it: `pretrain@5000`. */
export function formatStart({ exp, step }: Pick<StartPoint, 'exp' | 'step'>): string {
  return step === undefined ? exp : `${exp}@${step}`;
}

/** Checkpoints that were deleted together. */
export interface Pruned {
  readonly atMs: number;
  readonly count: number;
  /** That this freed. */
  readonly bytes: number;
}
