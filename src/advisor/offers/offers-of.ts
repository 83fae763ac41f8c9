import { withoutUndefined } from '../../core/value.ts';
import type { ClusterFacts, NodeFacts, PartitionFacts, PartitionQueue } from '../../core/cluster/cluster-facts.ts';
import { formatCount } from '../../core/text/phrases.ts';
import type { ProjectGpu } from '../gpus/project-gpus.ts';
import { countAccessGpusLeft } from './allowed.ts';
import type { Access, FreeNode, Offer } from '../offer.ts';
import { describeAccess } from './access.ts';
import { getOfferedKind, type NodeHints } from './kind-offered.ts';
import type { WrittenPartition } from './written.ts';
import { makeWrittenOffer } from './written-offer.ts';

/** What completes the facts of a cluster. */
export interface OfferSources {
  /** Partitions as they are written in `sheaf.yaml` or a profile. */
  readonly written?: readonly WrittenPartition[];
  /** GPUs that the project describes itself. */
  readonly own?: readonly ProjectGpu[];
}

/** Below this no program that uses a GPU starts. */
const LEAST_MEMORY_MIB = 1024;

/**
 * Where jobs could go: for each partition and each type of GPU in it one offer, and one for its nodes without GPUs.
 * Nodes in a reservation of this user's own make an offer of their own, which a job must name the reservation for.
 * Counts are those of the facts; partitions that are only written are offered if the facts have none at all.
 */
export function listOffers(facts: ClusterFacts, { written = [], own = [] }: OfferSources = {}): Offer[] {
  const byName = new Map(written.map((each) => [each.name, each]));
  const queues = new Map((facts.queue ?? []).map((each) => [each.partition, each]));
  const nodes = nodesByPartition(facts.nodes);
  const live = facts.partitions.flatMap((partition) =>
    offersIn(partition, nodes.get(partition.name) ?? [], facts, queues.get(partition.name), {
      own,
      written: byName.get(partition.name),
    }),
  );
  return facts.partitions.length > 0 ? live : written.map((each) => makeWrittenOffer(each, own));
}

function nodesByPartition(nodes: readonly NodeFacts[]): ReadonlyMap<string, readonly NodeFacts[]> {
  const found = new Map<string, NodeFacts[]>();
  for (const node of nodes) {
    for (const name of node.partitions) {
      const list = found.get(name);
      if (list === undefined) found.set(name, [node]);
      else list.push(node);
    }
  }
  return found;
}

interface Completing {
  readonly own: readonly ProjectGpu[];
  readonly written: WrittenPartition | undefined;
}

function offersIn(
  partition: PartitionFacts,
  nodes: readonly NodeFacts[],
  facts: ClusterFacts,
  queue: PartitionQueue | undefined,
  completing: Completing,
): Offer[] {
  const { written, own } = completing;
  if (nodes.length === 0 && written !== undefined) {
    // Nodes could not be asked: counts as written, access and limits as they are.
    return [{ ...makeWrittenOffer(written, own), ...commonOf(partition, facts, queue, written.gpuType) }];
  }
  return [
    ...groupsOf(
      nodes.map((node) => seenFrom(partition, node, facts)),
      facts,
    ),
  ].map(([key, group]) => {
    const { gpuType, reservation } = JSON.parse(key) as { gpuType?: string; reservation?: string };
    return offerOf(partition, group, facts, queue, { ...completing, gpuType, reservation });
  });
}

/** A reservation of the user may be for jobs in some partitions alone: from others its nodes take none. */
function seenFrom({ name }: PartitionFacts, node: NodeFacts, { reservations = [] }: ClusterFacts): NodeFacts {
  const held = reservations.find((each) => each.own && each.active && each.name === node.reservation);
  if (held?.partitions === undefined || held.partitions.includes(name)) return node;
  const { reservation, ...rest } = node;
  return { ...rest, takesJobs: false, why: `reserved for ${held.partitions.join(', ')} (${reservation})` };
}

/** Nodes by the type of their GPUs, a node with several types in each, and by the own reservation that holds them. */
function groupsOf(nodes: readonly NodeFacts[], facts: ClusterFacts): Map<string, NodeFacts[]> {
  const mine = new Set((facts.reservations ?? []).flatMap(({ own, active, name }) => (own && active ? [name] : [])));
  const groups = new Map<string, NodeFacts[]>();
  for (const node of nodes) {
    const reservation = node.reservation !== undefined && mine.has(node.reservation) ? node.reservation : undefined;
    const types = node.gpus.length === 0 ? [undefined] : node.gpus.map(({ type }) => type);
    for (const gpuType of types) {
      const key = JSON.stringify({ gpuType, reservation });
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [node]);
      else group.push(node);
    }
  }
  return groups;
}

interface Group extends Completing {
  readonly gpuType: string | undefined;
  readonly reservation: string | undefined;
}

