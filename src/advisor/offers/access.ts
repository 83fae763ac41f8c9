import { withoutUndefined } from '../../core/value.ts';
import type {
  AccessProbe,
  AccountFacts,
  ClusterFacts,
  GpuTypeLimits,
  PartitionFacts,
  QosFacts,
} from '../../core/cluster/cluster-facts.ts';
import type { Access } from '../offer.ts';

/** Who may come into a partition, as far as it is known. */
export interface PartitionAccess {
  /** Undefined: not known. Empty: none of this user's accounts. */
  readonly accounts?: readonly Access[];
  /** No account is needed. */
  readonly isForAll?: boolean;
  /** The fewest GPUs of a job there, over all ways in. */
  readonly minGpus?: number;
  /** Why nobody of this user's gets in. */
  readonly why?: string;
  readonly notes: readonly string[];
}

/**
 * The ways into a partition for GPUs of one type (undefined: without GPUs), from the settings: groups, accounts and QOS
 * that it lets in, associations for it alone, and the limits that hold then. As in Slurm, of each kind of limit that of
 * the partition's QOS holds, then that of the job's QOS (first, where that QOS overrides the partition), then that of
 * the account (Slurm's resource_limits.html).
 */
export function describeAccess(
  partition: PartitionFacts,
  facts: ClusterFacts,
  gpuType: string | undefined,
): PartitionAccess {
  const group = groupRefusal(partition, facts);
  if (group !== undefined) return { accounts: [], why: group, notes: [] };
  const partitionQos = qosNamed(facts, partition.qos);
  if (facts.accounts === undefined || (facts.accountsHold === false && isForAll(partition))) {
    const minGpus = facts.limitsHold === false ? undefined : partitionQos?.minGpusPerJob;
    return { ...probedEntry(partition, facts), ...(minGpus === undefined ? {} : { minGpus }) };
  }
  const ways = waysInto(partition, facts);
  const accounts = ways.map((way) => accessBy(way, partition, partitionQos, facts, gpuType));
  const least = ways.map((way) => limitsIn(way, partitionQos, facts)((qos) => qos.minGpusPerJob) ?? 0);
  const minGpus = least.length === 0 ? (partitionQos?.minGpusPerJob ?? 0) : Math.min(...least);
  return {
    ...withProbes(partition, facts, accounts),
    ...(minGpus > 0 && facts.limitsHold !== false ? { minGpus } : {}),
    ...(accounts.length === 0 ? { why: whyNone(partition, facts) } : {}),
  };
}

function isForAll({ allowAccounts, denyAccounts, allowQos }: PartitionFacts): boolean {
  return allowAccounts === undefined && denyAccounts === undefined && allowQos === undefined;
}

function groupRefusal({ allowGroups }: PartitionFacts, { groups }: ClusterFacts): string | undefined {
  if (allowGroups === undefined || groups === undefined || groups.some((name) => allowGroups.includes(name)))
    return undefined;
  return `for members of ${allowGroups.join(', ')}`;
}

interface Way {
  readonly account: AccountFacts;
  /** Undefined: not known which. */
  readonly qos?: string;
  readonly isDefaultQos: boolean;
}

function waysInto(partition: PartitionFacts, { accounts = [] }: ClusterFacts): Way[] {
  const { name, allowAccounts, denyAccounts, allowQos, denyQos } = partition;
  const forIt = accounts.filter((account) => account.partition === name);
  const names = new Set(forIt.map((account) => account.name));
  // An association for this partition goes before that for all.
  const rows = [...forIt, ...accounts.filter((account) => account.partition === undefined && !names.has(account.name))];
  return rows
    .filter((row) => allowAccounts === undefined || isIn(allowAccounts, row))
    .filter((row) => denyAccounts === undefined || allowAccounts !== undefined || !isIn(denyAccounts, row))
    .flatMap((account): Way[] => {
      if (account.qos.length === 0) return [{ account, isDefaultQos: true }];
      const preset = defaultQosOf(account);
      return [...account.qos]
        .toSorted((a, b) => Number(b === preset) - Number(a === preset))
        .filter((qos) => allowQos === undefined || allowQos.includes(qos))
        .filter((qos) => denyQos === undefined || allowQos !== undefined || !denyQos.includes(qos))
        .map((qos) => ({ account, qos, isDefaultQos: qos === preset }));
    });
}

