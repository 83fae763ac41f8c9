import { withoutUndefined } from '../../../core/value.ts';
/** A limit and what of it is in use; without a limit only the latter. */
export interface Used {
  readonly limit?: number;
  readonly used: number;
}

/** An association of a user with an account, or an account itself, as the controller has it. */
export interface AssociationUse {
  readonly account: string;
  /** Absent: this is the account, whose limits hold for all its users together. */
  readonly user?: string;
  readonly partition?: string;
  /** Of an account: the one above it. */
  readonly parent?: string;
  /** The account of a user who names none. */
  readonly isDefault: boolean;
  /** Jobs in the queue, of all users below it. */
  readonly grpSubmit: Used;
  /** Jobs in the queue of one user. */
  readonly maxSubmit: Used;
  readonly maxJobs: Used;
  readonly maxWallS?: number;
  /** GPUs that all jobs below it have. */
  readonly grpGpus: Used;
  /** Of the user in the account, 0 to 1. */
  readonly fairshare?: number;
}

/** What of the limits of a QOS is in use. */
export interface QosUse {
  readonly name: string;
  readonly grpSubmit: Used;
  /** GPUs that all jobs with it have. */
  readonly grpGpus: Used;
  /** The same of single types. */
  readonly grpGpusByType: Readonly<Record<string, Used>>;
  /** By user, until 22.05 by uid; those who have no job in it may be missing. */
  readonly perUser: Readonly<Record<string, Used>>;
  readonly perAccount: Readonly<Record<string, Used>>;
  /** GPUs in use, by account. */
  readonly accountGpus: Readonly<Record<string, AccountGpus>>;
}

/** GPUs in use: of any, and of single types. */
export interface AccountGpus {
  readonly any: number;
  readonly byType: Readonly<Record<string, number>>;
}

export interface Usage {
  readonly associations: readonly AssociationUse[];
  readonly qos: readonly QosUse[];
}

/** Asks the controller, which needs no database for it. Groups of other users are hidden on some sites. */
export function usageArgv(
  user: string,
  flags: 'assoc' | 'assoc,qos',
  qos: readonly string[] = [],
): readonly [string, ...string[]] {
  const chosen = qos.length === 0 ? [] : [`qos=${qos.join(',')}`];
  return ['scontrol', '-o', 'show', 'assoc_mgr', `users=${user}`, ...chosen, `flags=${flags}`];
}

/** Reads what {@link usageArgv} printed. */
export function parseUsage(text: string): Usage {
  const records = text.split(/^(?=ClusterName=|QOS=)/m);
  return {
    associations: records.flatMap((record) => (record.startsWith('ClusterName=') ? [associationOf(record)] : [])),
    qos: records.flatMap((record) => (record.startsWith('QOS=') ? [qosOf(record)] : [])),
  };
}

function associationOf(record: string): AssociationUse {
  const value = (key: string): string | undefined => {
    const found = new RegExp(`(?:^|\\s)${key}=(\\S+)`).exec(record)?.[1];
    return found?.replace(/\(\d+\)$/, '');
  };
  const user = value('UserName');
  const partition = value('Partition');
  const parent = value('ParentAccount');
  const minutes = Number(value('MaxWallPJ') ?? NaN);
  const fairshare = Number(value('SharesRaw/Norm/Level/Factor')?.split('/')[3] ?? NaN);
  return withoutUndefined({
    account: value('Account') ?? '',
    user,
    partition,
    parent,
    isDefault: user !== undefined && value('DefAssoc') === 'Yes',
    grpSubmit: usedIn(record, 'GrpSubmitJobs'),
    maxSubmit: usedIn(record, 'MaxSubmitJobs'),
    maxJobs: usedIn(record, 'MaxJobs'),
    ...(Number.isFinite(minutes) ? { maxWallS: minutes * 60 } : {}),
    grpGpus: gpusUsedIn(record),
    ...(Number.isFinite(fairshare) ? { fairshare } : {}),
  });
}

function qosOf(record: string): QosUse {
  const [before = '', afterAccounts = ''] = record.split(/\bAccount Limits\b/);
  const [accounts = '', users = ''] = afterAccounts.split(/\bUser Limits\b/);
  return {
    name: /^QOS=([^(\s]+)/.exec(record)?.[1] ?? '',
    grpSubmit: usedIn(before, 'GrpSubmitJobs'),
    grpGpus: gpusUsedIn(before),
    grpGpusByType: typedGpusUsedIn(before),
    perUser: usedByName(users, 'MaxSubmitJobsPU'),
    perAccount: usedByName(accounts, 'MaxSubmitJobsPA'),
    accountGpus: Object.fromEntries(blocksOf(accounts).map(([name, inner]) => [name, accountGpusIn(inner)])),
  };
}

/** What this user has of a limit for each user. */
export function findOwnUse({ perUser }: QosUse, user: string, uid: number): Used | undefined {
  return perUser[user] ?? perUser[String(uid)];
}

/** ` sheaf1(1000)={MaxJobsPU=4(0) … MaxSubmitJobsPU=20(3) …}` */
function usedByName(text: string, key: string): Record<string, Used> {
  return Object.fromEntries(blocksOf(text).map(([name, inner]) => [name, usedIn(inner, key)]));
}

/** What stands for each user or account; behind the name of a user is the uid since 23.02. */
function blocksOf(text: string): (readonly [name: string, inner: string])[] {
  return [...text.matchAll(/([^\s={}]+)\s*=?\s*\{([^}]*)\}/g)].map(
    ([, name = '', inner = '']) => [name.replace(/\(\d+\)$/, ''), inner] as const,
  );
}

function accountGpusIn(inner: string): AccountGpus {
  const byType = Object.entries(typedGpusUsedIn(inner, 'MaxTRESPA')).map(([type, { used }]) => [type, used] as const);
  return { any: gpusUsedIn(inner, 'MaxTRESPA').used, byType: Object.fromEntries(byType) };
}

/** Of all that a group has: `GrpTRES=cpu=N(8),…,gres/gpu=6(2),gres/gpu:a100=2(1)`. */
function gpusUsedIn(record: string, key = 'GrpTRES'): Used {
  return usedIn(tresOf(record, key), 'gres/gpu');
}

function typedGpusUsedIn(record: string, key = 'GrpTRES'): Record<string, Used> {
  const entries = [...tresOf(record, key).matchAll(/(?:^|\s)gres\/gpu:([^=\s]+)=(\d+|N)\((\d+)\)/g)];
  return Object.fromEntries(entries.map(([, type = '', limit, used]) => [type, usedOf(limit, used)]));
}

function tresOf(record: string, key: string): string {
  return (new RegExp(`(?:^|\\s)${key}=(\\S+)`).exec(record)?.[1] ?? '').replaceAll(',', ' ');
}

/** `30(12)`: 12 of 30. `N(12)`: no limit. */
function usedIn(text: string, key: string): Used {
  const [, limit, used] = new RegExp(`(?:^|\\s)${key}=(\\d+|N)\\((\\d+)\\)`).exec(text) ?? [];
  return usedOf(limit, used);
}

function usedOf(limit: string | undefined, used: string | undefined): Used {
  return { ...(limit === undefined || limit === 'N' ? {} : { limit: Number(limit) }), used: Number(used ?? 0) };
}
