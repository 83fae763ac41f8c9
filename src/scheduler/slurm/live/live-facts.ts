import { withoutUndefined } from '../../../core/value.ts';
import type {
  AccountFacts,
  ClusterFacts,
  DefaultMemory,
  GpuTypeLimits,
  PartitionFacts,
  PartitionQueue,
  QosFacts,
} from '../../../core/cluster/cluster-facts.ts';
import { nowMs, userName } from '../../../system/index.ts';
import { askAccountStanding, type OwnAccount, type SlurmQos as QosOfSite, type Standing } from '../cluster/accounts.ts';
import { parseUsage, usageArgv, type Usage } from '../parse/associations.ts';
import type { Cache } from '../ask/cache.ts';
import type { SlurmReply, Controlled, SlurmCommands } from '../ask/commands.ts';
import {
  getCachedConfig,
  keepConfig,
  parseConfig,
  makeUnreachableError,
  type ClusterConfig,
} from '../cluster/config.ts';
import { DEFAULT_TIME_S } from '../cluster/defaults.ts';
import { getLineage } from '../cluster/limits.ts';
import { keepHardware, PARTITIONS_QUESTION } from '../cluster/facts.ts';
import { parseGpuLimit } from '../cluster/gpu-limits.ts';
import { sumGpus } from '../parse/gres.ts';
import { describeLiveNodes } from './live-nodes.ts';
import { NODES_ARGV, parseNodes } from '../parse/nodes.ts';
import { parsePartitions, findPreemptMode, type SlurmPartition as PartitionOfSite } from '../parse/partitions.ts';
import { LOAD_ARGV, parseQueueLoad, type QueueLoad } from './queue-load.ts';
import { listAllowed, mayUse, parseReservations, type Reservation, type Who } from '../parse/reservations.ts';

/** What jobs hold changes by the minute. */
const MAX_AGE_MS = 45_000;
const NAME = 'live';
/** The controller was not there, or gave no answer in its time. */
const NOBODY = /Unable to contact|timed out|gave no answer/i;

/**
 * What is known about the cluster now. `unknown` names what got no answer.
 *
 * @throws SheafError `slurm.unreachable` when there is neither an answer about nodes nor one about partitions
 */
export async function askLiveFacts(
  commands: SlurmCommands,
  cache: Cache,
  cluster: string,
  fresh = false,
): Promise<ClusterFacts> {
  const kept = fresh ? undefined : cache.read<ClusterFacts>(NAME, MAX_AGE_MS);
  if (kept !== undefined) return kept;
  const facts = await askAll(commands, cache, cluster, fresh);
  cache.write(NAME, facts);
  return facts;
}

/** Something was changed that the kept answer does not have. */
export function forgetLiveFacts(cache: Cache): void {
  cache.write(NAME, undefined);
}

async function askAll(commands: SlurmCommands, cache: Cache, cluster: string, fresh: boolean): Promise<ClusterFacts> {
  const known = getCachedConfig(cache);
  const user = userName();
  const questions = [
    ...(known === undefined ? ['show config'] : []),
    PARTITIONS_QUESTION,
    'show reservation',
    // The last: its records have no end of their own.
    usageArgv(user, 'assoc,qos').slice(2).join(' '),
  ];
  const silence = new AbortController();
  const control = commands.control(questions, silence.signal);
  const usage = control.then(({ stdout }) => usageIn(stdout));
  const [controlled, nodes, queue, standing] = await Promise.all([
    control,
    commands.ask(NODES_ARGV).then((asked) => {
      // Each further question would wait as long again.
      if (asked.kind === 'failed' && NOBODY.test(asked.said)) silence.abort();
      return asked;
    }),
    commands.ask(LOAD_ARGV),
    known?.accounting === false ? undefined : askAccountStanding(commands, cache, cluster, usage, fresh),
  ]);
  const config = known ?? configIn(controlled.stdout, cache);
  const partitions = parsePartitions(controlled.stdout);
  if (partitions.length === 0 && nodes.kind === 'failed') throw makeUnreachableError(nodes.said);
  const answers = { config, controlled, nodes, queue, partitions, standing, usage: await usage, user };
  return assembled(`slurm:${cluster}`, answers, commands, cache);
}

