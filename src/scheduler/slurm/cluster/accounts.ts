import { userName } from '../../../system/index.ts';
import { parseUsage, usageArgv, type AssociationUse, type Usage } from '../parse/associations.ts';
import type { Cache } from '../ask/cache.ts';
import type { SlurmReply, SlurmCommands } from '../ask/commands.ts';
import { withDefined } from '../parse/given.ts';
import { parseLimitSeconds } from '../parse/times.ts';

/** One account that this user may charge. An absent limit means no limit. */
export interface OwnAccount {
  readonly account: string;
  /** It may be charged in this partition alone. */
  readonly partition?: string;
  readonly isDefault: boolean;
  readonly qos: readonly string[];
  readonly defaultQos?: string;
  /** Jobs that run at once. */
  readonly maxJobs?: number;
  /** Jobs in the queue. */
  readonly maxSubmit?: number;
  readonly maxWallS?: number;
  /** What one job may have, as Slurm writes it: `gres/gpu=4`. */
  readonly maxTresPerJob?: string;
  readonly grpTres?: string;
}

/** An account and the one above it. */
export interface SlurmAccount {
  readonly name: string;
  readonly parent?: string;
  /** Jobs in the queue, of all its users. */
  readonly grpSubmit?: number;
}

export interface SlurmQos {
  readonly name: string;
  readonly flags: readonly string[];
  readonly maxWallS?: number;
  readonly maxJobsPerUser?: number;
  readonly maxSubmitPerUser?: number;
  readonly maxSubmitPerAccount?: number;
  readonly grpSubmit?: number;
  /** What one user may have at once, as Slurm writes it: `gres/gpu=4`. */
  readonly maxTresPerUser?: string;
  readonly grpTres?: string;
  readonly maxTresPerJob?: string;
  /** What one account may have at once. */
  readonly maxTresPerAccount?: string;
  /** What a job must ask for at least. */
  readonly minTres?: string;
  readonly priority?: number;
}

/** What accounting has about this user. */
export interface Standing {
  readonly own: readonly OwnAccount[];
  /** As far as they may be seen. */
  readonly accounts: readonly SlurmAccount[];
  /** Undefined: it could not be asked. */
  readonly qos?: readonly SlurmQos[];
  /** What could not be asked, in words. */
  readonly missing: readonly string[];
}

/** Limits are changed now and then, and Slurm decides on each submission. */
const MAX_AGE_MS = 600_000;
/** A database that is down may be up again. */
const MAX_AGE_OF_PART_MS = 60_000;

/**
 * What accounting has about this user on one cluster, for the database may serve several; if it does not answer, what
 * the controller knows.
 *
 * @param known what the controller was asked for already
 * @param fresh what is kept does not do
 */
export async function askAccountStanding(
  commands: SlurmCommands,
  cache: Cache,
  cluster: string,
  known?: Promise<Usage | undefined>,
  fresh: boolean = false,
): Promise<Standing> {
  const kept =
    cache.read<Standing>('accounts', MAX_AGE_MS) ?? cache.read<Standing>('accounts-partly', MAX_AGE_OF_PART_MS);
  if (kept !== undefined && !fresh) return kept;
  const [usage, associations, qos] = await Promise.all([
    known ?? commands.ask(usageArgv(userName(), 'assoc')).then(usageOf),
    commands.ask(['sacctmgr', '-nP', 'show', 'assoc', `user=${userName()}`, `cluster=${cluster}`, ASSOCIATION_FORMAT]),
    commands.ask(['sacctmgr', '-nP', 'show', 'qos', `format=${QOS_FIELDS}`]),
  ]);
  const silent = usage === undefined ? ['the controller does not report associations'] : [];
  const failed = [...silent, ...[associations, qos].flatMap((asked) => (asked.kind === 'failed' ? [asked.said] : []))];
  const seen = usage?.associations ?? [];
  const standing: Standing = {
    own:
      associations.kind === 'answer'
        ? parseOwnAccounts(associations.stdout, seen)
        : seen.flatMap((each) => (each.user === undefined ? [] : [ownOfController(each)])),
    accounts: seen.flatMap((each) => (each.user === undefined ? [factsOf(each)] : [])),
    ...(qos.kind === 'answer' ? { qos: parseQos(qos.stdout) } : {}),
    missing: [...new Set(failed)],
  };
  cache.write(failed.length === 0 ? 'accounts' : 'accounts-partly', standing);
  return standing;
}

