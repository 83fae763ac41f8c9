import type { GpuDescription, PartitionDescription, SchedulerDescription } from '../../app/index.ts';

/** What the cluster of a project has. Null: the scheduler does not say. Times are seconds. */
export type ClusterJson = {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly cpus: number;
  readonly gpus: number;
  /** Nodes by state. */
  readonly nodes: { readonly [state: string]: number } | null;
  readonly gpu_types: readonly GpuTypeJson[] | null;
  readonly partitions: readonly ClusterPartitionJson[] | null;
  readonly accounts: readonly AccountJson[] | null;
  readonly qos: readonly QosJson[] | null;
};

type GpuTypeJson = {
  readonly type: string;
  readonly total: number;
  readonly in_use: number;
  readonly free: number;
  readonly per_node: number;
};

type AccountJson = {
  readonly name: string;
  readonly default: boolean;
  readonly partition: string | null;
  readonly qos: readonly string[];
  readonly default_qos: string | null;
  readonly max_jobs: number | null;
  readonly max_submit: number | null;
  readonly max_time_seconds: number | null;
};

type QosJson = {
  readonly name: string;
  readonly flags: readonly string[];
  readonly max_time_seconds: number | null;
  readonly max_jobs_per_user: number | null;
  readonly max_submit_per_user: number | null;
  readonly max_submit_per_account: number | null;
  readonly max_submit: number | null;
  readonly max_tres_per_user: string | null;
  readonly max_tres: string | null;
};

type ClusterPartitionJson = {
  readonly name: string;
  readonly default: boolean;
  readonly state: string;
  readonly nodes: number;
  readonly nodes_by_state: { readonly [state: string]: number };
  readonly cpus: number;
  readonly memory_mib_least: number | null;
  readonly memory_mib_most: number | null;
  readonly gpu_types: readonly GpuTypeJson[];
  readonly max_time_seconds: number | null;
  readonly default_time_seconds: number | null;
  readonly max_nodes: number | null;
  readonly priority_tier: number;
  readonly preempt_mode: string | null;
  readonly grace_time_seconds: number | null;
  readonly allow_groups: readonly string[] | null;
  readonly allow_accounts: readonly string[] | null;
  readonly deny_accounts: readonly string[] | null;
  readonly allow_qos: readonly string[] | null;
  readonly qos: string | null;
};

export function clusterJson(cluster: SchedulerDescription | undefined): ClusterJson | null {
  if (cluster === undefined) return null;
  const { id, name, version, cpus, gpus, nodes, gpuTypes, partitions, accounts, qos } = cluster;
  return {
    id,
    name,
    version,
    cpus,
    gpus,
    nodes: nodes ?? null,
    gpu_types: gpuTypes?.map(gpuTypeJson) ?? null,
    partitions: partitions?.map(partitionJson) ?? null,
    accounts:
      accounts?.map((account) => ({
        name: account.name,
        default: account.default,
        partition: account.partition ?? null,
        qos: account.qos,
        default_qos: account.defaultQos ?? null,
        max_jobs: account.maxJobs ?? null,
        max_submit: account.maxSubmit ?? null,
        max_time_seconds: account.maxWallS ?? null,
      })) ?? null,
    qos:
      qos?.map((each) => ({
        name: each.name,
        flags: each.flags,
        max_time_seconds: each.maxWallS ?? null,
        max_jobs_per_user: each.maxJobsPerUser ?? null,
        max_submit_per_user: each.maxSubmitPerUser ?? null,
        max_submit_per_account: each.maxSubmitPerAccount ?? null,
        max_submit: each.grpSubmit ?? null,
        max_tres_per_user: each.maxTresPerUser ?? null,
        max_tres: each.grpTres ?? null,
      })) ?? null,
  };
}

function gpuTypeJson({ type, total, inUse, free, perNode }: GpuDescription): GpuTypeJson {
  return { type, total, in_use: inUse, free, per_node: perNode };
}

function partitionJson(partition: PartitionDescription): ClusterPartitionJson {
  return {
    name: partition.name,
    default: partition.default,
    state: partition.state,
    nodes: partition.nodes,
    nodes_by_state: partition.nodesByState,
    cpus: partition.cpus,
    memory_mib_least: partition.memoryMib?.least ?? null,
    memory_mib_most: partition.memoryMib?.most ?? null,
    gpu_types: partition.gpuTypes.map(gpuTypeJson),
    max_time_seconds: partition.maxTimeS ?? null,
    default_time_seconds: partition.defaultTimeS ?? null,
    max_nodes: partition.maxNodes ?? null,
    priority_tier: partition.priorityTier,
    preempt_mode: partition.preemptMode ?? null,
    grace_time_seconds: partition.graceTimeS ?? null,
    allow_groups: partition.allowGroups ?? null,
    allow_accounts: partition.allowAccounts ?? null,
    deny_accounts: partition.denyAccounts ?? null,
    allow_qos: partition.allowQos ?? null,
    qos: partition.qos ?? null,
  };
}
