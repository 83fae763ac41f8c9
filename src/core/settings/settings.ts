import type { WrittenColumn } from './export-column.ts';
import type { FlagStyle } from './flag-style.ts';
import type { HarvestRules } from './harvest-rule.ts';
import type { Inputs } from './inputs.ts';
import type { Integrations } from './integrations.ts';
import type {
  Checkpoint,
  CodeSettings,
  RunEnvironment,
  Launcher,
  Monitor,
  OwnScript,
  Requeue,
  Retry,
} from './run-settings.ts';
import type { SearchSettings } from './search-settings.ts';
import type { Scalar } from '../value.ts';

/** How many members of a sweep share one job, and what each of them may use of it. */
export interface Pack {
  readonly size: number;
  /** Of each member, as `time_limit` of a job; absent: as long as the job has. */
  readonly time_limit?: string | number;
  /** Of each member, as `mem` of a job; absent: as much as the job has. */
  readonly mem?: string | number;
}

/** What a job asks for. Names are Slurm's; absent means: the scheduler's default. */
export interface Resources {
  readonly partition?: string | readonly string[];
  readonly account?: string;
  readonly qos?: string;
  readonly num_nodes?: number;
  /** Per node, as `--gres=gpu:N`. */
  readonly num_gpus?: number;
  readonly gpu_type?: string;
  readonly cpus_per_task?: number;
  readonly ntasks_per_node?: number;
  /** Memory per node: `16G`, `500M`; a bare number is MiB, as in Slurm. `auto`: found for each attempt; `none`: not stated. */
  readonly mem?: string | number;
  /** `D-HH:MM:SS`, `HH:MM:SS`, `MM:SS` or minutes, as in Slurm. `auto`: found for each attempt. */
  readonly time_limit?: string | number;
  readonly constraint?: string;
  readonly exclude?: string;
  readonly reservation?: string;
  /** Any further option of sbatch: `{mail-type: END}`. */
  readonly sbatch?: { readonly [option: string]: Scalar };
  readonly pack?: Pack;
  /**
   * When it goes back into the queue by itself. `true`: the scheduler may start it again after preemption or a failure
   * of its node; absent or `false`: it may not.
   */
  readonly requeue?: boolean | Requeue;
}

/** How a stage runs, beside its resources. A stage may override each of them. */
export interface RunSettings {
  /** How `{{ flags }}` writes names; absent: `hyphen`. */
  readonly flag_style?: FlagStyle;
  readonly launcher?: Launcher;
  readonly environment?: RunEnvironment;
  readonly inputs?: Inputs;
  readonly checkpoint?: Checkpoint;
  readonly retry?: Retry;
  readonly monitor?: Monitor;
  readonly script?: OwnScript;
  /** As they were when the experiment was made: for its jobs. */
  readonly integrations?: Integrations;
}

/** A stage as written under `stages:`. */
export interface StageSettings extends RunSettings {
  readonly command: string;
  readonly after?: string;
  readonly resources: Resources;
}

/** The reserved keys that freeze with an experiment. */
export interface Settings extends RunSettings {
  readonly resources: Resources;
  readonly code?: CodeSettings;
  /** The checkpoint that its jobs start from: `pretrain@best`. */
  readonly start_from?: string;
  /** A Jinja template of shell text; excludes `stages`. */
  readonly command?: string;
  readonly stages?: { readonly [name: string]: StageSettings };
}

/** The reserved keys that do not freeze: they are read from the template of today. */
export interface LiveSettings {
  readonly harvest: HarvestRules;
  /** Whether `wait`, `run` and `status` read results by themselves; absent: they do. */
  readonly autoHarvest?: boolean;
  /** Columns of `export` by default. */
  readonly exportColumns?: readonly WrittenColumn[];
  /** As they are today: for commands. */
  readonly integrations?: Integrations;
  /** How sweeps that are made from now on go on by themselves. */
  readonly search?: SearchSettings;
}
