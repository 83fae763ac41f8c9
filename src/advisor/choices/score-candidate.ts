import { withoutUndefined } from '../../core/value.ts';
import { formatCount } from '../../core/text/phrases.ts';
import type { Forecast } from '../forecast.ts';
import { computeCost, type Cost, type Spread } from './cost.ts';
import { countJobsInAll, countJobsNow } from '../offers/free.ts';
import type { Candidate, Job } from '../job/job.ts';
import { chooseRaisedLimit } from './limit.ts';

/** Whether results are comparable with those of a reference: A bitwise plausible, B same method, C different method. */
export interface Comparability {
  readonly level: 'A' | 'B' | 'C';
  /** One sentence each. */
  readonly reasons: readonly string[];
}

/** The forecasts of a candidate. */
export interface CandidateForecast {
  readonly wait: Forecast;
  /** Of one job. */
  readonly run: Forecast;
  /** Against the reference; undefined: there is none. */
  readonly comparability?: Comparability;
  /** Where and how the reference ran. */
  readonly isSamePlacement?: boolean;
}

/** A candidate with all that it is ranked by. */
export interface ScoredCandidate extends Candidate, CandidateForecast {
  readonly cost: Cost;
  /** Whether what it asks for is free now; undefined: not known. */
  readonly freeNow?: boolean;
  /** A limit that must be asked for, seconds: what it would be given by itself is too short. */
  readonly asksTimeS?: number;
  /** Of a sweep: how many jobs run at once, and how often that many. */
  readonly waves?: Waves;
  /** Seconds from submission to the last result. Absent when wait or run time is unknown. */
  readonly done: Spread;
}

export interface Waves {
  readonly atOnce: number;
  readonly count: number;
  /** What limits how many run at once, in words. */
  readonly because: string;
}

export function scoreCandidate(job: Job, candidate: Candidate, forecast: CandidateForecast): ScoredCandidate {
  const now = countJobsNow(candidate);
  const waves = wavesOf(job, candidate, now);
  const rounds = waves?.count ?? 1;
  const p50 = total(forecast.wait.p50S, forecast.run.p50S, rounds);
  const p90 = total(forecast.wait.p90S, forecast.run.p90S, rounds);
  const asksTimeS = chooseRaisedLimit(job, candidate, forecast.run);
  return {
    ...candidate,
    ...forecast,
    ...(asksTimeS === undefined ? {} : { asksTimeS, timeLimitS: asksTimeS }),
    ...(asksTimeS === undefined || job.nowMs === undefined ? {} : { endsMs: job.nowMs + asksTimeS * 1_000 }),
    cost: computeCost(candidate, forecast.run, job.tasks),
    ...(now === undefined ? {} : { freeNow: now >= 1 }),
    ...(waves === undefined ? {} : { waves }),
    done: withoutUndefined({ p50, p90 }),
  };
}

function total(wait: number | undefined, run: number | undefined, rounds: number): number | undefined {
  return wait === undefined || run === undefined ? undefined : wait + rounds * run;
}

/** How a sweep goes through: as many at once as throttle, limits, GPUs and what is free now let run. */
function wavesOf(job: Job, candidate: Candidate, now: number | undefined): Waves | undefined {
  const { offer, access, gpus } = candidate;
  const { tasks, maxParallel } = job;
  if (tasks <= 1) return undefined;
  const limits: readonly [most: number | undefined, because: string][] = [
    [tasks, 'all of them'],
    [maxParallel, 'as --max-parallel says'],
    [limitedBy(access?.maxGpusPerUser, gpus), `your limit there is ${access?.maxGpusPerUser ?? ''} GPUs`],
    [access?.maxJobs, `your limit there is ${formatCount(access?.maxJobs ?? 0, 'job')}`],
    [countJobsInAll(candidate), `it has ${gpus === 0 ? formatCount(offer.nodes, 'node') : `${offer.gpusTotal} GPUs`}`],
    [now === 0 ? undefined : now, 'this number fits into what is free now'],
  ];
  const known = limits.filter((limit): limit is [number, string] => limit[0] !== undefined && limit[0] >= 1);
  const [atOnce, because] = known.reduce((least, limit) => (limit[0] < least[0] ? limit : least));
  return { atOnce, count: Math.ceil(tasks / atOnce), because };
}

function limitedBy(most: number | undefined, gpus: number): number | undefined {
  return most === undefined || gpus === 0 ? undefined : Math.floor(most / gpus);
}

/** Whether its limit would end a run: 0: nine of ten end before, as far as is known; 1: one of ten does not; 2: half do not. */
export function cutOffBy({ run: { p50S = 0, p90S = 0 }, timeLimitS = Infinity }: ScoredCandidate): 0 | 1 | 2 {
  return p50S > timeLimitS ? 2 : p90S > timeLimitS ? 1 : 0;
}
