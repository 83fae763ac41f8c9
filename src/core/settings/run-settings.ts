import type { Scalar } from '../value.ts';

/** What starts the processes of a program. */
export type LauncherName = 'none' | 'srun' | 'torchrun' | 'accelerate' | 'deepspeed';

export interface Launcher {
  readonly use: LauncherName;
  /** Processes on each node; absent: one for each GPU, or one without GPUs. */
  readonly processes?: number;
  /** Further words for the launcher itself, before the program. May hold Jinja. */
  readonly args?: readonly string[];
}

/** Environment modules, as `module` loads them. */
export interface Modules {
  /** Unload what the caller had loaded, first. */
  readonly purge: boolean;
  /** Further folders of module files. */
  readonly use: readonly string[];
  readonly load: readonly string[];
}

export interface Conda {
  /** Name or path of the environment. */
  readonly env: string;
  /** Folder of the conda installation; absent: found. */
  readonly root?: string;
}

export type ContainerRuntime = 'apptainer' | 'singularity' | 'pyxis';

export interface Container {
  /** A file, a sandbox folder or an image reference. */
  readonly image: string;
  /** `apptainer` also takes a `singularity` where that is what a site has. */
  readonly runtime: ContainerRuntime;
  /** `source[:destination[:options]]`. */
  readonly binds: readonly string[];
  /** `file[:ro]`; a SquashFS image is bound with `image-src=/`. */
  readonly overlays: readonly string[];
  /** Which GPU libraries of the host are passed in; absent: `nv` where the job asks for GPUs. */
  readonly gpu?: 'nv' | 'rocm' | 'none';
  readonly env: { readonly [name: string]: string };
  /** Further words for the container program. */
  readonly args: readonly string[];
}

/**
 * What a program runs in. All parts can be combined; they are set up in the order of this list.
 * Texts may hold Jinja.
 */
export interface RunEnvironment {
  readonly modules?: Modules;
  readonly conda?: Conda;
  /** Folder of a virtual environment. */
  readonly venv?: string;
  /** Folder of a uv project. */
  readonly uv?: string;
  readonly container?: Container;
  /** Python packages without which it does not start: `torch>=2.4,<3`, without blanks. */
  readonly requires?: readonly string[];
  /** Variable → value; null: it must be set by the caller, and its value is in no file. */
  readonly exports?: { readonly [name: string]: Scalar };
  /** Shell text, after everything else. */
  readonly setup?: string;
  /** NCCL's variables for a GPU type; `false`: none; absent: those for `gpu_type`. */
  readonly nccl?: string | false;
  /** `OMP_NUM_THREADS` and its like; `false`: not set; absent: the CPUs of a process. */
  readonly threads?: number | false;
}

/** `snapshot`: a job runs the code as it was at submission. `live`: it runs in the project folder. */
export type CodeMode = 'snapshot' | 'live';

export interface CodeSettings {
  /** Absent: `snapshot` in a git repository, else `live`. */
  readonly mode?: CodeMode;
  /** Paths in the project, not in the snapshot, that a run sees through a link: `data`. */
  readonly link: readonly string[];
  /** Folders and files of the snapshot that the program writes into: copied for each attempt. */
  readonly copy: readonly string[];
  /** The most that untracked files may have together, bytes. */
  readonly untrackedLimit: number;
}

/** The settings of a template that says nothing about its code. */
export const DEFAULT_CODE: CodeSettings = { link: [], copy: [], untrackedLimit: 100 * 1024 * 1024 };

export type CheckpointPick = 'newest' | 'epoch' | 'step';

export interface Checkpoint {
  /**
   * A glob; relative: below the folder of each attempt, its `work/`, and the experiment's folder. `{step}` stands for
   * the digits of the training step. May hold Jinja.
   */
  readonly path: string;
  readonly pick: CheckpointPick;
  /** A command that fails for a checkpoint that cannot be used; it finds it as `$1`. */
  readonly verify?: string;
  /** Which checkpoints `sheaf checkpoints prune` leaves; absent: all. */
  readonly keep?: KeepPolicy;
}

/** Which checkpoints of a stage stay. One that any of these names stays; the newest always does. */
export interface KeepPolicy {
  /** The best ones by the metric. */
  readonly best?: number;
  /** The newest ones. */
  readonly last?: number;
  /** Those whose step is a multiple of this. */
  readonly every?: number;
  /** By which metric the best are found; absent: the only one that is harvested with `max` or `min`. */
  readonly metric?: string;
  /** Whether `run`, `wait` and `status` prune when an experiment completes. */
  readonly auto: boolean;
}

export type RequeueReason = 'timeout' | 'preempted' | 'node_fail';

/** When a job goes back into the queue by itself, as the next attempt. */
export interface Requeue {
  readonly on: readonly RequeueReason[];
  /** The maximum number of times. */
  readonly max: number;
  /** Sent to the program before its time limit, without SIG: `USR1`. */
  readonly signal: string;
  /** Seconds before it. */
  readonly before: number;
}

/** Causes after which trying again can help. */
export type RetryCause =
  | 'exit_code'
  | 'gpu_oom'
  | 'host_oom'
  | 'timeout'
  | 'node_fail'
  | 'preempted'
  | 'launch'
  | 'lost';

export interface RetryRule {
  /** Further attempts after this cause; 0 is never. */
  readonly max: number;
  /** For the next attempt: `x1.5` of what this one had, or a value of its own. */
  readonly mem?: string;
  readonly timeLimit?: string;
  /** Stay away from the nodes on which it failed. */
  readonly excludeNode: boolean;
}

export type Retry = { readonly [cause in RetryCause]?: RetryRule };

export interface Monitor {
  /** Seconds between two samples; 0: nothing is recorded. */
  readonly interval: number;
}

/** An own script: a Jinja file, read when the experiment is made. */
export interface OwnScript {
  /** As named in the template, relative to the project. */
  readonly file: string;
  readonly text: string;
}
