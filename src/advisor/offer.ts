import type { DefaultMemory } from '../core/cluster/cluster-facts.ts';
import type { GpuKind } from './gpu-kind.ts';

/** One kind of GPU in one partition (or nodes without any): where a job could go. Pure data for the search. */
export interface Offer {
  readonly partition: string;
  /** Undefined: nodes without GPU, or GPUs of an unknown kind; `gpuType` tells them apart. */
  readonly gpu?: GpuKind;
  /** As the scheduler calls it, for `gpu_type`; '' where it has no name; undefined: no GPU. */
  readonly gpuType?: string;
  readonly nodes: number;
  /**
   * Counts are the least that a catalogue implies: how many nodes it has is not written, with `gpus` nor how many GPUs
   * a node has.
   */
  readonly atLeast?: 'nodes' | 'gpus';
  /** The most that one node has. */
  readonly gpusPerNode: number;
  readonly gpusTotal: number;
  /** GPUs that a job of one GPU could have now: on nodes that take jobs and have a CPU and memory left. Undefined: not known. */
  readonly gpusFree?: number;
  /** Infinity, and so the memory, where only a catalogue is known that does not say it. */
  readonly cpusPerNode: number;
  readonly memoryMibPerNode: number;
  /** What a job gets that asks for no memory; undefined: not known. */
  readonly defaultMemory?: DefaultMemory;
  /** What is free on each node that takes jobs; undefined: not known. */
  readonly free?: readonly FreeNode[];
  readonly pendingJobs?: number;
  readonly pendingGpus?: number;
  /** Jobs that wait for these nodes here, and in partitions that go no later; not those that are held. Undefined: not known. */
  readonly pendingBefore?: { readonly here: number; readonly elsewhere: number };
  readonly maxTimeS?: number;
  readonly defaultTimeS?: number;
  readonly maxNodes?: number;
  /** The least nodes of a job here. */
  readonly minNodes?: number;
  /** The least GPUs of a job here. */
  readonly minGpus?: number;
  /** With which accounts this user may come here; empty: with none; undefined: not known. */
  readonly accounts?: readonly Access[];
  /** Where it is with none: why. */
  readonly keptOut?: string;
  /** No account is needed here. */
  readonly isForAll?: boolean;
  /** Why nobody gets in now: the partition is down, … */
  readonly closed?: string;
  /** Why none of its nodes takes jobs now: all are drained, down or in maintenance. Jobs wait until one is back. */
  readonly away?: string;
  /** Its jobs may be ended for others. */
  readonly preemptible?: boolean;
  /** Weights by TRES, memory's per GiB; absent: billed by CPU. */
  readonly billing?: { readonly [tres: string]: number };
  /** A job must name it to come onto these nodes: a reservation of this user's own. */
  readonly reservation?: string;
  /** When that ends, and its jobs with it, milliseconds since 1970; undefined: not known, or never. */
  readonly reservedToMs?: number;
  /** As a catalogue says it: `normal`, `high`, … */
  readonly priority?: string;
  readonly exclusive: boolean;
  /** That any of its nodes has. */
  readonly features: readonly string[];
  /** How many nodes have just these; undefined: not known. */
  readonly nodesByFeatures?: readonly { readonly features: readonly string[]; readonly nodes: number }[];
  /** What a person should know of it, in words. */
  readonly notes: readonly string[];
}

export interface FreeNode {
  readonly gpus: number;
  readonly cpus: number;
  readonly memoryMib: number;
  /** When it is next reserved, milliseconds since 1970: a job must end before. */
  readonly untilMs?: number;
  /** Absent: none. */
  readonly features?: readonly string[];
}

/** A way in. An absent limit means no limit. */
export interface Access {
  readonly account: string;
  readonly qos?: string;
  readonly default: boolean;
  /** A job with this account that names no QOS has this one. */
  readonly defaultQos?: true;
  /** `settings`: partition, associations and QOS say so. `probed`: `sbatch --test-only` said so. */
  readonly basis: 'settings' | 'probed';
  readonly maxWallS?: number;
  readonly maxGpusPerJob?: number;
  /** GPUs of all jobs of this user together, or of a group that the user is of: the limit that leaves the least. */
  readonly maxGpusPerUser?: number;
  /** GPUs that count against `maxGpusPerUser` now. */
  readonly gpusInUse?: number;
  /** Jobs of this user that run at once. */
  readonly maxJobs?: number;
  readonly fairshare?: number;
}
