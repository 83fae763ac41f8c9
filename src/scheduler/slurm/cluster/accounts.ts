import type { AccountDescription, QosDescription } from '../../scheduler.ts';
import { withoutUndefined } from '../../../core/value.ts';
import { userName } from '../../../system/index.ts';
import { parseUsage, usageArgv, type AssociationUse, type Usage } from '../parse/associations.ts';
import type { Cache } from '../ask/cache.ts';
import type { SlurmReply, SlurmCommands } from '../ask/commands.ts';
import { parseLimitSeconds } from '../parse/times.ts';

/** One account that this user may charge. An absent limit means no limit. */
export interface OwnAccount extends Omit<AccountDescription, 'name' | 'default'> {
  readonly account: string;
  readonly isDefault: boolean;
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

export interface SlurmQos extends QosDescription {
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
  return withoutUndefined({
    account,
    partition,
    isDefault,
    qos: [],
    maxJobs: maxJobs.limit,
    maxSubmit: maxSubmit.limit,
    maxWallS,
  });
}

function factsOf({ account, parent, grpSubmit }: AssociationUse): SlurmAccount {
  return withoutUndefined({ name: account, parent, grpSubmit: grpSubmit.limit });
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
    ([account = '', partition = '', qos = '', defaultQos = '', jobs = '', submit = '', wall = '', ...tres]) =>
      withoutUndefined({
        account,
        partition: partition || undefined,
        isDefault: defaults.has(account),
        qos: qos === '' ? [] : qos.split(',').map((name) => name.replace(/^\+/, '')),
        defaultQos: defaultQos || undefined,
        maxJobs: whole(jobs),
        maxSubmit: whole(submit),
        maxWallS: parseLimitSeconds(wall),
        maxTresPerJob: tres[0] || undefined,
        grpTres: tres[1] || undefined,
      }),
  );
}

const QOS_FIELDS =
  'name,flags,maxwall,maxjobspu,maxsubmitpu,maxsubmitpa,grpsubmit,maxtrespu,grptres,maxtres,mintres,priority,maxtrespa';

/** Reads what `sacctmgr -nP show qos` printed. */
export function parseQos(text: string): SlurmQos[] {
  return rows(text, 9).map(([name = '', flags = '', wall = '', jobs = '', submit = '', submitPa = '', ...rest]) =>
    withoutUndefined({
      name,
      flags: flags === '' ? [] : flags.split(','),
      maxWallS: parseLimitSeconds(wall),
      maxJobsPerUser: whole(jobs),
      maxSubmitPerUser: whole(submit),
      maxSubmitPerAccount: whole(submitPa),
      grpSubmit: whole(rest[0] ?? ''),
      maxTresPerUser: rest[1] || undefined,
      grpTres: rest[2] || undefined,
      maxTresPerJob: rest[3] || undefined,
      minTres: rest[4] || undefined,
      priority: whole(rest[5] ?? ''),
      maxTresPerAccount: rest[6] || undefined,
    }),
  );
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