/** A list of accounts means those below them, too (slurm.conf: such a list is hierarchical). */
function isIn(list: readonly string[], { name, above = [] }: AccountFacts): boolean {
  return [name, ...above].some((each) => list.includes(each));
}

/** The QOS of a job that names none. */
function defaultQosOf({ qos, defaultQos }: AccountFacts): string {
  return defaultQos ?? (qos.length === 1 ? (qos[0] ?? 'normal') : 'normal');
}

function qosNamed({ qos = [] }: ClusterFacts, name: string | undefined): QosFacts | undefined {
  return name === undefined ? undefined : qos.find((each) => each.name === name);
}

/** Gives for a kind of limit the one that holds among the QOS of a way in; undefined: none of them has one. */
function limitsIn(
  { qos }: Way,
  ofPartition: QosFacts | undefined,
  facts: ClusterFacts,
): <T>(limit: (qos: QosFacts) => T | undefined) => T | undefined {
  const ofJob = qosNamed(facts, qos);
  const order = ofJob?.overridesPartition === true ? [ofJob, ofPartition] : [ofPartition, ofJob];
  return (limit) => {
    for (const each of order) {
      const value = each && limit(each);
      if (value !== undefined) return value;
    }
    return undefined;
  };
}

function accessBy(
  way: Way,
  partition: PartitionFacts,
  ofPartition: QosFacts | undefined,
  facts: ClusterFacts,
  gpuName = '',
): Access {
  const gpuType = gpuName.toLowerCase();
  const { account, qos, isDefaultQos } = way;
  const base: Access = withoutUndefined({
    account: account.name,
    qos,
    default: account.default && isDefaultQos,
    ...(isDefaultQos ? { defaultQos: true } : {}),
    basis: 'settings',
    fairshare: account.fairshare,
  });
  if (facts.limitsHold === false) return base;
  const first = limitsIn(way, ofPartition, facts);
  const maxWallS = least(first(({ maxWallS: wall }) => wall) ?? account.maxWallS, partition.maxTimeS);
  const maxJobs = first(({ maxJobsPerUser }) => maxJobsPerUser) ?? account.maxJobs;
  const perJob = first((each) => each.maxGpusPerJob) ?? account.maxGpusPerJob;
  const perJobOfType = first((each) => each.byType?.[gpuType]?.maxGpusPerJob);
  const shared = sharedLimits(way, first, gpuType).toSorted((a, b) => left(a) - left(b));
  const [together] = shared;
  const mostOfJob = least(perJob, perJobOfType, ...shared.map(({ limit }) => limit));
  return {
    ...base,
    ...(maxWallS === undefined ? {} : { maxWallS }),
    ...(maxJobs === undefined ? {} : { maxJobs }),
    ...(mostOfJob === undefined ? {} : { maxGpusPerJob: mostOfJob }),
    ...(together === undefined ? {} : { maxGpusPerUser: together.limit }),
    ...(together?.used === undefined ? {} : { gpusInUse: together.used }),
  };
}

/** GPUs of several jobs together. */
interface Shared {
  readonly limit: number;
  /** Undefined: not known. */
  readonly used: number | undefined;
}

function left({ limit, used = 0 }: Shared): number {
  return limit - used;
}

/** Limits of GPUs of one user, of all of a QOS and of all of an account; those of a type count GPUs of that type alone. */
function sharedLimits({ account }: Way, first: ReturnType<typeof limitsIn>, gpuType: string): Shared[] {
  const shared = (limit: number | undefined, used: number | undefined): Shared | undefined =>
    limit === undefined ? undefined : { limit, used };
  const ofType = <T>(limit: (limits: GpuTypeLimits) => T | undefined): T | undefined =>
    first(({ byType }) => byType?.[gpuType] && limit(byType[gpuType]));
  // What an account has none of is not listed.
  const ofAccount = ({ maxGpusPerAccount, accountGpus }: QosFacts | GpuTypeLimits): Shared | undefined =>
    shared(maxGpusPerAccount, accountGpus && (accountGpus[account.name] ?? 0));
  return [
    first(({ maxGpusPerUser, ownGpus }) => shared(maxGpusPerUser, ownGpus)),
    ofType(({ maxGpusPerUser, ownGpus }) => shared(maxGpusPerUser, ownGpus)),
    first(ofAccount),
    ofType(ofAccount),
    first(({ grpGpus, grpGpusInUse }) => shared(grpGpus, grpGpusInUse)) ??
      shared(account.grpGpus, account.grpGpusInUse),
    ofType(({ grpGpus, grpGpusInUse }) => shared(grpGpus, grpGpusInUse)),
  ].filter((each) => each !== undefined);
}

