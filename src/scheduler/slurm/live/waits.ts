import { withoutUndefined } from '../../../core/value.ts';
import type { PastWait } from '../../../core/cluster/past-wait.ts';
import { nowMs, userName } from '../../../system/index.ts';
import type { PastWaits } from '../../scheduler.ts';
import type { Cache } from '../ask/cache.ts';
import type { SlurmCommands } from '../ask/commands.ts';
import { sumGpus } from '../parse/gres.ts';
import { parseTresGpus } from '../parse/partitions.ts';
import { isOwnLimit } from '../parse/reasons.ts';
import { ACCOUNT_SEPARATOR } from '../parse/sacct.ts';
import { interpretState } from '../parse/states.ts';
import { formatLocalTime, parseTimeMs } from '../parse/times.ts';

/** Understood by every Slurm since 20.11; `Planned` would say it shorter, and was `Reserved` before 23.02. */
const FIELDS = [
  'JobID',
  'Partition',
  'State',
  'Submit',
  'Eligible',
  'Start',
  'TimelimitRaw',
  'ReqTRES',
  'AllocTRES',
  'Account',
  'User',
  'Reason',
] as const;

type Row = { readonly [F in (typeof FIELDS)[number]]: string };

/** The newest are enough; busy sites have a hundred thousand a week. */
const MOST = 20_000;
const MINUTE_S = 60;
/** What waits were a week ago says little of now; how they are changes within minutes. */
const WINDOW_MS = 7 * 24 * 3_600_000;
const AGE_MS = 10 * 60_000;

/** One question for how long jobs of all users waited, kept for all commands of this user on this host. */
export async function askRecentWaits(commands: SlurmCommands, cache: Cache): Promise<PastWaits> {
  const kept = cache.read<PastWaits>('waits', AGE_MS);
  if (kept !== undefined) return kept;
  const waits = await askWaits(commands, nowMs() - WINDOW_MS);
  if (waits.kind !== 'failed') cache.write('waits', waits);
  return waits;
}

/** @param sinceMs milliseconds since 1970: of jobs that were in the queue or ran after that */
async function askWaits(commands: SlurmCommands, sinceMs: number): Promise<PastWaits> {
  const form = ['-n', '-P', '-X', '-D', '-a', '--delimiter', ACCOUNT_SEPARATOR, '-o', FIELDS.join(',')];
  const asked = await commands.ask(['sacct', ...form, '-S', formatLocalTime(sinceMs), '-E', 'now']);
  if (asked.kind === 'answer') return { kind: 'answer', ...parseWaits(asked.stdout, userName()) };
  if (/accounting storage is disabled/i.test(asked.said)) return { kind: 'none' };
  return { kind: 'failed', said: asked.said };
}

/** Reads what `sacct` printed. A job that was requeued has a row for each time that it waited. */
export function parseWaits(
  text: string,
  user: string,
): { readonly waits: readonly PastWait[]; readonly onlyOwn: boolean } {
  const rows = text.split('\n').flatMap((line): Row[] => {
    const cells = line.split(ACCOUNT_SEPARATOR);
    return cells.length < FIELDS.length
      ? []
      : [Object.fromEntries(FIELDS.map((field, i) => [field, cells[i] ?? ''])) as Row];
  });
  const waits = rows.flatMap((row) => waitOf(row) ?? []).toSorted((a, b) => a.eligibleMs - b.eligibleMs);
  return { waits: waits.slice(-MOST), onlyOwn: rows.length > 0 && rows.every(({ User }) => User === user) };
}

/** Undefined: its wait says nothing of the queue. */
function waitOf(row: Row): PastWait | undefined {
  const [submitMs, eligibleMs, startMs] = [parseTimeMs(row.Submit), parseTimeMs(row.Eligible), parseTimeMs(row.Start)];
  // What it depended on, was held for or was to begin after is over when it is eligible; a requeue submits it again.
  if (eligibleMs === undefined || isOwnLimit(row.Reason)) return undefined;
  const sinceMs = Math.max(eligibleMs, submitMs ?? eligibleMs);
  // One that was cancelled before it started would have waited longer, by an unknown time.
  if (startMs === undefined && interpretState(row.State).kind !== 'pending') return undefined;
  if (startMs !== undefined && startMs < sinceMs) return undefined;
  const tres = row.AllocTRES || row.ReqTRES;
  return withoutUndefined({
    eligibleMs: sinceMs,
    startMs,
    partition: row.Partition,
    gpuType: gpuType(tres),
    gpus: sumGpus(parseTresGpus(tres)),
    timeLimitS: limitS(row.TimelimitRaw),
    account: row.Account,
    submission: submissionOf(row, tres),
  });
}

/** Tasks of an array, and equal jobs of one user within a second: a loop of `sbatch`. */
function submissionOf({ JobID, User, Submit, Partition, TimelimitRaw }: Row, tres: string): string {
  const [, array] = /^(\d+)_/.exec(JobID) ?? [];
  return array === undefined ? [User, Submit, Partition, TimelimitRaw, tres].join(' ') : `${array} ${Submit}`;
}

function gpuType(tres: string): string | undefined {
  return /(?:^|,)gres\/gpu:([^=,]+)=/.exec(tres)?.[1];
}

function limitS(minutes: string): number | undefined {
  return /^\d+$/.test(minutes) ? Number(minutes) * MINUTE_S : undefined;
}
