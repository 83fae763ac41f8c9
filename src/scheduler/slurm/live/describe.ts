import { withoutUndefined } from '../../../core/value.ts';
import type {
  AccountDescription,
  GpuDescription,
  PartitionDescription,
  QosDescription,
  SchedulerDescription,
} from '../../scheduler.ts';
import type { GpusByPartition } from '../../kind.ts';
import { askAccountStanding, type Standing } from '../cluster/accounts.ts';
import type { Cache } from '../ask/cache.ts';
import type { SlurmCommands } from '../ask/commands.ts';
import type { ClusterConfig } from '../cluster/config.ts';
import { askHardware, keepHardware, type HardwareUse } from '../cluster/facts.ts';
import { addGpus, countGpus, sumGpus, type GpuCounts } from '../parse/gres.ts';
import { withUnlistedGpuUse } from '../cluster/no-gres.ts';
import { countFreeGpus, type NodeUse } from '../parse/nodes.ts';
import { findPreemptMode, type SlurmPartition } from '../parse/partitions.ts';

/** What the cluster has, and what of it is in use now; the notes name what is unavailable. */
export async function describeCluster(
  commands: SlurmCommands,
  cache: Cache,
  config: ClusterConfig,
  gpus: GpusByPartition = new Map(),
): Promise<SchedulerDescription> {
  const [asked, standing] = await Promise.all([
    askHardware(commands),
    config.accounting ? askAccountStanding(commands, cache, config.cluster) : undefined,
  ]);
  const base = {
    id: `slurm:${config.cluster}`,
    name: `Slurm cluster ${config.cluster}`,
    version: config.version,
    ...(standing === undefined ? {} : withoutUndefined({ accounts: accountsOf(standing), qos: qosOf(standing) })),
  };
  const notes = [
    ...(config.accounting ? [] : ['there is no accounting here: no accounts, QOS or limits of them']),
    ...(standing?.missing.map((said) => `accounting answered only in part: ${said}`) ?? []),
  ];
  if (asked.kind === 'failed') {
    return { ...base, cpus: 0, gpus: 0, notes: [`partitions and nodes could not be asked: ${asked.said}`, ...notes] };
  }
  keepHardware(cache, asked);
  const { partitions } = asked;
  const nodes = withUnlistedGpuUse(asked.nodes, gpus);
  return { ...base, ...hardwareOf({ partitions, nodes }, config.preemptType, standing?.qos), notes };
}

type HardwareDescription = Required<Pick<SchedulerDescription, 'partitions' | 'nodes' | 'gpuTypes' | 'cpus' | 'gpus'>>;

function hardwareOf(
  { partitions, nodes }: HardwareUse,
  preemptType: string | undefined,
  qos: Standing['qos'],
): HardwareDescription {
  const shown = partitions.filter(({ hidden }) => !hidden);
  const reachable = nodes.filter((node) => shown.some(({ name }) => node.partitions.includes(name)));
  return {
    cpus: reachable.reduce((sum, { cpus }) => sum + cpus, 0),
    gpus: sumGpus(addGpus(...reachable.map(({ gres }) => countGpus(gres)))),
    nodes: countBy(reachable.map(({ state }) => state)),
    gpuTypes: gpuDescriptions(reachable),
    partitions: shown.map((partition) =>
      partitionOf(
        partition,
        { preemptMode: findPreemptMode(partition, partitions, preemptType), maxTimeS: longestJobS(partition, qos) },
        nodes.filter((node) => node.partitions.includes(partition.name)),
      ),
    ),
  };
}

function partitionOf(
  partition: SlurmPartition,
  { preemptMode, maxTimeS }: { readonly preemptMode: string | undefined; readonly maxTimeS: number | undefined },
  nodes: readonly NodeUse[],
): PartitionDescription {
  const memories = nodes.flatMap(({ memoryMib }) => memoryMib || []);
  return withoutUndefined({
    name: partition.name,
    default: partition.default,
    state: partition.state.toLowerCase(),
    nodes: partition.totalNodes,
    nodesByState: countBy(nodes.map(({ state }) => state)),
    cpus: partition.totalCpus,
    ...(memories.length === 0 ? {} : { memoryMib: { least: Math.min(...memories), most: Math.max(...memories) } }),
    gpuTypes: gpuDescriptions(nodes, partition.exclusive),
    maxTimeS,
    defaultTimeS: partition.defaultTimeS,
    maxNodes: partition.maxNodes,
    priorityTier: partition.priorityTier,
    preemptMode,
    graceTimeS: partition.graceTimeS,
    allowGroups: partition.allowGroups,
    allowAccounts: partition.allowAccounts,
    denyAccounts: partition.denyAccounts,
    allowQos: partition.allowQos,
    qos: partition.qos,
  });
}

/** The limit of a partition, or that of its own QOS where this one is less: sites may state only the latter. */
function longestJobS({ maxTimeS, qos: name }: SlurmPartition, qos: Standing['qos'] = []): number | undefined {
  const limits = [maxTimeS, qos.find((each) => each.name === name)?.maxWallS].filter((limit) => limit !== undefined);
  return limits.length === 0 ? undefined : Math.min(...limits);
}

/**
 * By type, those that most have first. What is on nodes out of service is neither in use nor free.
 *
 * @param exclusive a job gets whole nodes: one of which a part is in use has nothing free
 */
function gpuDescriptions(nodes: readonly NodeUse[], exclusive = false): GpuDescription[] {
  const sum = (counts: readonly GpuCounts[]): GpuCounts => addGpus(...counts);
  const total = sum(nodes.map(({ gres }) => countGpus(gres)));
  const inUse = sum(nodes.map(({ gpusInUse }) => gpusInUse));
  const open = nodes.filter(({ usable, cpus, cpusIdle }) => usable && (!exclusive || cpusIdle === cpus));
  const free = sum(open.map(countFreeGpus));
  return Object.entries(total)
    .toSorted(([, a], [, b]) => b - a)
    .map(([type, count]) => {
      const perNode = Math.max(...nodes.map(({ gres }) => countGpus(gres)[type] ?? 0));
      return { type, total: count, inUse: inUse[type] ?? 0, free: free[type] ?? 0, perNode };
    });
}

function countBy(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

function accountsOf({ own }: Standing): AccountDescription[] {
  return own.map(({ account, isDefault, ...rest }) => ({ name: account, default: isDefault, ...rest }));
}

/** Those that this user may use, if known; otherwise all. */
function qosOf({ own, qos }: Standing): QosDescription[] | undefined {
  const mine = new Set(own.flatMap((account) => account.qos));
  return qos?.filter(({ name }) => mine.size === 0 || mine.has(name));
}
