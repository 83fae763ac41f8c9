import { countGpusLeft, type Access, type ClusterOffers, type Offer } from '../../app/index.ts';
import { formatTimeLimit } from '../../core/units.ts';
import { isoOrNull } from '../parts/json.ts';

type Facts = ClusterOffers['facts'];

/** Partitions with their GPUs, what is free, and who may use them: one entry for each type of GPU in each partition. */
export type PartitionsJson = {
  readonly cluster: string;
  readonly asked: string | null;
  readonly partitions: readonly PartitionJson[];
  /** What could not be known. */
  readonly unknown: readonly string[];
};

export function partitionsJson({ facts, offers }: ClusterOffers): PartitionsJson {
  return {
    cluster: facts.id,
    asked: isoOrNull(facts.atMs),
    partitions: offers.map((offer) => partitionJson(offer, facts)),
    unknown: facts.unknown,
  };
}

/** GPUs of one type in one partition, or its nodes without any. Null: no limit, or not known. */
export type PartitionJson = {
  readonly partition: string;
  readonly default: boolean | null;
  readonly state: string | null;
  readonly gpu_type: string | null;
  readonly gpu: {
    readonly id: string;
    readonly name: string;
    readonly arch: string;
    readonly usable_gib: number;
  } | null;
  readonly gpus_total: number | null;
  readonly gpus_free: number | null;
  /** How many more the limits leave this user, by the best way in. */
  readonly gpus_left: number | null;
  readonly gpus_per_node: number | null;
  readonly nodes: number | null;
  readonly free_nodes:
    | readonly {
        readonly gpus: number;
        readonly cpus: number;
        readonly memory_mib: number;
        readonly until: string | null;
      }[]
    | null;
  readonly cpus_per_node: number | null;
  readonly memory_mib_per_node: number | null;
  readonly pending: number | null;
  readonly pending_gpus: number | null;
  readonly held: number | null;
  readonly own_pending: number | null;
  readonly own_running: number | null;
  readonly own_gpus: number | null;
  readonly max_time: string | null;
  readonly max_time_seconds: number | null;
  readonly default_time_seconds: number | null;
  readonly max_nodes: number | null;
  readonly min_nodes: number | null;
  readonly min_gpus: number | null;
  readonly accounts: readonly string[] | null;
  readonly access: readonly AccessJson[] | null;
  readonly closed: string | null;
  readonly preemptible: boolean | null;
  readonly exclusive: boolean;
  readonly reservation: string | null;
  readonly priority: string | null;
  readonly billing: { readonly [tres: string]: number } | null;
  readonly features: readonly string[];
  readonly notes: readonly string[];
};

export function partitionJson(offer: Offer, { partitions, queue }: Facts): PartitionJson {
  const { gpu, gpuType, accounts } = offer;
  const facts = partitions.find(({ name }) => name === offer.partition);
  const load = queue?.find(({ partition }) => partition === offer.partition);
  return {
    partition: offer.partition,
    default: facts?.default ?? null,
    state: facts?.state ?? null,
    gpu_type: gpuType || null,
    gpu: gpu === undefined ? null : { id: gpu.id, name: gpu.name, arch: gpu.arch, usable_gib: gpu.usableGib },
    gpus_total: offer.atLeast ? null : offer.gpusTotal,
    gpus_free: offer.gpusFree ?? null,
    gpus_left: finiteOrNull(countGpusLeft(offer)),
    gpus_per_node: offer.atLeast === 'gpus' ? null : offer.gpusPerNode,
    nodes: offer.atLeast ? null : offer.nodes,
    free_nodes:
      offer.free?.map(({ gpus, cpus, memoryMib, untilMs }) => ({
        gpus,
        cpus,
        memory_mib: memoryMib,
        until: isoOrNull(untilMs),
      })) ?? null,
    cpus_per_node: finiteOrNull(offer.cpusPerNode),
    memory_mib_per_node: finiteOrNull(offer.memoryMibPerNode),
    pending: offer.pendingJobs ?? null,
    pending_gpus: offer.pendingGpus ?? null,
    held: load?.heldJobs ?? null,
    own_pending: load?.ownPending ?? null,
    own_running: load?.ownRunning ?? null,
    own_gpus: load?.ownGpus ?? null,
    max_time: maxTime(offer, facts !== undefined),
    max_time_seconds: offer.maxTimeS ?? null,
    default_time_seconds: offer.defaultTimeS ?? null,
    max_nodes: offer.maxNodes ?? null,
    min_nodes: offer.minNodes ?? null,
    min_gpus: offer.minGpus ?? null,
    accounts: accounts === undefined ? null : [...new Set(accounts.map(({ account }) => account))],
    access: accounts?.map(accessJson) ?? null,
    closed: offer.closed ?? null,
    preemptible: offer.preemptible ?? null,
    exclusive: offer.exclusive,
    reservation: offer.reservation ?? null,
    priority: offer.priority ?? null,
    billing: offer.billing ?? null,
    features: offer.features,
    notes: offer.notes,
  };
}

/** An account, with a QOS where one must be named, that may use a partition. */
export type AccessJson = {
  readonly account: string;
  readonly qos: string | null;
  readonly default: boolean;
  readonly basis: Access['basis'];
  readonly max_time_seconds: number | null;
  readonly max_jobs: number | null;
  readonly max_gpus_per_job: number | null;
  readonly max_gpus_per_user: number | null;
  readonly gpus_in_use: number | null;
  readonly fairshare: number | null;
};

function accessJson(way: Access): AccessJson {
  return {
    account: way.account,
    qos: way.qos ?? null,
    default: way.default,
    basis: way.basis,
    max_time_seconds: way.maxWallS ?? null,
    max_jobs: way.maxJobs ?? null,
    max_gpus_per_job: way.maxGpusPerJob ?? null,
    max_gpus_per_user: way.maxGpusPerUser ?? null,
    gpus_in_use: way.gpusInUse ?? null,
    fairshare: way.fairshare ?? null,
  };
}

/** The cluster knows that its partition has no limit; a catalogue that names none leaves it open. */
function maxTime({ maxTimeS }: Offer, isLive: boolean): string | null {
  return maxTimeS === undefined && !isLive ? null : formatTimeLimit(maxTimeS ?? Infinity);
}

export function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
