import { formatDuration } from '../../core/units.ts';
import { memoize } from '../../core/text/memoize.ts';
import { withoutUndefined } from '../../core/value.ts';
import { countAccessGpusLeft } from '../offers/allowed.ts';
import { isFreeNow } from '../offers/free.ts';
import type { Candidate } from '../job/job.ts';
import type { Forecast } from '../forecast.ts';
import { computeHitRate, computePlanRate, type Settled } from '../track-record/settled.ts';
import { selectQueue, selectTellingWaits, type Queue } from './queues.ts';
import type { PastWait } from '../../core/cluster/past-wait.ts';
import { formatSizeClass, type WaitingJob } from './waiting-job.ts';
import { LEAST_WAITS, replayWaits, SHORT_RECORD, type Prediction, type Replay } from './replay.ts';
import { judgeBounds } from './judge-bounds.ts';

/** Slurm reads its queue at least at this interval: its cycles of 30 s, and a start. Assumed if nothing was measured. */
const NOW_P50_S = 60;
const NOW_P90_S = 300;
/** What a scheduler calls now when it is asked. */
const ABOUT_NOW_S = 60;
/** What is added to a scheduler's own estimate, with its double: it does not know of jobs that come later. Assumed. */
const TEST_ONLY_MARGIN_S = 600;

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
 * How long jobs would wait: minutes if the place is free and no job waits, otherwise bounds from the past of its queue,
 * beside the scheduler's own estimate, otherwise unknown. Each queue is gone through once for all candidates.
 */
export function waitForecaster(known: WaitKnowledge): (candidate: Candidate, told?: Told) => Forecast {
  const { nowMs, pastForecasts = [], noWaits } = known;
  const telling = selectTellingWaits(known.waits, nowMs);
  const everywhere = memoize(
    () => '',
    () => replayWaits(telling, nowMs),
  );
  const pastOf = memoize(placeOf, (job: WaitingJob): QueuePast => {
    const queue = selectQueue(telling, job);
    return { queue, replay: queue.elsewhere ? everywhere(undefined) : replayWaits(queue.waits, nowMs) };
  });
  const planRate = computePlanRate(pastForecasts);
  return (candidate, told = {}) => {
    const job = waitingJob(candidate);
    const forecast = uncheckedForecast(candidate, told, { nowMs, planRate }, () =>
      getHistory(job, pastOf(job), noWaits),
    );
    const hitRate = computeHitRate(pastForecasts, forecast.kind);
    return hitRate === undefined ? forecast : { ...forecast, hitRate };
  };
}

function placeOf({ partition, gpuType = '' }: WaitingJob): string {
  return `${partition} ${gpuType.toLowerCase()}`;
}

function uncheckedForecast(
  candidate: Candidate,
  { startMs, refused, ofLarger = false }: Told,
  { nowMs, planRate }: { readonly nowMs: number; readonly planRate: Forecast['hitRate'] },
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
  const plan = toldS === undefined ? undefined : { toldS, ofLarger, rate: planRate };
  if (history.kind === 'known') return plan === undefined ? ofHistory(history) : ofBoth(history, plan);
  if (plan !== undefined) return ofTestOnly(plan);
  return { kind: 'unknown', basis: history.why, samples: history.samples };
}

/** A limit that own jobs have used up says nothing of when they end: no number then. */
function limitReached({ access, gpus }: Candidate): string | undefined {
  if (access === undefined || countAccessGpusLeft(access) >= gpus) return undefined;
  const { qos, account, gpusInUse = 0, maxGpusPerUser = 0 } = access;
  const where = qos === undefined ? `account ${account}` : `QOS ${qos}`;
  return `you have ${gpusInUse} of the ${maxGpusPerUser} GPUs that ${where} allows: it waits for jobs of your own`;
}

function waitingJob({ offer: { partition, gpuType }, gpus, timeLimitS }: Candidate): WaitingJob {
  return { partition, gpus, ...withoutUndefined({ gpuType, timeLimitS }) };
}