function usageIn(text: string): Usage | undefined {
  return text.includes('Current Association Manager state') ? parseUsage(text) : undefined;
}

function configIn(text: string, cache: Cache): ClusterConfig | undefined {
  if (!/^Configuration data as of/m.test(text)) return undefined;
  const config = parseConfig(text);
  keepConfig(cache, config);
  return config;
}

interface Answers {
  readonly config: ClusterConfig | undefined;
  readonly controlled: Controlled;
  readonly nodes: SlurmReply;
  readonly queue: SlurmReply;
  readonly partitions: readonly PartitionOfSite[];
  readonly standing: Standing | undefined;
  readonly usage: Usage | undefined;
  readonly user: string;
}

async function assembled(id: string, answers: Answers, commands: SlurmCommands, cache: Cache): Promise<ClusterFacts> {
  const { config, controlled, partitions, usage, user } = answers;
  const nodes = answers.nodes.kind === 'answer' ? parseNodes(answers.nodes.stdout) : [];
  if (partitions.length > 0 && nodes.length > 0) keepHardware(cache, { partitions, nodes });
  const standing = config?.accounting === false ? undefined : answers.standing;
  const reservations = parseReservations(controlled.stdout);
  const groups = await groupsIfNeeded(commands, partitions, reservations ?? []);
  const shown = partitions.filter(({ hidden }) => !hidden);
  const who: Who = {
    user,
    accounts: (standing?.own ?? []).map(({ account }) => account),
    groups,
    qos: (standing?.own ?? []).flatMap(({ qos }) => qos),
    partitions: shown.map(({ name }) => name),
  };
  const hidesJobs = config?.hides?.includes('jobs') === true;
  // Of partitions 20.11 and 21.08 do not print what they count.
  const countsGpus = config?.countsGpus ?? partitions.some(({ gpus }) => Object.keys(gpus).length > 0);
  const load =
    answers.queue.kind === 'answer' ? parseQueueLoad(answers.queue.stdout, shown, user, countsGpus) : undefined;
  return withoutUndefined({
    id,
    atMs: nowMs(),
    fallbackTimeS: DEFAULT_TIME_S,
    partitions: shown.map((partition) => partitionFacts(partition, partitions, config)),
    nodes: describeLiveNodes(nodes, reservations, who, new Set(shown.map(({ name }) => name))),
    queue: load && (hidesJobs ? load.partitions.map(ownLoad) : load.partitions),
    ...(standing === undefined ? {} : accountsIn(standing, usage, config)),
    qos: standing?.qos && qosFacts(standing.qos, usage, load),
    limitsHold: config?.enforces && config.enforces.includes('limits'),
    accountsHold: config?.enforces && config.enforces.length > 0,
    ...(groups.length === 0 ? {} : { groups }),
    reservations: reservations?.map((each) => reservationFacts(each, who)),
    ...(config?.jobSubmit === undefined || config.jobSubmit.length === 0 ? {} : { jobSubmit: config.jobSubmit }),
    unknown: gaps({ ...answers, standing }, reservations, hidesJobs, countsGpus),
  });
}

/** What is left where jobs of others are hidden. */
function ownLoad({ partition, ownPending, ownRunning, ownGpus }: PartitionQueue): PartitionQueue {
  return { partition, ownPending, ownRunning, ownGpus };
}

