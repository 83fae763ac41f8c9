import { REASON_TEXTS, REASON_WORDS, type PendingKind, type Reason } from './reason-words.ts';

/** Why a job is pending, for people. */
export interface PendingWords {
  /** A clause: `waits for free resources`. */
  readonly words: string;
  /** It will not start unless someone does something. */
  readonly stuck: boolean;
  /** Someone holds it. */
  readonly held: boolean;
}

/** What a limit is of, by how the rest of its name begins: `QOSMaxGRESPerUser` → GPUs. */
const OF: readonly (readonly [RegExp, string])[] = [
  [/^GRES/i, 'GPU'],
  [/^CPU/i, 'CPU'],
  [/^Mem/, 'memory'],
  [/^Node/, 'node'],
  [/^(?:Wall|WCLimit)/, 'time'],
  [/^Submit/, 'submitted job'],
  [/^Job/, 'job'],
  [/^Billing/, 'billing unit'],
  [/^Energy/, 'energy'],
  [/^BB/, 'burst buffer'],
  [/^License/, 'license'],
];

/** Why a job is pending. @param reason as `squeue` prints it (`%r`) */
export function describePending(reason: string): PendingWords | undefined {
  if (isNone(reason)) return undefined;
  const [kind, words] = meaning(reason);
  return { words: `${words} (${reason})`, stuck: kind === 'stuck', held: kind === 'held' };
}

/** What a job waits for. @param reason as `squeue` prints it (`%r`), or accounting has it */
export function classifyPending(reason: string): PendingKind {
  return isNone(reason) ? 'queue' : meaning(reason)[0];
}

/**
 * Whether it waits for a limit of its user, account or QOS, a spent budget, the throttle of its array, or for ever: how
 * long says nothing of the queue.
 */
export function isOwnLimit(reason: string): boolean {
  const kind = classifyPending(reason);
  return kind === 'limit' || kind === 'budget' || kind === 'stuck';
}

/**
 * Whether a job that is submitted now comes behind it: it waits for its turn or for room. Of an array whose tasks wait
 * for different reasons, `squeue` prints them all with commas.
 */
export function isInQueue(reason: string): boolean {
  const reasons = /^\w+(?:,\w+)+$/.test(reason) ? reason.split(',') : [reason];
  return reasons.some((each) => classifyPending(each) === 'queue');
}

function isNone(reason: string): boolean {
  return reason === '' || reason === '(null)' || reason === 'None';
}

function meaning(reason: string): Reason {
  return REASON_WORDS[reason] ?? textMeaning(reason) ?? limitMeaning(reason) ?? ['queue', 'waits'];
}

function textMeaning(reason: string): Reason | undefined {
  return REASON_TEXTS.find(([pattern]) => pattern.test(reason))?.[1];
}

/**
 * A limit that is used up frees itself; one that a single job exceeds does not; a budget that is spent has to be renewed.
 *
 * Names are built as Assoc|QOS, Grp|Max|Min, what, and for whom; those for accounts, and of minutes that running jobs have
 * left, are of a QOS and do not say so (`MaxGRESPerAccount`). See Slurm's job_reason_codes.
 */
function limitMeaning(reason: string): Reason | undefined {
  const [all, prefix = 'QOS', sort, what = ''] = /^(Assoc|QOS)?(Grp|Max|Min)(\w+)$/.exec(reason) ?? [];
  if (all === undefined) return undefined;
  const owner = prefix === 'QOS' ? 'QOS' : 'account';
  const of = OF.find(([pattern]) => pattern.test(what))?.[1];
  if (sort === 'Min') return ['stuck', `asks for less ${amount(of, 'of a resource')} than its ${owner} demands`];
  if (/RunMin/.test(what)) {
    return ['limit', `waits until ${whose(what, owner)} have fewer ${minutes(of)} left, as its ${owner} demands`];
  }
  if (sort === 'Max' && /PerJob|PerNode|Wall|WCLimit/.test(what)) {
    const asked = /Minutes/.test(what) ? minutes(of) : amount(of, 'of a resource');
    return [
      'stuck',
      `asks for more ${asked} than its ${owner} permits for one ${/PerNode/.test(what) ? 'node' : 'job'}`,
    ];
  }
  if (sort === 'Grp' && /Minutes|Wall/.test(what)) {
    return ['budget', `waits because its ${owner} has spent its budget of ${/Wall/.test(what) ? 'time' : minutes(of)}`];
  }
  return ['limit', `waits for the limit of ${amount(of)} that its ${owner} sets${whom(sort, what)}`];
}

/** Whose running jobs count. */
function whose(what: string, owner: string): string {
  if (/PerUser/.test(what)) return 'your running jobs';
  return `running jobs of its ${/PerAccount/.test(what) ? 'account' : owner}`;
}

function whom(sort: string | undefined, what: string): string {
  if (sort === 'Grp') return ' for all';
  if (/PerAccount/.test(what)) return ' for its account';
  return /PerUser|Jobs?Limit$/.test(what) ? ' for you' : '';
}

const UNCOUNTED: ReadonlySet<string> = new Set(['memory', 'time', 'energy', 'burst buffer']);

/** `GPUs`, `memory`. */
function amount(of: string | undefined, unknown: string = 'a resource'): string {
  if (of === undefined) return unknown;
  return UNCOUNTED.has(of) ? of : `${of}s`;
}

/** `GPU minutes`. */
function minutes(of: string | undefined): string {
  return of === undefined ? 'minutes of a resource' : `${of.replace(' unit', '')} minutes`;
}