function least(...limits: readonly (number | undefined)[]): number | undefined {
  const given = limits.filter((limit) => limit !== undefined);
  return given.length === 0 ? undefined : Math.min(...given);
}

function whyNone({ allowAccounts, denyAccounts, allowQos, denyQos }: PartitionFacts, facts: ClusterFacts): string {
  if (facts.accounts?.length === 0) return 'you have no account on this cluster';
  if (allowAccounts !== undefined && !(facts.accounts ?? []).some((account) => isIn(allowAccounts, account))) {
    return `for ${accountWords(allowAccounts)} alone`;
  }
  if (allowQos !== undefined) return `for the QOS ${allowQos.join(', ')} alone`;
  if (denyQos !== undefined) return `not for the QOS ${denyQos.join(', ')}`;
  if (denyAccounts !== undefined) return `not for ${accountWords(denyAccounts)}`;
  return 'none of your accounts is for it';
}

function accountWords(names: readonly string[]): string {
  return `the account${names.length === 1 ? '' : 's'} ${names.join(', ')}`;
}

/** If the settings name nobody: what the scheduler answered to test submissions. */
function probedEntry(partition: PartitionFacts, facts: ClusterFacts): PartitionAccess {
  const probes = probesOf(partition, facts);
  const said = probes.find(({ allowed }) => allowed === false)?.said;
  const allowed = probes.filter((probe) => probe.allowed === true);
  if (allowed.length > 0 || said === undefined) {
    const isJudged = facts.jobSubmit !== undefined && allowed.length === 0;
    const needsNone = facts.accountsHold === false && isForAll(partition) && !isJudged;
    return { notes: wantsGpu(probes), ...(needsNone ? { isForAll: true } : {}) };
  }
  return { accounts: [], why: `Slurm says: ${said}`, notes: [] };
}

/** A program of the site may refuse what the settings allow: its word counts, where it was asked. */
function withProbes(partition: PartitionFacts, facts: ClusterFacts, accounts: readonly Access[]): PartitionAccess {
  const probes = probesOf(partition, facts);
  const judged = accounts.flatMap((access): Access[] => {
    const tried = probes.filter(({ account }) => account === undefined || account === access.account);
    if (tried.every(({ allowed }) => allowed === undefined)) return [access];
    return tried.some(({ allowed }) => allowed === true) ? [{ ...access, basis: 'probed' }] : [];
  });
  const refused =
    accounts.length > 0 && judged.length === 0 ? probes.find(({ said }) => said !== undefined)?.said : undefined;
  const unsure = accounts.length > 0 && probes.length === 0 && facts.jobSubmit !== undefined;
  return {
    accounts: judged,
    ...(refused === undefined ? {} : { why: `Slurm says: ${refused}` }),
    notes: [
      ...wantsGpu(probes),
      ...(unsure ? ['the site judges jobs by a program of its own: sheaf partitions --probe asks it'] : []),
    ],
  };
}

function probesOf({ name }: PartitionFacts, { probes = [] }: ClusterFacts): readonly AccessProbe[] {
  return probes.filter(({ partition }) => partition === name);
}

/** With a GPU it lets in, without one it does not. */
function wantsGpu(probes: readonly AccessProbe[]): string[] {
  const wants =
    probes.some(({ gpu, allowed }) => gpu && allowed === true) &&
    probes.some(({ gpu, allowed }) => !gpu && allowed === false);
  return wants ? ['wants a GPU'] : [];
}
