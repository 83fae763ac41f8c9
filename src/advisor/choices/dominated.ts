import { computePricePerHour, type PriceUnit } from './cost.ts';
import { cutOffBy, type ScoredCandidate } from './score-candidate.ts';
import { computeGpuMemory, computePower } from './power.ts';

/**
 * The candidate that is no worse than this one in anything, and better in something; undefined: there is none. What is
 * known of one alone makes them incomparable.
 */
export function findDominating(
  candidate: ScoredCandidate,
  others: readonly ScoredCandidate[],
  unit: PriceUnit,
): ScoredCandidate | undefined {
  return others.find((other) => other !== candidate && dominates(other, candidate, unit));
}

function dominates(a: ScoredCandidate, b: ScoredCandidate, unit: PriceUnit): boolean {
  const [left, right] = [dimensions(a, unit), dimensions(b, unit)];
  let isBetter = false;
  for (const [i, value] of left.entries()) {
    const other = right[i];
    if (value === undefined && other === undefined) continue;
    if (value === undefined || other === undefined || value > other) return false;
    if (value < other) isBetter = true;
  }
  return isBetter;
}

/** Less is better in each. */
function dimensions(candidate: ScoredCandidate, unit: PriceUnit): (number | undefined)[] {
  const { wait, run, done, cost, need, comparability, offer, gpus, isSamePlacement, freeNow } = candidate;
  const price = computePricePerHour(cost, unit);
  return [
    wait.p50S ?? (freeNow === true ? 0 : undefined),
    wait.p90S,
    done.p50,
    done.p90,
    run.p50S === undefined ? price : price * run.p50S,
    // Without a run time more GPUs may be faster: only what is less in power can be worse; and a smaller GPU that
    // does leaves the larger ones to those who need them.
    run.p50S === undefined ? -computePower(candidate) : undefined,
    run.p50S === undefined ? computeGpuMemory(candidate) : undefined,
    candidate.waves?.count ?? 1,
    { A: 0, B: 1, C: 2 }[comparability?.level ?? 'A'],
    isSamePlacement ? 0 : 1,
    need.verdict === 'fits' ? 0 : 1,
    cutOffBy(candidate),
    offer.preemptible ? 1 : 0,
    offer.away === undefined ? 0 : 1,
    offer.accounts === undefined && offer.isForAll !== true ? 1 : 0,
    gpus === 0 && offer.gpusPerNode > 0 ? 1 : 0,
  ];
}
