import { formatDuration } from '../../core/units.ts';
import { withoutUndefined } from '../../core/value.ts';
import { countAccessGpusLeft } from '../offers/allowed.ts';
import { isFreeNow } from '../offers/free.ts';
import type { Candidate } from '../job/job.ts';
import type { Forecast } from '../forecast.ts';
import { computeHitRate, type Settled } from '../track-record/settled.ts';
import { CONFIDENCE, computeMinimumSamples } from './binomial.ts';
import { selectLikeWaits, selectTellingWaits, type LikeWaits } from './likeness.ts';
import type { PastWait } from '../../core/cluster/past-wait.ts';
import type { WaitingJob } from './waiting-job.ts';
import { listMoments, type Moments } from './queue.ts';
import { replayWaits, type Replay } from './replay.ts';
import { computeCoverage } from './coverage.ts';

/** Slurm reads its queue at least at this interval: its cycles of 30 s, and a start. Assumed if nothing was measured. */
const NOW_P50_S = 60;
const NOW_P90_S = 300;
/** What a scheduler calls now when it is asked. */
const ABOUT_NOW_S = 60;
/** What is added to a scheduler's own estimate, with its double: it does not know of jobs that come later. Assumed. */
const TEST_ONLY_MARGIN_S = 600;
/** A p90 cannot be bounded with the confidence of 95 % from fewer. */
const LEAST = computeMinimumSamples(0.9);
/** What the level is learned from; more is slow, and long ago. */
const MOST = 500;

/** What is known of how long jobs wait on a cluster. */
export interface WaitKnowledge {
  /** Of this cluster, in any order; those that wait still too. */
  readonly waits: readonly PastWait[];
  readonly nowMs: number;
  /** Forecasts of waits that were given before, and what happened. */
  readonly pastForecasts?: readonly Settled[];
  /** What kept waits from being known, in words: no accounting, … */
  readonly noWaits?: string;
}

/** What the scheduler said of one job: when it would start, milliseconds since 1970, or why it would not take it. */
export interface Told {
  readonly startMs?: number;
  /** It was asked of a job there that wants more: this one starts no later. */
  readonly ofLarger?: boolean;
  readonly refused?: string;
}

export interface WaitQuestion extends WaitKnowledge {
  readonly candidate: Candidate;
  readonly testOnlyStartMs?: number;
}

/** The forecast for one candidate; see {@link waitForecaster}. */
export function waitForecast({ candidate, testOnlyStartMs, ...known }: WaitQuestion): Forecast {
  return waitForecaster(known)(candidate, testOnlyStartMs === undefined ? {} : { startMs: testOnlyStartMs });
}

/**
 * How long jobs would wait: minutes if the place is free and no job waits, otherwise bounds from the waits of similar jobs,
 * beside the scheduler's own estimate, otherwise unknown. Its p50 and p90 are calibrated: of past forecasts made in this way
 * half, and nine of ten, held. What is alike is gone through once for all candidates.
 */
export function waitForecaster(known: WaitKnowledge): (candidate: Candidate, told?: Told) => Forecast {
  const { nowMs } = known;
  const telling = selectTellingWaits(known.waits, nowMs);
  const histories = new Map<string, History>();
  const queues = new Map<string, Moments>();
  const historyOf = (candidate: Candidate): History => {
    const job = waitingJob(candidate);
    const like = selectLikeWaits(telling, job, { nowMs, least: LEAST });
    const key = `${like.words} ${job.gpuType ?? ''}`;
    const place = like.elsewhere ? '' : `${job.partition} ${job.gpuType ?? ''}`;
    const moments = queues.get(place) ?? listMoments(like.queue, nowMs);
    queues.set(place, moments);
    const history = histories.get(key) ?? fromHistory(known, like, moments);
    histories.set(key, history);
    return history;
  };
  return (candidate, told = {}) => {
    const forecast = uncheckedForecast(candidate, told, nowMs, () => historyOf(candidate));
    const hitRate = computeHitRate(known.pastForecasts ?? [], forecast.kind);
    return hitRate === undefined ? forecast : { ...forecast, hitRate };
  };
}

function uncheckedForecast(
  candidate: Candidate,
  { startMs, refused, ofLarger = false }: Told,
  nowMs: number,
  historyOf: () => History,
): Forecast {
  if (refused !== undefined)
    return { kind: 'unknown', basis: `the scheduler would not take it: ${refused}`, samples: 0 };
  const limit = limitReached(candidate);
  if (limit !== undefined) return { kind: 'unknown', basis: limit, samples: 0 };
  const history = historyOf();
  const { here, elsewhere = 0 } = candidate.offer.pendingBefore ?? {};
  const plannedS = startMs === undefined ? undefined : Math.max(0, startMs - nowMs) / 1000;
  const isNow = plannedS !== undefined && plannedS <= ABOUT_NOW_S;
  // Slurm's plan for a single job leaves out those that wait in other partitions for the same nodes (seen with 24.11).
  const toldS = isNow && elsewhere > 0 ? undefined : plannedS;
  const first = elsewhere === 0 && (here === 0 || isNow);
  if (first && isFreeNow(candidate) === true) return startsNow(candidate, history);
  if (history.kind === 'known') return toldS === undefined ? ofHistory(history) : ofBoth(history, toldS, ofLarger);
  if (toldS !== undefined) return ofTestOnly(toldS, ofLarger);
  return { kind: 'unknown', basis: history.why, samples: history.samples };
}