function usageOf(asked: SlurmReply): Usage | undefined {
  return asked.kind === 'answer' ? parseUsage(asked.stdout) : undefined;
}

function ownOfController({ account, partition, isDefault, maxJobs, maxSubmit, maxWallS }: AssociationUse): OwnAccount {
  return {
    account,
    ...withDefined('partition', partition),
    isDefault,
    qos: [],
    ...withDefined('maxJobs', maxJobs.limit),
    ...withDefined('maxSubmit', maxSubmit.limit),
    ...withDefined('maxWallS', maxWallS),
  };
}

function factsOf({ account, parent, grpSubmit }: AssociationUse): SlurmAccount {
  return { name: account, ...withDefined('parent', parent), ...withDefined('grpSubmit', grpSubmit.limit) };
}

const ASSOCIATION_FORMAT = 'format=account,partition,qos,defaultqos,maxjobs,maxsubmit,maxwall,maxtres,grptres';

/**
 * Reads what `sacctmgr -nP show assoc` printed: limits of accounts above are in its rows, too.
 *
 * @param seen what the controller has, which knows the default account
 */
export function parseOwnAccounts(text: string, seen: readonly AssociationUse[]): OwnAccount[] {
  const defaults = new Set(
    seen.flatMap(({ user, isDefault, account }) => (user !== undefined && isDefault ? [account] : [])),
  );
  const found = rows(text, 7);
  // The only one that there is a job is charged to.
  const [sole, ...others] = new Set(found.map(([account = '']) => account));
  if (sole !== undefined && others.length === 0) defaults.add(sole);
  return found.map(
    ([account = '', partition = '', qos = '', defaultQos = '', jobs = '', submit = '', wall = '', ...tres]) => ({
      account,
      ...withDefined('partition', partition || undefined),
      isDefault: defaults.has(account),
      qos: qos === '' ? [] : qos.split(',').map((name) => name.replace(/^\+/, '')),
      ...withDefined('defaultQos', defaultQos || undefined),
      ...withDefined('maxJobs', whole(jobs)),
      ...withDefined('maxSubmit', whole(submit)),
      ...withDefined('maxWallS', parseLimitSeconds(wall)),
      ...withDefined('maxTresPerJob', tres[0] || undefined),
      ...withDefined('grpTres', tres[1] || undefined),
    }),
  );
}

const QOS_FIELDS =
  'name,flags,maxwall,maxjobspu,maxsubmitpu,maxsubmitpa,grpsubmit,maxtrespu,grptres,maxtres,mintres,priority,maxtrespa';

/** Reads what `sacctmgr -nP show qos` printed. */
export function parseQos(text: string): SlurmQos[] {
  return rows(text, 9).map(([name = '', flags = '', wall = '', jobs = '', submit = '', submitPa = '', ...rest]) => ({
    name,
    flags: flags === '' ? [] : flags.split(','),
    ...withDefined('maxWallS', parseLimitSeconds(wall)),
    ...withDefined('maxJobsPerUser', whole(jobs)),
    ...withDefined('maxSubmitPerUser', whole(submit)),
    ...withDefined('maxSubmitPerAccount', whole(submitPa)),
    ...withDefined('grpSubmit', whole(rest[0] ?? '')),
    ...withDefined('maxTresPerUser', rest[1] || undefined),
    ...withDefined('grpTres', rest[2] || undefined),
    ...withDefined('maxTresPerJob', rest[3] || undefined),
    ...withDefined('minTres', rest[4] || undefined),
    ...withDefined('priority', whole(rest[5] ?? '')),
    ...withDefined('maxTresPerAccount', rest[6] || undefined),
  }));
}

function rows(text: string, columns: number): string[][] {
  return text
    .split('\n')
    .map((line) => line.split('|'))
    .filter((fields) => fields.length >= columns && fields[0] !== '');
}

function whole(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : undefined;
}
