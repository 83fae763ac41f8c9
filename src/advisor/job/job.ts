import type { GpuPrecision } from '../gpu-kind.ts';
import type { ShardingKind } from '../memory/trace/setup.ts';
import type { Access, Offer } from '../offer.ts';

/**
 * How one model is spread over GPUs, the least that does first: `none` is one GPU; `ddp` a copy on each; `zero1` and
 * `zero2` share optimizer states, `zero2` gradients too; `fsdp` and `zero3` share the weights as well.
 */
export type Sharding = ShardingKind;

/** What is to run, as the search needs it. What is undefined was not said. */
export interface Job {
  readonly device: 'gpu' | 'cpu';
  readonly nodes?: number;
  readonly gpusPerNode?: number;
  /** The only number of GPUs that is weighed, over all nodes; undefined: each that is usual. */
  readonly gpus?: number;
  /** Other counts of GPUs than the one that was said may be tried. */
  readonly mayChangeGpus: boolean;
  /** Why they may not, in words. */
  readonly whyGpusAreFixed?: string;
  readonly batch?: BatchRule;
  /** The ones that it may use, the least first. */
  readonly shardings: readonly Sharding[];
  readonly precision?: GpuPrecision;
  /** As asked for: a type of the scheduler. */
  readonly gpuType?: string;
  /** The id of that kind in the catalogue. */
  readonly gpuKindId?: string;
  readonly account?: string;
  readonly qos?: string;
  /** That it names: its nodes are all of this one's. */
  readonly reservation?: string;
  /** Features that a node must have, all of them. */
  readonly features: readonly string[];
  /** It requests more than is given here: what is free for it is unknown. */
  readonly isUnweighed?: true;
  readonly cpusPerTask?: number;
  readonly tasksPerNode?: number;
  /** MiB of host memory on each node; Infinity: all of it. */
  readonly memoryMib?: number;
  /** MiB of host memory for each CPU, or each GPU. */
  readonly memoryPer?: { readonly cpu?: number; readonly gpu?: number };
  readonly timeLimitS?: number;
  /** Members of a sweep that are to run, one job each. */
  readonly tasks: number;
  /** The maximum number of them at once. */
  readonly maxParallel?: number;
  /** The scheduler has none: a job names no partition, and nobody is excluded. */
  readonly noPartitions?: true;
  /** When it is asked for, milliseconds since 1970. */
  readonly nowMs?: number;
}

/** What must hold for the batch: micro-batch × GPUs × accumulation = global. */
export interface BatchRule {
  readonly global: number;
  /** Frozen: the program is given this one. */
  readonly micro?: number;
  readonly accumulation?: number;
  readonly maxMicro?: number;
  /** What BatchNorm has taken its statistics over: another micro-batch is another method, so it is kept if possible. */
  readonly normMicro?: number;
}

/** One way to split the global batch. */
export interface BatchSplit {
  readonly micro: number;
  readonly accumulation: number;
}

/** Where and how a job could run. */
export interface Placement {
  readonly offer: Offer;
  readonly nodes: number;
  readonly gpusPerNode: number;
  /** Of all nodes. */
  readonly gpus: number;
  readonly sharding: Sharding;
  readonly split?: BatchSplit;
}

/** What it needs on one GPU, as the memory estimate says. */
export interface Need {
  /** GiB, as the driver reports it; undefined: not known. */
  readonly gib?: number;
  readonly usableGib?: number;
  readonly verdict: 'fits' | 'tight' | 'does_not_fit' | 'unknown';
  /** Where the number comes from, or why there is none. */
  readonly basis: string;
}

/** The memory estimate as a function. */
export type NeedOf = (placement: Placement) => Need;

/** A placement that may be had and in which the job fits. */
export interface Candidate extends Placement {
  /** The way in; undefined: the site does not tell who gets in. */
  readonly access?: Access;
  readonly need: Need;
  /** CPUs of one task, where the job does not say and one is too few; undefined: as the job says. */
  readonly cpusPerTask?: number;
  /** CPUs of all its tasks on a node. */
  readonly cpusPerNode: number;
  /** MiB of host memory on each node, those that the scheduler gives, too; undefined: not known. */
  readonly memoryMib?: number;
  /** That its nodes must have; absent: none. */
  readonly features?: readonly string[];
  /** The job requests more than is given here. */
  readonly isUnweighed?: true;
  /** The limit that it would be given; undefined: the partition has neither default nor limit. */
  readonly timeLimitS?: number;
  /** When its limit would end it, did it start now, milliseconds since 1970. */
  readonly endsMs?: number;
  readonly warnings: readonly string[];
}

/** Why something is not offered. */
export interface Dropped {
  readonly partition: string;
  readonly gpuType?: string;
  /** Of all nodes; undefined: it holds for every count. */
  readonly gpus?: number;
  readonly kind: DropKind;
  /** One sentence for people, without the partition's name. */
  readonly why: string;
  /** A change with which it would be offered. */
  readonly fix?: string;
  /** Of `memory`: how many times too much it needs. */
  readonly shortBy?: number;
}

export type DropKind =
  | 'closed'
  | 'access'
  | 'gpu'
  | 'precision'
  | 'features'
  | 'time'
  | 'size'
  | 'batch'
  | 'memory'
  | 'slice'
  | 'worse';