/** What could not be known: one sentence each. */
function gaps(
  { config, controlled, nodes, queue, partitions, standing, usage }: Answers,
  reservations: readonly Reservation[] | undefined,
  hidesJobs: boolean,
  countsGpus: boolean,
): string[] {
  const said = controlled.said === undefined ? '' : `: ${controlled.said}`;
  const anyGpus = nodes.kind === 'answer' && /gpu:/.test(nodes.stdout);
  return [
    ...(config === undefined ? [`How the cluster is set up could not be asked${said}.`] : []),
    ...(partitions.length === 0 ? [`Partitions and their limits could not be asked${said}.`] : []),
    ...(nodes.kind === 'failed' ? [`Nodes and what is free on them could not be asked: ${nodes.said}.`] : []),
    ...(reservations === undefined ? [`Reservations could not be asked${said}.`] : []),
    ...(config?.hides?.includes('reservations') === true
      ? ['The site hides reservations of others: when nodes will be kept for some is not known.']
      : []),
    ...(queue.kind === 'failed' ? [`The queue could not be asked: ${queue.said}.`] : []),
    ...(queue.kind === 'answer' && hidesJobs ? ['The site hides jobs of others: how many wait is not known.'] : []),
    ...(anyGpus && !countsGpus && queue.kind === 'answer'
      ? ['The cluster does not count GPUs of jobs: those are taken from what jobs ask for.']
      : []),
    ...(config?.accounting === false ? ['There is no accounting here: no accounts, QOS or limits of them.'] : []),
    ...(standing?.missing.map((words) => `Accounting answered only in part: ${words}.`) ?? []),
    ...(config?.accounting !== false && usage === undefined && standing !== undefined
      ? ['What of the limits is in use could not be asked.']
      : []),
  ];
}

/** Groups are read only if they decide something; that asks only this machine. */
async function groupsIfNeeded(
  commands: SlurmCommands,
  partitions: readonly PartitionOfSite[],
  reservations: readonly Reservation[],
): Promise<readonly string[]> {
  const decide =
    partitions.some(({ allowGroups }) => allowGroups) || reservations.some(({ groups }) => groups.length > 0);
  if (!decide) return [];
  const asked = await commands.ask(['id', '-Gn']);
  return asked.kind === 'answer' ? asked.stdout.trim().split(/\s+/) : [];
}

function partitionFacts(
  partition: PartitionOfSite,
  all: readonly PartitionOfSite[],
  config: ClusterConfig | undefined,
): PartitionFacts {
  const { name, default: isDefault, state, priorityTier, exclusive } = partition;
  return withoutUndefined({
    name,
    default: isDefault,
    state: state.toLowerCase(),
    priorityTier,
    exclusive,
    maxTimeS: partition.maxTimeS,
    defaultTimeS: partition.defaultTimeS,
    maxNodes: partition.maxNodes,
    minNodes: partition.minNodes,
    preemptMode: findPreemptMode(partition, all, config?.preemptType),
    graceTimeS: partition.graceTimeS,
    allowAccounts: partition.allowAccounts,
    denyAccounts: partition.denyAccounts,
    allowQos: partition.allowQos,
    denyQos: partition.denyQos,
    allowGroups: partition.allowGroups,
    qos: partition.qos,
    wants: partition.wants,
    maxCpusPerNode: partition.maxCpusPerNode,
    maxMemPerNodeMib: partition.maxMemPerNodeMib,
    defaultMemory: config && config.countsMemory !== false ? defaultMemory(partition, config) : undefined,
    billing: partition.billing,
  });
}

/** Of CPU and node what the partition says goes before what the cluster says. */
function defaultMemory(partition: PartitionOfSite, config: ClusterConfig): DefaultMemory {
  const { defMemPerCpuMib: perCpuMib, defMemPerNodeMib: perNodeMib } = partition;
  const isOfPartition = perCpuMib !== undefined || perNodeMib !== undefined;
  return withoutUndefined({
    perGpuMib: partition.defMemPerGpuMib ?? config.defMemPerGpu,
    perCpuMib: isOfPartition ? perCpuMib : config.defMemPerCpu || undefined,
    perNodeMib: isOfPartition ? perNodeMib : config.defMemPerNode || undefined,
  });
}

function reservationFacts(reservation: Reservation, who: Who): NonNullable<ClusterFacts['reservations']>[number] {
  const { name, active, nodes, startMs, endMs } = reservation;
  return withoutUndefined({
    name,
    own: mayUse(reservation, who),
    active,
    nodes,
    ...(reservation.qos.length === 0 ? {} : { qos: listAllowed(reservation.qos, who.qos) }),
    ...(reservation.partitions.length === 0 ? {} : { partitions: listAllowed(reservation.partitions, who.partitions) }),
    startMs,
    endMs,
  });
}

function accountsIn(
  standing: Standing,
  usage: Usage | undefined,
  config: ClusterConfig | undefined,
): { readonly accounts: readonly AccountFacts[] } {
  const hasFairshare = config?.hasFairshare === true;
  return { accounts: standing.own.map((account) => accountFacts(account, standing, usage, hasFairshare)) };
}