interface KnownHistory {
  readonly kind: 'known';
  readonly p50S: number;
  readonly p90S: number;
  readonly samples: number;
  readonly words: string;
  /** It has the same partition, and no job waits there now. */
  readonly quiet: boolean;
}

type History = KnownHistory | { readonly kind: 'unknown'; readonly why: string; readonly samples: number };

interface QueuePast {
  readonly queue: Queue;
  readonly replay: Replay;
}

function getHistory(job: WaitingJob, { queue, replay }: QueuePast, noWaits: string | undefined): History {
  const { known: samples, waiting } = replay;
  const prediction = replay.predict(job, queue.ownKnown);
  if (prediction === undefined) {
    const few = `${samples} past waits are known, and ${LEAST_WAITS} are needed`;
    const behind = `others wait now, and too few jobs ${queue.words} came behind others before: ${LEAST_WAITS} are needed`;
    return { kind: 'unknown', why: noWaits ?? (samples < LEAST_WAITS ? few : behind), samples };
  }
  const [p50S, , p90S] = prediction.boundsS;
  const words = historyWords(job, prediction, { queue, replay });
  return { kind: 'known', p50S, p90S, samples: prediction.samples, words, quiet: waiting === 0 && !queue.elsewhere };
}

function historyWords(job: WaitingJob, { from, samples }: Prediction, { queue, replay }: QueuePast): string {
  const alike = [
    queue.words,
    ...(from === 'size' ? [formatSizeClass(job.gpus)] : []),
    ...(from === 'all' ? [] : [replay.waiting > 0 ? 'that came behind others' : 'that came when no job waited']),
  ].join(' ');
  return [`from the last ${samples} waits of jobs ${alike}`, ...shortWords(queue), ...proofWords(replay)].join('; ');
}

function shortWords({ ownKnown }: Queue): string[] {
  return ownKnown < SHORT_RECORD ? [`a short record of ${ownKnown} waits, for which the p90 is widened`] : [];
}

function proofWords({ replayed }: Replay): string[] {
  const judged = judgeBounds(
    replayed.map(({ waitS, boundsS: [, , boundS] }) => ({ waitS, boundS })),
    0.9,
  );
  if (judged === undefined) return [];
  return [`such a p90 would have held for ${Math.round(judged.covered * 100)} % of ${judged.of} before`];
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

function ofHistory({ p50S, p90S, samples, words }: KnownHistory): Forecast {
  return { kind: 'history', p50S, p90S, samples, basis: words };
}

/** When the scheduler itself plans to start the job. */
interface Plan {
  /** Seconds from now. */
  readonly toldS: number;
  /** It plans for a job there that wants more. */
  readonly ofLarger: boolean;
  /** How many such plans held here; undefined: too few are known. */
  readonly rate: Forecast['hitRate'];
}

/** The median of the two, with the upper bound of the history. */
function ofBoth(history: KnownHistory, plan: Plan): Forecast {
  const p50S = (history.p50S + plan.toldS) / 2;
  return {
    ...ofHistory(history),
    kind: 'mixed',
    p50S,
    p90S: Math.max(history.p90S, p50S),
    plannedS: plan.toldS,
    basis: `between ${formatDuration(history.p50S)} ${history.words}, and ${planWords(plan)}`,
  };
}

function ofTestOnly(plan: Plan): Forecast {
  const { toldS } = plan;
  const basis = `${planWords(plan)}, from time limits and without jobs that come later; the p90, twice that and 10 minutes, is an assumption`;
  // What could start at once takes as long as where it is free.
  return {
    kind: 'test_only',
    p50S: Math.max(toldS, NOW_P50_S),
    p90S: 2 * toldS + TEST_ONLY_MARGIN_S,
    plannedS: toldS,
    samples: 0,
    basis,
  };
}

function planWords({ toldS, ofLarger, rate }: Plan): string {
  const held = rate === undefined ? '' : ` (${rate.held} of ${rate.of} such plans held here)`;
  return `${toldS < NOW_P50_S ? 'less than a minute' : formatDuration(toldS)} that Slurm itself plans${ofLarger ? ' for a job there that asks for more' : ''}${held}`;
}
