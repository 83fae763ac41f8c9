import type { Resources } from '../../../core/settings/settings.ts';
import { type ClusterConfig, askClusterConfig } from './config.ts';
import { askInventory, type SlurmInventory } from './facts.ts';
import { getAccount, getQos, listPartitionNames, findPartitions } from './shape.ts';
import { userId, userName } from '../../../system/index.ts';
import { askAccountStanding, type OwnAccount, type SlurmQos, type Standing } from './accounts.ts';
import { findOwnUse, parseUsage, usageArgv, type Usage, type Used } from '../parse/associations.ts';
import type { Cache } from '../ask/cache.ts';
import type { SlurmCommands } from '../ask/commands.ts';

/** One limit of how many jobs may be in the queue, and how to see what of it is in use. */
interface SubmitLimit {
  readonly limit: number;
  readonly usage: (usage: Usage) => Used | undefined;
}

/**
 * How many more tasks may be submitted: the least that a limit leaves. Infinity if none is known. Without limits
 * nothing is asked beyond what is kept; with one the controller, which counts the jobs of others, too.
 *
 * @param inUse own jobs in the queue, for when the controller does not tell what is in use
 */
export async function submitRoom(
  commands: SlurmCommands,
  cache: Cache,
  resources: Resources,
  inUse: () => Promise<number>,
): Promise<number> {
  const { accounting, cluster, enforces } = await askClusterConfig(commands, cache);
  if (!accounting || enforces?.includes('limits') === false) return Infinity;
  const facts = await askInventory(commands, cache);
  const standing = facts?.standing ?? (await askAccountStanding(commands, cache, cluster));
  const partitionQos = findPartitions(resources, facts?.partitions ?? []).flatMap(({ qos }) => qos ?? []);
  const names = listQosOfJob(resources, standing, partitionQos);
  const limits = submitLimits(resources, standing, names);
  if (limits.length === 0) return Infinity;
  const asked = await commands.ask(usageArgv(userName(), 'assoc,qos', names));
  if (asked.kind === 'failed') {
    const least = Math.min(...limits.map(({ limit }) => limit));
    return Math.max(0, least - (await inUse()));
  }
  return roomIn(limits, parseUsage(asked.stdout));
}

function roomIn(limits: readonly SubmitLimit[], usage: Usage): number {
  const rooms = limits.map(({ limit, usage: usageOf }) => {
    const now = usageOf(usage);
    return (now?.limit ?? limit) - (now?.used ?? 0);
  });
  return Math.max(0, Math.min(Infinity, ...rooms));
}

/** The account that a job is charged to; undefined when there is none. */
export function findAccount(resources: Resources, { own }: Standing): OwnAccount | undefined {
  const name = getAccount(resources) ?? own.find(({ isDefault }) => isDefault)?.account;
  const rows = own.filter(({ account }) => account === name);
  const partitions = listPartitionNames(resources) ?? [];
  const ofPartition = rows.find(({ partition }) => partition !== undefined && partitions.includes(partition));
  return ofPartition ?? rows.find(({ partition }) => partition === undefined) ?? rows[0];
}

/** The QOS that a job has, first the one whose limits go before. */
export function listQosOfJob(resources: Resources, standing: Standing, ofPartitions: readonly string[]): string[] {
  const account = findAccount(resources, standing);
  const sole = account?.qos.length === 1 ? account.qos[0] : undefined;
  const own = getQos(resources) ?? account?.defaultQos ?? sole ?? 'normal';
  const isFirst = standing.qos?.find(({ name }) => name === own)?.flags.includes('OverPartQOS') ?? false;
  return [...new Set(isFirst ? [own, ...ofPartitions] : [...ofPartitions, own])];
}

/**
 * The limits that hold: for each kind that of the first QOS that has one; only if none has, those of the
 * association and of the accounts above it.
 */
