import type { AccountFacts, ClusterFacts, GpuTypeLimits, QosFacts } from '../../core/cluster/cluster-facts.ts';
import { compareTexts } from '../../core/text/compare-texts.ts';
import { withoutUndefined } from '../../core/value.ts';
import type { Offer } from '../offer.ts';

/** What a limit counts: GPUs of all jobs of the user, of one account, of all together or of one job; jobs; seconds of a job. */
export type LimitedThing =
  | 'gpus_of_user'
  | 'gpus_of_account'
  | 'gpus_of_all'
  | 'gpus_of_job'
  | 'running_jobs'
  | 'jobs_in_queue'
  | 'seconds_of_job';

/** A limit that holds for jobs of a user. */
export interface OwnLimit {
  /** Who sets it. */
  readonly by: 'account' | 'qos';
  /** Of the account or the QOS. */
  readonly name: string;
  /** An account's limit there alone. */
  readonly partition?: string;
  readonly of: LimitedThing;
  /** Of `gpus_of_account`. */
  readonly account?: string;
  /** GPUs of this type alone; absent: of all. */
  readonly gpuType?: string;
  readonly limit: number;
  /** Of what several jobs share; undefined: not known, or a limit of one job. */
  readonly inUse?: number;
}

/**
 * The limits of a user's accounts, of the QOS that these may name, and of those of partitions that let the user in. Empty:
 * there are none, or the cluster does not enforce them. Undefined: they are not known.
 */
export function listOwnLimits(facts: ClusterFacts, offers: readonly Offer[]): OwnLimit[] | undefined {
  const { accounts, limitsHold, accountsHold, qos, partitions } = facts;
  if (limitsHold === false || (accounts === undefined && accountsHold === false)) return [];
  if (accounts === undefined || qos === undefined) return undefined;
  const open = new Set(offers.flatMap(({ partition, accounts: ways }) => (ways?.length === 0 ? [] : [partition])));
  const names = new Set([
    ...accounts.flatMap((account) => account.qos),
    ...partitions.flatMap((partition) => (open.has(partition.name) ? (partition.qos ?? []) : [])),
  ]);
  const own = new Set(accounts.map(({ name }) => name));
  return [
    ...accounts.flatMap(limitsOfAccount),
    ...qos
      .filter(({ name }) => names.has(name))
      .toSorted((a, b) => compareTexts(a.name, b.name))
      .flatMap((each) => limitsOfQos(each, own)),
  ];
}

type Counted = Pick<OwnLimit, 'of' | 'account' | 'gpuType' | 'inUse'> & { readonly limit: number };

function counted(
  of: LimitedThing,
  limit: number | undefined,
  inUse?: number,
  parts: Pick<OwnLimit, 'account' | 'gpuType'> = {},
): Counted[] {
  return limit === undefined ? [] : [withoutUndefined({ of, limit, inUse, ...parts })];
}

function limitsOfAccount({ name, partition, ...account }: AccountFacts): OwnLimit[] {
  const all = [
    ...counted('gpus_of_all', account.grpGpus, account.grpGpusInUse),
    ...counted('gpus_of_job', account.maxGpusPerJob),
    ...counted('running_jobs', account.maxJobs),
    ...counted('jobs_in_queue', account.maxSubmit),
    ...counted('seconds_of_job', account.maxWallS),
  ];
  return all.map((each) => withoutUndefined({ by: 'account' as const, name, partition, ...each }));
}

function limitsOfQos(qos: QosFacts, own: ReadonlySet<string>): OwnLimit[] {
  const all = [
    ...limitsOfGpus(qos, own),
    ...Object.entries(qos.byType ?? {}).flatMap(([gpuType, limits]) => limitsOfGpus(limits, own, gpuType)),
    ...counted('running_jobs', qos.maxJobsPerUser),
    ...counted('jobs_in_queue', qos.maxSubmitPerUser),
    ...counted('seconds_of_job', qos.maxWallS),
  ];
  return all.map((each) => ({ by: 'qos' as const, name: qos.name, ...each }));
}

function limitsOfGpus(limits: GpuTypeLimits, own: ReadonlySet<string>, gpuType?: string): Counted[] {
  const type = withoutUndefined({ gpuType });
  // What an account has none of is not listed.
  const usedBy = (account: string): number | undefined =>
    limits.accountGpus === undefined ? undefined : (limits.accountGpus[account] ?? 0);
  return [
    ...counted('gpus_of_user', limits.maxGpusPerUser, limits.ownGpus, type),
    ...[...own].flatMap((account) =>
      counted('gpus_of_account', limits.maxGpusPerAccount, usedBy(account), { account, ...type }),
    ),
    ...counted('gpus_of_all', limits.grpGpus, limits.grpGpusInUse, type),
    ...counted('gpus_of_job', limits.maxGpusPerJob, undefined, type),
  ];
}
