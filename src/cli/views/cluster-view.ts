import type { GpuDescription, PartitionDescription, QosDescription, SchedulerDescription } from '../../app/index.ts';
import { formatDuration } from '../../core/units.ts';
import type { Json } from '../shell/json.ts';
import { count } from '../shell/words.ts';

/** What a cluster has, line by line. */
export function clusterPairs({
  name,
  version,
  nodes,
  accounts,
  qos,
  partitions,
}: SchedulerDescription): [string, string][] {
  const states = Object.entries(nodes ?? {}).map(([state, number]) => `${number} ${state}`);
  return [
    ['cluster', `${name} (version ${version})`],
    ['nodes', states.join(', ')],
    ...(partitions ?? []).map((partition): [string, string] => ['partition', partitionWords(partition)]),
    ['accounts', accountNames(accounts ?? [])],
    ...(qos ?? []).map((each): [string, string] => ['qos', qosWords(each)]),
  ];
}

/** `a100_public: 4 a100 on each node, 1 of 8 in use, 3 free; up to 7d 00h`. */
function partitionWords(partition: PartitionDescription): string {
  const { name, default: isDefault, state, nodes, gpuTypes, maxTimeS, preemptMode, allowAccounts } = partition;
  const remarks = [
    ...(isDefault ? ['the default'] : []),
    ...(state === 'up' ? [] : [state]),
    maxTimeS === undefined ? 'any time' : `up to ${formatDuration(maxTimeS)}`,
    count(nodes, 'node'),
    ...(gpuTypes.length === 0 ? ['no GPUs'] : gpuTypes.map(gpuWords)),
    ...(preemptMode === undefined || preemptMode === 'off' ? [] : [`may be preempted (${preemptMode})`]),
    ...(allowAccounts === undefined ? [] : [`for ${allowAccounts.join(', ')} only`]),
  ];
  return `${name}: ${remarks.join('; ')}`;
}

function gpuWords({ type, total, inUse, free, perNode }: GpuDescription): string {
  return `${total} ${type === '' ? 'GPUs' : type} (${perNode} on a node), ${inUse} in use, ${free} free`;
}

/** A user may have an account several times, for one partition each. */
function accountNames(accounts: NonNullable<SchedulerDescription['accounts']>): string {
  const preset = accounts.find((account) => account.default)?.name;
  const names = [...new Set(accounts.map(({ name }) => name))];
  return names.map((name) => (name === preset ? `${name} (the default)` : name)).join(', ');
}

function qosWords({ name, maxWallS, maxJobsPerUser, maxSubmitPerUser, maxTresPerUser }: QosDescription): string {
  const limits = [
    ...(maxWallS === undefined ? [] : [`up to ${formatDuration(maxWallS)}`]),
    ...(maxJobsPerUser === undefined ? [] : [`${maxJobsPerUser} of yours run at once`]),
    ...(maxSubmitPerUser === undefined ? [] : [`${maxSubmitPerUser} of yours in the queue`]),
    ...(maxTresPerUser === undefined ? [] : [`you have at most ${maxTresPerUser}`]),
  ];
  return `${name}: ${limits.length === 0 ? 'no limits' : limits.join('; ')}`;
}

export function clusterJson(cluster: SchedulerDescription | undefined): Json {
  if (cluster === undefined) return null;
  const { id, name, version, cpus, gpus, nodes, gpuTypes, partitions, accounts, qos } = cluster;
  return {
    id,
    name,
    version,
    cpus,
    gpus,
    nodes: nodes ?? null,
    gpu_types: gpuTypes?.map(gpuJson) ?? null,
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

function gpuJson({ type, total, inUse, free, perNode }: GpuDescription): Json {
  return { type, total, in_use: inUse, free, per_node: perNode };
}

function partitionJson(partition: PartitionDescription): Json {
  return {
    name: partition.name,
    default: partition.default,
    state: partition.state,
    nodes: partition.nodes,
    nodes_by_state: partition.nodesByState,
    cpus: partition.cpus,
    memory_mib_least: partition.memoryMib?.least ?? null,
    memory_mib_most: partition.memoryMib?.most ?? null,
    gpu_types: partition.gpuTypes.map(gpuJson),
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
