/**
 * What is known of a cluster: what the scheduler tells an ordinary user, or what a catalogue says. What could not be
 * known is absent and told in `unknown`; nothing that is unknown stands as zero.
 */
export interface ClusterFacts {
  /** `slurm:<cluster>`, `local:<spool>`, or `catalogue` when only `sheaf.yaml` was read. */
  readonly id: string;
  /** When the cluster was asked, milliseconds since 1970. */
  readonly atMs: number;
  readonly partitions: readonly PartitionFacts[];
  readonly nodes: readonly NodeFacts[];
  /** Jobs that wait, by partition; undefined when the queue could not be asked. */
  readonly queue?: readonly PartitionQueue[];
  /** Accounts that this user may charge; undefined when unknown. */
  readonly accounts?: readonly AccountFacts[];
  readonly qos?: readonly QosFacts[];
  /** Whether the limits of accounts and QOS are enforced; undefined: unknown. */
  readonly limitsHold?: boolean;
  /** Whether jobs are taken from those alone who have an account; false: no account is needed. Undefined: not known. */
  readonly accountsHold?: boolean;
  /** Groups of this user, where a partition is for groups. */
  readonly groups?: readonly string[];
  readonly reservations?: readonly ReservationFacts[];
  /** What a job that says no time limit is given in a partition that has neither a default nor a limit, seconds. */
  readonly fallbackTimeS?: number;
  /** Programs of the site that judge jobs when they are submitted: settings alone do not tell who gets in. */
  readonly jobSubmit?: readonly string[];
  /** What the scheduler said to jobs that were only tried. */
  readonly probes?: readonly AccessProbe[];
  /** What could not be known, and why: one sentence each. */
  readonly unknown: readonly string[];
}

/** GPUs of one type on a node, as the scheduler counts them. */
export interface NodeGpus {
  /** As in GRES strings (`a100`, `h100_1g.10gb`); empty when the site gives none. */
  readonly type: string;
  readonly total: number;
  /** Not given to any job; whether a job can have them, {@link NodeFacts.takesJobs} decides. Undefined: not known. */
  readonly free?: number;
}

export interface NodeFacts {
  readonly name: string;
  readonly partitions: readonly string[];
  /** The scheduler's word: `idle`, `mixed`, `allocated`, `drained`, `down`, … */
  readonly state: string;
  /** A job may start there now, if what is free does for it: not drained, down, in maintenance or reserved for others. */
  readonly takesJobs: boolean;
  /** Why it does not take jobs, in words. */
  readonly why?: string;
  readonly cpus: number;
  readonly cpusFree?: number;
  /** MiB; 0: not known. */
  readonly memoryMib: number;
  /** MiB that no job has been given. */
  readonly memoryFreeMib?: number;
  readonly gpus: readonly NodeGpus[];
  /** GB of each of its GPUs, if the site says so apart from their type (`VramPerGpu:no_consume:94G`). */
  readonly gpuMemoryGb?: number;
  readonly features: readonly string[];
  /** The reservation that holds it now: a job must name it, and be let into it. */
  readonly reservation?: string;
  /** When it is next reserved, milliseconds since 1970: a job that does not name that reservation must end before. */
  readonly reservedFromMs?: number;
  /** The scheduler has planned it for a job that waits. */
  readonly planned?: boolean;
}

export interface ReservationFacts {
  readonly name: string;
  /** This user may use it. */
  readonly own: boolean;
  readonly active: boolean;
  /** Jobs must have one of these QOS; absent: any. */
  readonly qos?: readonly string[];
  /** Jobs must be in one of these partitions; absent: any. */
  readonly partitions?: readonly string[];
  readonly nodes: readonly string[];
  readonly startMs?: number;
  readonly endMs?: number;
}

/** What the scheduler said to a job that was only tried. */
export interface AccessProbe {
  readonly partition: string;
  /** Absent: the default one. */
  readonly account?: string;
  /** With a GPU. */
  readonly gpu: boolean;
  /** Undefined: the answer said nothing about access. */
  readonly allowed?: boolean;
  /** Its words where it said no. */
  readonly said?: string;
  readonly atMs: number;
}

