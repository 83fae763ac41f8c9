import { compareTexts } from '../../core/text/compare-texts.ts';
import { choosePriceUnit, computePricePerHour, type PriceUnit } from './cost.ts';
import { cutOffBy, type ScoredCandidate } from './score-candidate.ts';
import { computePower } from './power.ts';

/** Puts candidates in order, best first. The numbers behind it are never shown, only reasons in words. */
export interface Ranking {
  readonly ordered: readonly ScoredCandidate[];
  readonly unit: PriceUnit;
}

/** Costs count half as much as time: in logarithms, so that twice as long weighs the same for minutes and for days. */
const COST_WEIGHT = 0.5;
/** What is worth as much as e^n times the time. */
const PENALTY = {
  different: 10,
  hardware: 0.1,
  elsewhere: 1,
  /** Half of the runs, or one of ten, would be ended by the limit. */
  cutOff: 4,
  mayBeCutOff: 0.5,
  /** It fits only just, or it is unknown whether it does. */
  unsureFit: 1,
  preemptible: 0.2,
  access: 0.5,
  /** It is unknown when its nodes are back. */
  away: 4,
  idleGpus: 3,
} as const;

/** Seconds that stand in for what is not known, for the order alone. */
const ASSUMED = { startNow: 60, startLater: 14_400, startUnknown: 7_200, run: 3_600, between: 60 } as const;
/** How much of more computing power is taken to shorten a run of which nothing is known: its input may keep it waiting. */
const ASSUMED_GAIN = 0.3;
/** TFLOP/s of an A100: what takes an hour on it is assumed where no run time is known. */
const ASSUMED_POWER = 271.2;

export function rank(candidates: readonly ScoredCandidate[]): Ranking {
  const unit = choosePriceUnit(candidates.map(({ cost }) => cost));
  const assumed = assumeRun(candidates);
  const times = candidates.map((each) => timeFor(each, assumed));
  const costs = candidates.map((each, i) => hourly(each, unit) * (times[i]?.run ?? 0));
  const bestTime = Math.min(...times.map(({ total }) => total));
  const bestCost = Math.min(...costs.filter((cost) => cost > 0));
  const scored = candidates.map((each, i) => {
    const cost = costs[i] ?? 0;
    const dearer = cost > 0 && Number.isFinite(bestCost) ? Math.log(cost / bestCost) : 0;
    return { each, score: Math.log((times[i]?.total ?? 1) / bestTime) + COST_WEIGHT * dearer + penalty(each) };
  });
  return {
    unit,
    ordered: scored.toSorted((a, b) => a.score - b.score || byName(a.each, b.each)).map(({ each }) => each),
  };
}

/** Where no run time is known and GPUs alone are counted, a GPU counts by its class, as it does where sites charge for it. */
function hourly(each: ScoredCandidate, unit: PriceUnit): number {
  if (unit !== 'GPU' || each.run.p50S !== undefined) return computePricePerHour(each.cost, unit);
  return computePower(each) * (each.cost.gpus / Math.max(1, each.gpus));
}

/** The median of the forecast runs, so that the others relate fairly to them; otherwise an hour on an A100. */
interface AssumedRun {
  readonly seconds: number;
  readonly power: number;
  /** How much of more power counts. */
  readonly gain: number;
}

function assumeRun(candidates: readonly ScoredCandidate[]): AssumedRun {
  const known = candidates
    .flatMap((each) =>
      each.run.p50S === undefined ? [] : [{ seconds: each.run.p50S, power: computePower(each), gain: 1 }],
    )
    .toSorted((a, b) => a.seconds * a.power - b.seconds * b.power);
  const isForGpus = candidates.some(({ gpus }) => gpus > 0);
  return (
    known[Math.floor(known.length / 2)] ?? {
      seconds: ASSUMED.run,
      power: isForGpus ? ASSUMED_POWER : 1,
      gain: ASSUMED_GAIN,
    }
  );
}

function timeFor(candidate: ScoredCandidate, assumed: AssumedRun): { readonly run: number; readonly total: number } {
  const run = candidate.run.p50S ?? assumed.seconds * (assumed.power / computePower(candidate)) ** assumed.gain;
  return { run, total: assumeWait(candidate) + (candidate.waves?.count ?? 1) * run + ASSUMED.between };
}

function assumeWait({ wait, freeNow }: ScoredCandidate): number {
  if (wait.p50S !== undefined) return wait.p50S;
  if (wait.p90S !== undefined) return wait.p90S / 2;
  return freeNow === undefined ? ASSUMED.startUnknown : freeNow ? ASSUMED.startNow : ASSUMED.startLater;
}

function penalty(candidate: ScoredCandidate): number {
  const { comparability, isSamePlacement, need, offer, gpus, access } = candidate;
  const level = { A: 0, B: PENALTY.hardware, C: PENALTY.different }[comparability?.level ?? 'A'];
  return (
    level +
    { 0: 0, 1: PENALTY.mayBeCutOff, 2: PENALTY.cutOff }[cutOffBy(candidate)] +
    // A job to be compared with others goes where they ran, unless another place is much better.
    (comparability !== undefined && isSamePlacement === false ? PENALTY.elsewhere : 0) +
    (need.verdict === 'fits' ? 0 : PENALTY.unsureFit) +
    (offer.preemptible ? PENALTY.preemptible : 0) +
    (offer.away === undefined ? 0 : PENALTY.away) +
    (offer.accounts === undefined && access === undefined && offer.isForAll !== true ? PENALTY.access : 0) +
    (gpus === 0 && offer.gpusPerNode > 0 ? PENALTY.idleGpus : 0)
  );
}

/** So that equal ones have the same order every time. */
function byName(a: ScoredCandidate, b: ScoredCandidate): number {
  return a.gpus - b.gpus || compareTexts(nameOf(a), nameOf(b));
}

function nameOf({ offer, nodes, gpusPerNode }: ScoredCandidate): string {
  return `${offer.partition}/${offer.gpuType ?? ''}/${nodes}x${gpusPerNode}`;
}
