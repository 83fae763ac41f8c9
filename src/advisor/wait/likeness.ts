import type { PastWait } from '../../core/cluster/past-wait.ts';
import { selectFirstOfEach, type WaitingJob } from './waiting-job.ts';

const HOUR_S = 3600;
const HOUR_MS = 1000 * HOUR_S;
const WEEK_HOURS = 168;

/** What jobs have in common, from what matters most; the last is given up first. */
const TRAITS: readonly Trait[] = [
  {
    words: ({ partition }) => `in ${partition}`,
    alike: (past, job) => past.partition === job.partition && sameType(past, job),
  },
  {
    words: (job) => gpuBucket(job.gpus),
    alike: (past, job) => past.gpus !== undefined && gpuBucket(past.gpus) === gpuBucket(job.gpus),
  },
  {
    words: ({ timeLimitS }) => (timeLimitS === undefined ? undefined : limitBucket(timeLimitS)),
    alike: (past, { timeLimitS }) =>
      timeLimitS === undefined ||
      (past.timeLimitS !== undefined && limitBucket(past.timeLimitS) === limitBucket(timeLimitS)),
  },
  {
    // The fairshare that others had then cannot be asked for; jobs of one account have had about the same.
    words: ({ account }) => (account === undefined ? undefined : `account ${account}`),
    alike: (past, { account }) => account === undefined || past.account === account,
  },
  {
    words: () => 'this hour of the week',
    alike: (past, _job, nowMs) => {
      // What waits now is before this job, whenever it came.
      if (past.startMs === undefined) return true;
      const apart = Math.abs(hourOfWeek(past.eligibleMs) - hourOfWeek(nowMs));
      return Math.min(apart, WEEK_HOURS - apart) <= 1;
    },
  },
];

interface Trait {
  /** Undefined: the job does not say. */
  readonly words: (job: WaitingJob) => string | undefined;
  readonly alike: (past: PastWait, job: WaitingJob, nowMs: number) => boolean;
}

/**
 * A site may have several types in a partition; where either has no name, the partition decides. Accounting has them in
 * lower case, whatever nodes call theirs.
 */
function sameType(past: PastWait, job: WaitingJob): boolean {
  return !past.gpuType || !job.gpuType || past.gpuType.toLowerCase() === job.gpuType.toLowerCase();
}

/** 0, 1, 2-3, 4-7, 8 and more GPUs wait differently. */
function gpuBucket(gpus: number): string {
  if (gpus === 0) return 'no GPU';
  if (gpus === 1) return '1 GPU';
  if (gpus <= 3) return '2 to 3 GPUs';
  if (gpus <= 7) return '4 to 7 GPUs';
  return gpus === 8 ? '8 GPUs' : 'more than 8 GPUs';
}

/** Backfill fills holes shorter than the next reservation: short limits start earlier. */
const LIMITS: readonly (readonly [hours: number, words: string])[] = [
  [1, 'limits up to 1 h'],
  [4, 'limits of 1 to 4 h'],
  [12, 'limits of 4 to 12 h'],
  [24, 'limits of 12 to 24 h'],
  [72, 'limits of 1 to 3 days'],
];

function limitBucket(seconds: number): string {
  return LIMITS.find(([hours]) => seconds <= hours * HOUR_S)?.[1] ?? 'limits of more than 3 days';
}

function hourOfWeek(ms: number): number {
  return Math.floor(ms / HOUR_MS) % WEEK_HOURS;
}

export interface LikeWaits {
  /** Those that waited and those that wait still, by the time they could have started. */
  readonly waits: readonly PastWait[];
  /** All of the same partition: those are waited for, too. */
  readonly queue: readonly PastWait[];
  /** What they have in common with the job, in words. */
  readonly words: string;
  /** There are too few of its partition: these are of all. */
  readonly elsewhere: boolean;
}

/** Waits in the order in which they began, each submission once, without what is stuck. */
export function selectTellingWaits(waits: readonly PastWait[], nowMs: number): readonly PastWait[] {
  return withoutStuck(selectFirstOfEach(waits.toSorted((a, b) => a.eligibleMs - b.eligibleMs)), nowMs);
}

/**
 * The past waits of the jobs most like this one that are enough: as many traits in common as leave at least `least` that
 * have started. If too few are left without any trait, all there are.
 *
 * @param telling as {@link selectTellingWaits} gives them
 */
export function selectLikeWaits(
  telling: readonly PastWait[],
  job: WaitingJob,
  { nowMs, least }: { readonly nowMs: number; readonly least: number },
): LikeWaits {
  let alike = telling;
  let found: LikeWaits | undefined;
  for (let common = 1; common <= TRAITS.length; common += 1) {
    const [traits, trait] = [TRAITS.slice(0, common), TRAITS[common - 1]];
    alike = alike.filter((past) => trait?.alike(past, job, nowMs) ?? true);
    const started = alike.filter(({ startMs }) => startMs !== undefined && startMs <= nowMs).length;
    if (started < least) break;
    const words = traits.flatMap(({ words: each }) => each(job) ?? []).join(', ');
    found = { waits: alike, queue: found?.queue ?? alike, words, elsewhere: false };
  }
  const words = `in all partitions, as there are too few in ${job.partition}`;
  return found ?? { waits: telling, queue: telling, words, elsewhere: true };
}

/**
 * Without what waits twice as long as anything ever did, and for more than an hour: for a limit, most likely, which
 * accounting does not list jobs that have not started, or not at all any more.
 */
function withoutStuck(waits: readonly PastWait[], nowMs: number): PastWait[] {
  const longestMs = waits.reduce((most, { eligibleMs, startMs = 0 }) => Math.max(most, startMs - eligibleMs), HOUR_MS);
  return waits.filter(({ eligibleMs, startMs }) => startMs !== undefined || nowMs - eligibleMs <= 2 * longestMs);
}
