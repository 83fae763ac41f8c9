import { cleanText, type ClusterOffers, type Offer, type TableColumn } from '../../../app/index.ts';
import { notesOnce } from '../../../core/text/notes.ts';
import { counted } from '../../../core/text/number-text.ts';
import { formatDuration, timeLimitText } from '../../../core/units.ts';
import { isoOrNull, type Json } from '../../shell/json.ts';
import type { Screen } from '../../shell/terminal.ts';
import { tableText } from '../../shell/table.ts';
import { wrap } from '../../shell/words.ts';

const COLUMNS: readonly TableColumn[] = [
  { name: 'partition', priority: 9, maxWidth: 24 },
  { name: 'gpu', priority: 8, maxWidth: 20 },
  { name: 'GiB', verbatim: true, priority: 5 },
  { name: 'free', priority: 7 },
  { name: 'nodes', priority: 2 },
  { name: 'pending', priority: 6 },
  { name: 'limit', priority: 3 },
  { name: 'accounts', priority: 4, maxWidth: 40, minWidth: 12 },
];

/** The table; below it, for people, what one should know of single partitions. */
export function partitionsText({ offers, facts }: ClusterOffers, screen: Screen): string {
  if (offers.length === 0) return `${noOffersWords(facts.partitions.length)}\n`;
  const table = tableText(
    COLUMNS,
    offers.map((offer) => cells(offer, facts)),
    screen,
  );
  if (!screen.tty) return table;
  const notes = notesOnce(offers.map((offer) => [`${offer.partition}${gpuOf(offer)}`, offer.notes]));
  const lines = notes.flatMap((note) => wrap(cleanText(note), screen.width));
  return lines.length === 0 ? table : `${table}\n${lines.join('\n')}\n`;
}

function noOffersWords(partitions: number): string {
  if (partitions === 0) return 'There are no partitions.';
  return `Nothing is told of the nodes of ${counted(partitions, 'partition')}: describe what they have in sheaf.yaml below cluster: partitions:`;
}

function gpuOf({ gpuType }: Offer): string {
  return gpuType === undefined || gpuType === '' ? '' : ` (${gpuType})`;
}

function cells(offer: Offer, facts: ClusterOffers['facts']): (string | number | undefined)[] {
  const { partition, gpuType, gpu, gpusTotal, nodes, pendingJobs } = offer;
  const free = offer.gpusFree === undefined ? '?' : String(offer.gpusFree);
  return [
    partition,
    gpuType === undefined ? '-' : gpuType || (gpu?.name ?? 'no type'),
    gpuType === undefined ? undefined : gpu?.usableGib,
    gpuType === undefined ? undefined : `${free}/${offer.atLeast ? '?' : gpusTotal}`,
    offer.atLeast ? undefined : nodes,
    pendingJobs,
    limitText(offer, facts),
    accountsText(offer),
  ];
}

/**
 * The longest job here: by the partition, its own QOS and the most generous of one's accounts. A QOS that may exceed
 * those of partitions must be asked for by name, so that it does not count.
 */
function limitText(
  { partition, maxTimeS = Infinity, accounts = [] }: Offer,
  { partitions, qos }: ClusterOffers['facts'],
): string | undefined {
  const own = partitions.find(({ name }) => name === partition)?.qos;
  const ownS = qos?.find(({ name }) => name === own)?.maxWallS ?? Infinity;
  const most = accounts.length === 0 ? Infinity : Math.max(...accounts.map(({ maxWallS = Infinity }) => maxWallS));
  const limitS = Math.min(maxTimeS, ownS, most);
  return limitS === Infinity ? undefined : formatDuration(limitS);
}

function accountsText({ accounts, isForAll }: Offer): string {
  const names = accountNames(accounts);
  if (names === undefined) return isForAll ? 'none needed' : 'not known';
  return names.length === 0 ? 'none' : names.join(', ');
}

function accountNames(accounts: Offer['accounts']): readonly string[] | undefined {
  return accounts && [...new Set(accounts.map(({ account }) => account))];
}

export function partitionsJson({ facts, offers }: ClusterOffers): Json {
  return {
    cluster: facts.id,
    asked: isoOrNull(facts.atMs),
    partitions: offers.map((offer) => partitionJson(offer, facts)),
    unknown: facts.unknown,
  };
}

function partitionJson(offer: Offer, { partitions, queue }: ClusterOffers['facts']): Json {
  const { gpu, gpuType } = offer;
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
    gpus_left: mostLeft(offer),
    gpus_per_node: offer.atLeast === 'gpus' ? null : offer.gpusPerNode,
    nodes: offer.atLeast ? null : offer.nodes,
    free_nodes:
      offer.free?.map(({ gpus, cpus, memoryMib, untilMs }) => ({
        gpus,
        cpus,
        memory_mib: memoryMib,
        until: isoOrNull(untilMs),
      })) ?? null,
    cpus_per_node: finite(offer.cpusPerNode),
    memory_mib_per_node: finite(offer.memoryMibPerNode),
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
    accounts: accountNames(offer.accounts) ?? null,
    access:
      offer.accounts?.map((way) => ({
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
      })) ?? null,
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

/** How many more GPUs the limits leave this user now, by the best way in; null: no limit, or not known. */
function mostLeft({ accounts = [] }: Offer): number | null {
  const left = accounts.map(({ maxGpusPerUser, gpusInUse }) =>
    maxGpusPerUser === undefined || gpusInUse === undefined ? Infinity : Math.max(0, maxGpusPerUser - gpusInUse),
  );
  return left.length === 0 ? null : finite(Math.max(...left));
}

/** Of a partition that the cluster tells of, no limit is a fact. */
function maxTime({ maxTimeS }: Offer, isLive: boolean): string | null {
  return maxTimeS === undefined && !isLive ? null : timeLimitText(maxTimeS ?? Infinity);
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