/** An absent limit means no limit. */
export interface PartitionFacts {
  readonly name: string;
  readonly default: boolean;
  /** `up`, `down`, `drain`, `inactive`. */
  readonly state: string;
  readonly maxTimeS?: number;
  readonly defaultTimeS?: number;
  readonly maxNodes?: number;
  readonly minNodes?: number;
  readonly priorityTier: number;
  /** `off`, `requeue`, `cancel`, `suspend`: what happens to its jobs when others need the nodes. */
  readonly preemptMode?: string;
  readonly graceTimeS?: number;
  readonly allowAccounts?: readonly string[];
  readonly denyAccounts?: readonly string[];
  readonly allowQos?: readonly string[];
  readonly denyQos?: readonly string[];
  readonly allowGroups?: readonly string[];
  /** Its limits hold for all jobs here. */
  readonly qos?: string;
  /** Why nobody may submit here, or how one must. */
  readonly wants?: 'root' | 'reservation';
  readonly maxCpusPerNode?: number;
  readonly maxMemPerNodeMib?: number;
  /** What a job gets that asks for no memory; undefined: not known. */
  readonly defaultMemory?: DefaultMemory;
  /** `cpu=1,mem=0.25G,gres/gpu=2` as weights by TRES; memory's is per GiB. Absent: billed by CPU. */
  readonly billing?: { readonly [tres: string]: number };
  /** Jobs get whole nodes. */
  readonly exclusive: boolean;
}

/** MiB for each GPU, if a job has any; otherwise for each CPU, otherwise for the node; if all are absent, its share of the node. */
export interface DefaultMemory {
  readonly perGpuMib?: number;
  readonly perCpuMib?: number;
  readonly perNodeMib?: number;
}

export interface PartitionQueue {
  readonly partition: string;
  /** Of everybody, as are the next ones; undefined: the site hides those of others. */
  readonly pendingJobs?: number;
  /** Undefined, too, where the scheduler does not count GPUs. */
  readonly pendingGpus?: number;
  /** Of the jobs that wait: held, or waiting for other jobs, a time or a limit of their own; no other job waits behind them. */
  readonly heldJobs?: number;
  readonly runningJobs?: number;
  /** Of this user. */
  readonly ownPending: number;
  readonly ownRunning: number;
  /** GPUs that this user has now. */
  readonly ownGpus: number;
}

/** What this user may charge. An absent limit means no limit. */
export interface AccountFacts {
  readonly name: string;
  readonly default: boolean;
  /** It may be charged there alone. */
  readonly partition?: string;
  /** The accounts above it, nearest first, as far as they may be seen. */
  readonly above?: readonly string[];
  readonly qos: readonly string[];
  readonly defaultQos?: string;
  /** Of the user in the account, 0 to 1; absent when the site has none. */
  readonly fairshare?: number;
  readonly maxJobs?: number;
  readonly maxSubmit?: number;
  readonly maxWallS?: number;
  /** GPUs of one job. */
  readonly maxGpusPerJob?: number;
  /** GPUs of all jobs of the account together, or of one above it: the limit that leaves the least. */
  readonly grpGpus?: number;
  /** How many of these are in use now. */
  readonly grpGpusInUse?: number;
}

/** An absent limit means no limit. */
export interface QosFacts {
  readonly name: string;
  readonly priority?: number;
  readonly maxWallS?: number;
  readonly maxJobsPerUser?: number;
  readonly maxSubmitPerUser?: number;
  /** GPUs of all jobs of one user together. */
  readonly maxGpusPerUser?: number;
  readonly maxGpusPerJob?: number;
  /** GPUs of all jobs of one account together. */
  readonly maxGpusPerAccount?: number;
  /** GPUs that this user has now with it, or in a partition that has it. Undefined: not known. */
  readonly ownGpus?: number;
  /** GPUs that accounts have now with it, by their names; undefined: not known. */
  readonly accountGpus?: { readonly [account: string]: number };
  readonly grpGpus?: number;
  readonly grpGpusInUse?: number;
  /** Limits of GPUs of one type, by its name in lower case. */
  readonly byType?: { readonly [gpuType: string]: GpuTypeLimits };
  /** The least GPUs of one job: this partition wants a GPU. */
  readonly minGpusPerJob?: number;
  /** Its limits go before those of the partition. */
  readonly overridesPartition: boolean;
}

/** Limits of GPUs of one type; absent: none. */
export interface GpuTypeLimits {
  readonly maxGpusPerUser?: number;
  readonly maxGpusPerJob?: number;
  readonly maxGpusPerAccount?: number;
  /** Those of this user, as {@link QosFacts.ownGpus}. */
  readonly ownGpus?: number;
  readonly accountGpus?: { readonly [account: string]: number };
  readonly grpGpus?: number;
  readonly grpGpusInUse?: number;
}
