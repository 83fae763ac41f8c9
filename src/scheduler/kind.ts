import type { Environment } from '../core/value.ts';
import type { SheafError } from '../core/errors.ts';
import type { Scheduler, SchedulerDescription } from './scheduler.ts';

/** GPUs of each node of a partition, as the project writes them. */
export interface WrittenGpus {
  readonly type?: string;
  readonly perNode: number;
}

/** By partition. */
export type GpusByPartition = ReadonlyMap<string, WrittenGpus>;

/** What a scheduler may build on when it looks around on this host. */
export interface SchedulerHost {
  readonly env: Environment;
  /** A folder of this host that only this user can enter, by a name for it; undefined: there is none. */
  readonly folder: (name: string) => string | undefined;
}

/** What a scheduler may build on in a project; each takes what it needs. */
export interface SchedulerPlace extends SchedulerHost {
  /** The project folder, absolute. */
  readonly root: string;
  /** A folder on this host that only this user can enter, for this project; undefined: there is none. */
  readonly localDir: string | undefined;
  /** How much of this machine may be used, as the project writes it. */
  readonly slots: { readonly cpus?: number; readonly gpus?: number };
  /** The program that supervises the local scheduler: argv before the spool's path. */
  readonly supervisorArgv: readonly string[];
  /** GPUs of partitions as the project writes them. */
  readonly gpus: GpusByPartition;
}

/** Whether this host belongs to a cluster, and what that has. */
export interface SeenCluster {
  /** `misnamed`: the user points at a cluster that is not there, see {@link SeenCluster.problem}. */
  readonly kind: 'answers' | 'silent' | 'misnamed' | 'absent';
  /** Why it is taken to be there or not, in words. */
  readonly why: string;
  readonly description?: SchedulerDescription;
  /** Of a cluster that is misnamed: what to do about it. */
  readonly problem?: SheafError;
}

/** One kind of scheduler: all that sheaf knows of it before a project opens it. */
export interface SchedulerKind {
  /** What people call it: `Slurm`. */
  readonly title: string;
  /** For the comment in a new `sheaf.yaml`: `the cluster that this host belongs to`. */
  readonly summary: string;
  /** @throws Unreachable when it cannot be asked what it is called */
  open(place: SchedulerPlace): Scheduler | Promise<Scheduler>;
  /**
   * Looks for it on this host, and changes nothing. `sheaf init` chooses the first kind that is there. Absent: it is on
   * every host.
   */
  lookFor?(host: SchedulerHost): Promise<SeenCluster>;
  /** Architectures of the nodes, as `uname -m` calls them; none if it does not answer. Absent: jobs run on this machine. */
  architectures?(host: SchedulerHost): Promise<readonly string[]>;
  /**
   * bash functions that tell a job about itself and about this scheduler, see `template/wrapper/scheduler.ts`; they replace those of
   * that name there. Absent: the scheduler sets `SHEAF_JOB_ID`, and in an array `SHEAF_ARRAY_INDEX`, itself.
   */
  readonly jobShell?: string;
}

/** By name, as `scheduler:` in `sheaf.yaml` has it. */
export type SchedulerKinds = { readonly [name: string]: SchedulerKind };
