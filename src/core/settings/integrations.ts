/** The trackers that a project works with. Each part freezes with an experiment for its jobs, and is read again by commands. */
export interface Integrations {
  readonly mlflow?: MlflowSettings;
  readonly wandb?: WandbSettings;
  readonly tensorboard?: TensorboardSettings;
}

export interface MlflowSettings {
  /** `http://…` or `https://…`, without credentials. */
  readonly trackingUri?: string;
  /** MLflow's own word for a group of runs; default: the project's name. */
  readonly experiment?: string;
  /** Globs of files that are sent along: below the experiment's folder, or the folder of its newest attempts. */
  readonly artifacts: readonly string[];
  /** Jobs find `MLFLOW_*` set. */
  readonly env: boolean;
}

export type WandbMode = 'online' | 'offline' | 'disabled';

export interface WandbSettings {
  readonly project?: string;
  readonly entity?: string;
  readonly mode?: WandbMode;
  /** Default: the sweep. */
  readonly group?: string;
  /** Beside the tags of the experiment. */
  readonly tags: readonly string[];
}

export interface TensorboardSettings {
  /** Jobs find a folder for their event files. */
  readonly env: boolean;
  /** The words that start TensorBoard. */
  readonly command: readonly string[];
}