function accountFacts(
  account: OwnAccount,
  { accounts }: Standing,
  usage: Usage | undefined,
  hasFairshare: boolean,
): AccountFacts {
  const line = getLineage(account.account, accounts).map(({ name }) => name);
  const mine = usage?.associations.find(
    (each) => each.account === account.account && each.user !== undefined && each.partition === account.partition,
  );
  const groups = (usage?.associations ?? []).filter((each) => each.user === undefined && line.includes(each.account));
  const [tightest] = [...groups, ...(mine === undefined ? [] : [mine])]
    .flatMap(({ grpGpus: { limit, used } }) => (limit === undefined ? [] : [{ limit, used }]))
    .toSorted((a, b) => a.limit - a.used - (b.limit - b.used));
  return withoutUndefined({
    name: account.account,
    default: account.isDefault,
    partition: account.partition,
    ...(line.length < 2 ? {} : { above: line.slice(1) }),
    qos: account.qos,
    defaultQos: account.defaultQos,
    fairshare: hasFairshare ? mine?.fairshare : undefined,
    maxJobs: account.maxJobs,
    maxSubmit: account.maxSubmit,
    maxWallS: account.maxWallS,
    maxGpusPerJob: parseGpuLimit(account.maxTresPerJob).any,
    grpGpus: tightest?.limit ?? parseGpuLimit(account.grpTres).any,
    grpGpusInUse: tightest?.used,
  });
}

function qosFacts(
  all: readonly QosOfSite[],
  usage: Usage | undefined,
  load: QueueLoad | undefined,
): readonly QosFacts[] {
  return all.map((qos): QosFacts => {
    const own = load && (load.ownGpus.get(qos.name) ?? {});
    const inUse = usage?.qos.find(({ name }) => name === qos.name);
    const [perUser, perJob, grp] = [
      parseGpuLimit(qos.maxTresPerUser),
      parseGpuLimit(qos.maxTresPerJob),
      parseGpuLimit(qos.grpTres),
    ];
    const perAccount = parseGpuLimit(qos.maxTresPerAccount);
    const types = new Set([perUser, perJob, perAccount, grp].flatMap(({ byType }) => Object.keys(byType)));
    const byType = [...types].map((type) => [
      type,
      withoutUndefined({
        maxGpusPerUser: perUser.byType[type],
        maxGpusPerJob: perJob.byType[type],
        maxGpusPerAccount: perAccount.byType[type],
        ownGpus: own && (own[type] ?? 0),
        accountGpus: perAccount.byType[type] === undefined ? undefined : usedBy(inUse, type),
        grpGpus: grp.byType[type],
        grpGpusInUse: inUse?.grpGpusByType[type]?.used,
      }),
    ]);
    return withoutUndefined({
      name: qos.name,
      overridesPartition: qos.flags.includes('OverPartQOS'),
      priority: qos.priority,
      maxWallS: qos.maxWallS,
      maxJobsPerUser: qos.maxJobsPerUser,
      maxSubmitPerUser: qos.maxSubmitPerUser,
      maxGpusPerUser: perUser.any,
      maxGpusPerJob: perJob.any,
      maxGpusPerAccount: perAccount.any,
      ownGpus: own && sumGpus(own),
      accountGpus: perAccount.any === undefined ? undefined : usedBy(inUse),
      grpGpus: grp.any,
      grpGpusInUse: inUse?.grpGpus.used,
      ...(byType.length === 0 ? {} : { byType: Object.fromEntries(byType) as { [type: string]: GpuTypeLimits } }),
      minGpusPerJob: parseGpuLimit(qos.minTres).any,
    });
  });
}

/** GPUs in use with a QOS, by account: of one type, or any. */
function usedBy(inUse: Usage['qos'][number] | undefined, type?: string): Record<string, number> | undefined {
  if (inUse === undefined) return undefined;
  const counts = Object.entries(inUse.accountGpus).map(
    ([account, { any, byType }]) => [account, type === undefined ? any : (byType[type] ?? 0)] as const,
  );
  return Object.fromEntries(counts);
}