function submitLimits(resources: Resources, standing: Standing, names: readonly string[]): SubmitLimit[] {
  const account = findAccount(resources, standing);
  const qos = names.flatMap((name) => standing.qos?.find((each) => each.name === name) ?? []);
  const user = userName();
  const group = firstOf(
    qos,
    ({ grpSubmit }) => grpSubmit,
    (usage) => usage.grpSubmit,
  );
  const perUser = firstOf(
    qos,
    ({ maxSubmitPerUser }) => maxSubmitPerUser,
    (usage) => findOwnUse(usage, user, userId()),
  );
  const perAccount = firstOf(
    qos,
    ({ maxSubmitPerAccount }) => maxSubmitPerAccount,
    (usage) => usage.perAccount[account?.account ?? ''],
  );
  const ofUser = perUser === undefined && perAccount === undefined ? associationLimit(account, user) : undefined;
  const ofGroups = group === undefined && account !== undefined ? groupLimits(account.account, standing) : [];
  return [group, perUser, perAccount, ofUser, ...ofGroups].filter((limit) => limit !== undefined);
}

function firstOf(
  qos: readonly SlurmQos[],
  limitOf: (qos: SlurmQos) => number | undefined,
  usedOf: (usage: Usage['qos'][number]) => Used | undefined,
): SubmitLimit | undefined {
  const first = qos.find((each) => limitOf(each) !== undefined);
  const limit = first && limitOf(first);
  if (first === undefined || limit === undefined) return undefined;
  const usage: SubmitLimit['usage'] = (now) => {
    const found = now.qos.find(({ name }) => name === first.name);
    return found && usedOf(found);
  };
  return { limit, usage };
}

function associationLimit(account: OwnAccount | undefined, user: string): SubmitLimit | undefined {
  if (account?.maxSubmit === undefined) return undefined;
  const usage: SubmitLimit['usage'] = ({ associations }) =>
    associations.find(
      (each) => each.account === account.account && each.user === user && each.partition === account.partition,
    )?.maxSubmit;
  return { limit: account.maxSubmit, usage };
}

/** Of an account and all above it. */
function groupLimits(account: string, { accounts }: Standing): SubmitLimit[] {
  return getLineage(account, accounts).flatMap(({ name, grpSubmit }) =>
    grpSubmit === undefined
      ? []
      : [
          {
            limit: grpSubmit,
            usage: ({ associations }) =>
              associations.find((each) => each.account === name && each.user === undefined)?.grpSubmit,
          },
        ],
  );
}

/** An account and those above it, as far as they may be seen. */
export function getLineage(account: string, accounts: Standing['accounts']): Standing['accounts'][number][] {
  const chain: Standing['accounts'][number][] = [];
  for (let name: string | undefined = account; name !== undefined;) {
    const found: Standing['accounts'][number] | undefined = accounts.find((each) => each.name === name);
    if (found === undefined || chain.includes(found)) break;
    chain.push(found);
    name = found.parent;
  }
  return chain;
}

/** How long a job may run by accounting, and what says so. */
export interface WallLimit {
  readonly seconds: number;
  /** `QOS limited`, `account lab_a`. */
  readonly of: string;
}

/** The limit of the first QOS that has one, otherwise of the account; undefined if limits are not enforced or unknown. */
export function findWallLimit(
  resources: Resources,
  { partitions, standing }: SlurmInventory,
  { enforces }: ClusterConfig,
): WallLimit | undefined {
  if (standing === undefined || enforces?.includes('limits') !== true) return undefined;
  const ofPartitions = findPartitions(resources, partitions).flatMap(({ qos }) => qos ?? []);
  for (const name of listQosOfJob(resources, standing, ofPartitions)) {
    const seconds = standing.qos?.find((qos) => qos.name === name)?.maxWallS;
    if (seconds !== undefined) return { seconds, of: `QOS ${name}` };
  }
  const account = findAccount(resources, standing);
  return account?.maxWallS === undefined ? undefined : { seconds: account.maxWallS, of: `account ${account.account}` };
}