function offerOf(
  partition: PartitionFacts,
  nodes: readonly NodeFacts[],
  facts: ClusterFacts,
  queue: PartitionQueue | undefined,
  { gpuType, reservation, own, written }: Group,
): Offer {
  const gpusOn = (node: NodeFacts): NodeFacts['gpus'][number] | undefined =>
    node.gpus.find(({ type }) => type === gpuType);
  const reservedToMs = (facts.reservations ?? []).find(({ name }) => name === reservation)?.endMs;
  const pendingBefore = waitBefore(partition, nodes, facts);
  const totals = nodes.map((node) => gpusOn(node)?.total ?? 0);
  const features = [...new Set(nodes.flatMap((node) => node.features))];
  const kind = gpuType === undefined ? undefined : getOfferedKind(gpuType, nodeHints(nodes), written, own);
  const common = commonOf(partition, facts, queue, gpuType, reservation);
  const free = common.closed === undefined ? freeNodes(partition, nodes, gpuType) : [];
  const gpusFree = free?.reduce((sum, { gpus }) => sum + gpus, 0);
  const away = awayNotes(nodes);
  return withoutUndefined({
    partition: partition.name,
    ...(kind?.gpu === undefined ? {} : { gpu: kind.gpu }),
    gpuType,
    nodes: nodes.length,
    gpusPerNode: most(totals),
    gpusTotal: totals.reduce((sum, count) => sum + count, 0),
    ...(free === undefined || gpusFree === undefined ? {} : { free, gpusFree }),
    cpusPerNode: Math.min(most(nodes.map(({ cpus }) => cpus)), partition.maxCpusPerNode ?? Infinity),
    memoryMibPerNode: Math.min(most(nodes.map(memoryOf)), partition.maxMemPerNodeMib ?? Infinity),
    features,
    nodesByFeatures: byFeatures(nodes),
    pendingBefore,
    ...common,
    reservation,
    reservedToMs,
    ...(nodes.some(({ takesJobs }) => takesJobs) ? {} : { away: away.join('; ') }),
    notes: [
      ...(reservation === undefined ? [] : [`in your reservation ${reservation}: jobs must name it`]),
      ...common.notes,
      ...limitNotes(common.accounts, gpusFree),
      ...away,
      ...plannedNotes(nodes),
      ...(written?.notes ?? []),
      ...(kind?.notes ?? []),
    ],
  });
}

type Common = Pick<
  Offer,
  | 'accounts'
  | 'billing'
  | 'closed'
  | 'defaultMemory'
  | 'defaultTimeS'
  | 'exclusive'
  | 'isForAll'
  | 'keptOut'
  | 'maxNodes'
  | 'maxTimeS'
  | 'minGpus'
  | 'minNodes'
  | 'notes'
  | 'pendingGpus'
  | 'pendingJobs'
  | 'preemptible'
>;

/** What holds for all of a partition. */
function commonOf(
  partition: PartitionFacts,
  facts: ClusterFacts,
  queue: PartitionQueue | undefined,
  gpuType: string | undefined,
  reservation?: string,
): Common {
  const defaultTimeS = partition.defaultTimeS ?? (partition.maxTimeS === undefined ? facts.fallbackTimeS : undefined);
  const { maxTimeS, maxNodes, minNodes = 1, billing, exclusive, preemptMode, defaultMemory } = partition;
  const { accounts: all, isForAll, minGpus, why, notes } = describeAccess(partition, facts, gpuType);
  const held = (facts.reservations ?? []).find(({ name }) => name === reservation);
  const accounts = all?.filter(({ qos }) => qos === undefined || (held?.qos ?? [qos]).includes(qos));
  const closed = closedWhy(partition, reservation);
  const preemptible = preemptMode !== undefined && preemptMode !== 'off';
  const { pendingJobs, pendingGpus } = queue ?? {};
  return withoutUndefined({
    pendingJobs,
    pendingGpus,
    maxTimeS,
    defaultTimeS,
    maxNodes,
    ...(minNodes > 1 ? { minNodes } : {}),
    minGpus,
    ...(isForAll === true ? { isForAll } : {}),
    keptOut: why,
    accounts,
    closed,
    billing,
    defaultMemory,
    preemptible,
    exclusive,
    notes: [
      ...(closed === undefined ? [] : [closed]),
      ...(why === undefined ? [] : [why]),
      ...(minNodes > 1 ? [`wants ${formatCount(minNodes, 'node')} at least`] : []),
      ...(minGpus === undefined ? [] : [`wants ${formatCount(minGpus, 'GPU')} at least`]),
      ...(preemptible ? [`its jobs may be ended for others (${preemptMode})`] : []),
      ...notes,
    ],
  });
}

function closedWhy({ state, wants }: PartitionFacts, reservation: string | undefined): string | undefined {
  if (wants === 'root') return 'only root submits here';
  if (wants === 'reservation' && reservation === undefined) return 'jobs must name a reservation';
  const words: Readonly<Record<string, string>> = {
    down: 'down: jobs wait until it is up',
    drain: 'takes no new jobs',
    inactive: 'inactive: takes no new jobs and starts none',
  };
  return state === 'up' ? undefined : (words[state] ?? state);
}