/** A limit that own jobs have used up says nothing of when they end: no number then. */
function limitReached({ access, gpus }: Candidate): string | undefined {
  if (access === undefined || countAccessGpusLeft(access) >= gpus) return undefined;
  const { qos, account, gpusInUse = 0, maxGpusPerUser = 0 } = access;
  const where = qos === undefined ? `account ${account}` : `QOS ${qos}`;
  return `you have ${gpusInUse} of the ${maxGpusPerUser} GPUs that ${where} allows: it waits for jobs of your own`;
}

function waitingJob({ offer, gpus, timeLimitS, access }: Candidate): WaitingJob {
  const { partition, gpuType } = offer;
  return { partition, gpus, ...withoutUndefined({ gpuType, timeLimitS, account: access?.account }) };
}

interface KnownHistory {
  readonly kind: 'known';
  readonly p50S: number;
  readonly p90S: number;
  readonly sureS?: number;
  readonly samples: number;
  readonly words: string;
  /** It has the same partition, and no job waits there now. */
  readonly quiet: boolean;
}

type History = KnownHistory | { readonly kind: 'unknown'; readonly why: string; readonly samples: number };

function fromHistory({ nowMs, noWaits }: WaitKnowledge, like: LikeWaits, moments: Moments): History {
  const newest = like.waits.slice(-MOST);
  const [half, most] = [0.5, 0.9].map((q) => replayWaits(newest, q, nowMs, moments)) as [Replay, Replay];
  if (half.boundS === undefined || most.boundS === undefined) {
    const few = `${most.samples} past waits are known, and ${LEAST} are needed`;
    return { kind: 'unknown', why: noWaits ?? few, samples: most.samples };
  }
  if (most.waiting > 0 && most.unlike) {
    const why = `others wait now, and too few jobs ${like.words} came behind others before: ${LEAST} are needed`;
    return { kind: 'unknown', why, samples: most.samples };
  }
  return {
    kind: 'known',
    p50S: Math.min(half.boundS, most.boundS),
    p90S: most.boundS,
    ...(most.sureS === undefined ? {} : { sureS: most.sureS }),
    samples: most.samples,
    words: historyWords(like.words, most),
    quiet: most.waiting === 0 && !like.elsewhere,
  };
}

function historyWords(alike: string, replay: Replay): string {
  const held = computeCoverage(replay.replayed);
  const proof =
    held === undefined
      ? ''
      : `; such a p90 would have held for ${Math.round(held.covered * 100)} % of ${held.of} before`;
  return `from the last ${replay.samples} waits of jobs ${alike}${sureWords(replay)}${proof}`;
}

function sureWords({ sureS }: Replay): string {
  return sureS === undefined
    ? ''
    : `; with ${Math.round(CONFIDENCE * 100)} % confidence 9 of 10 start within ${formatDuration(sureS)}`;
}

/** Those that came to an empty queue may have found no room: their waits count only if they are shorter. */
function startsNow({ gpus, offer }: Candidate, history: History): Forecast {
  const isFirst = offer.pendingBefore?.here === 0;
  const why = isFirst ? 'no job waits ahead of it' : 'the scheduler would start it before the jobs that wait';
  const free = `${gpus === 0 ? 'resources are free' : 'GPUs are free'} now and ${why}`;
  const known = history.kind === 'known' && history.quiet && history.p90S < NOW_P90_S;
  if (known) {
    const { p50S, p90S, samples, words } = history;
    return { kind: 'now', p50S: Math.min(p50S, NOW_P50_S), p90S, samples, basis: `${free}; ${words}` };
  }
  const basis = `${free}; sheaf assumes that the scheduler starts it within a minute, at most 5`;
  return { kind: 'now', p50S: NOW_P50_S, p90S: NOW_P90_S, samples: 0, basis };
}

function ofHistory({ p50S, p90S, sureS, samples, words }: KnownHistory): Forecast {
  return { kind: 'history', p50S, p90S, ...(sureS === undefined ? {} : { p90SureS: sureS }), samples, basis: words };
}

/** The median of the two, with the upper bound of the history. */
function ofBoth(history: KnownHistory, toldS: number, ofLarger: boolean): Forecast {
  const p50S = (history.p50S + toldS) / 2;
  return {
    ...ofHistory(history),
    kind: 'mixed',
    p50S,
    p90S: Math.max(history.p90S, p50S),
    basis: `between ${formatDuration(history.p50S)} ${history.words}, and ${planWords(toldS, ofLarger)}`,
  };
}

function ofTestOnly(toldS: number, ofLarger: boolean): Forecast {
  const basis = `${planWords(toldS, ofLarger)}, from time limits and without jobs that come later; the p90, twice that and 10 minutes, is an assumption`;
  // What could start at once takes as long as where it is free.
  return {
    kind: 'test_only',
    p50S: Math.max(toldS, NOW_P50_S),
    p90S: 2 * toldS + TEST_ONLY_MARGIN_S,
    samples: 0,
    basis,
  };
}

function planWords(toldS: number, ofLarger: boolean): string {
  return `${toldS < NOW_P50_S ? 'less than a minute' : formatDuration(toldS)} that Slurm itself plans${ofLarger ? ' for a job there that asks for more' : ''}`;
}
