import type { GpuDescription, PartitionDescription, QosDescription, SchedulerDescription } from '../../app/index.ts';
import { formatDuration } from '../../core/units.ts';
import { count } from '../shell/words.ts';

/** Describes a cluster, line by line. */
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

/** A user may have an account several times, once for each partition. */
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