/** MiB; what is not known sets no limit. */
function memoryOf({ memoryMib }: NodeFacts): number {
  return memoryMib === 0 ? Infinity : memoryMib;
}

/** What is free on the nodes where a job could start now; undefined when a node does not report it. */
function freeNodes(
  partition: PartitionFacts,
  nodes: readonly NodeFacts[],
  gpuType: string | undefined,
): FreeNode[] | undefined {
  if (nodes.some(({ cpusFree, memoryFreeMib }) => cpusFree === undefined || memoryFreeMib === undefined))
    return undefined;
  return nodes.flatMap((node): FreeNode[] => {
    const gpus = gpuType === undefined ? 0 : (node.gpus.find(({ type }) => type === gpuType)?.free ?? 0);
    const cpus = Math.min(node.cpusFree ?? 0, partition.maxCpusPerNode ?? Infinity);
    const memoryFreeMib = node.memoryMib === 0 ? Infinity : (node.memoryFreeMib ?? 0);
    const memoryMib = Math.min(memoryFreeMib, partition.maxMemPerNodeMib ?? Infinity);
    const hasRoom = node.takesJobs && cpus >= 1 && memoryMib >= Math.min(LEAST_MEMORY_MIB, node.memoryMib);
    if (!hasRoom || (gpuType !== undefined && gpus === 0)) return [];
    // A job there gets whole nodes: a node that is partly in use is not available.
    if (partition.exclusive && node.cpusFree !== node.cpus) return [];
    const { reservedFromMs, features } = node;
    return [
      {
        gpus,
        cpus,
        memoryMib,
        ...(reservedFromMs === undefined ? {} : { untilMs: reservedFromMs }),
        ...(features.length === 0 ? {} : { features }),
      },
    ];
  });
}

/** Partitions may share nodes: who waits in one of a higher tier, or of the same, may be served first. */
function waitBefore(
  { name: own, priorityTier }: PartitionFacts,
  nodes: readonly NodeFacts[],
  { partitions, queue }: ClusterFacts,
): Offer['pendingBefore'] {
  const names = new Set(nodes.flatMap((node) => node.partitions));
  const rivals = partitions.filter(
    (each) => each.name === own || (names.has(each.name) && each.priorityTier >= priorityTier && each.state === 'up'),
  );
  const sum = { here: 0, elsewhere: 0 };
  for (const { name } of rivals) {
    const { pendingJobs, heldJobs = 0 } = queue?.find(({ partition }) => partition === name) ?? {};
    if (pendingJobs === undefined) return undefined;
    sum[name === own ? 'here' : 'elsewhere'] += pendingJobs - heldJobs;
  }
  return sum;
}

/** What nodes say of their GPUs, each different set once. */
function nodeHints(nodes: readonly NodeFacts[]): readonly NodeHints[] {
  const sets = nodes.map(({ features, gpuMemoryGb }): NodeHints => ({
    features,
    ...(gpuMemoryGb === undefined ? {} : { gpuMemoryGb }),
  }));
  return [...new Map(sets.map((set) => [JSON.stringify(set), set])).values()];
}

function byFeatures(nodes: readonly NodeFacts[]): NonNullable<Offer['nodesByFeatures']> {
  const groups = Map.groupBy(nodes, ({ features }) => features.toSorted().join());
  return [...groups.values()].map((group) => ({ features: group[0]?.features ?? [], nodes: group.length }));
}

/** If a limit leaves this user fewer GPUs than are free, as far as is known, over all ways in. */
function limitNotes(accounts: readonly Access[] | undefined, gpusFree = 0): string[] {
  const rooms = (accounts ?? []).map((way) => ({ way, left: countAccessGpusLeft(way) }));
  const [best] = rooms.toSorted((a, b) => b.left - a.left);
  if (best === undefined || best.left >= gpusFree) return [];
  const { maxGpusPerUser = 0, gpusInUse } = best.way;
  if (gpusInUse === undefined)
    return [`your limit is ${formatCount(maxGpusPerUser, 'GPU')}: how many of them are in use is not known`];
  return [`your limit leaves ${formatCount(best.left, 'GPU')} now: ${gpusInUse} of ${maxGpusPerUser} in use`];
}

/** Why nodes take no jobs: `2 of 5 nodes: drained: disk`. */
function awayNotes(nodes: readonly NodeFacts[]): string[] {
  const away = nodes.filter(({ takesJobs }) => !takesJobs);
  const reasons = Map.groupBy(away, ({ why, state }) => why ?? state);
  return [...reasons].map(([why, list]) => `${list.length} of ${formatCount(nodes.length, 'node')} ${why}`);
}

function plannedNotes(nodes: readonly NodeFacts[]): string[] {
  const planned = nodes.filter((node) => node.takesJobs && node.planned === true).length;
  return planned === 0 ? [] : [`${planned} of ${formatCount(nodes.length, 'node')} planned for jobs that wait`];
}

function most(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b), 0);
}
