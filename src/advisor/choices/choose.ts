import type { ChoiceName } from '../../core/experiment/advice-words.ts';
import { formatDuration } from '../../core/units.ts';
import { computePricePerHour, type PriceUnit } from './cost.ts';
import { findDominating } from './dominated.ts';
import type { Dropped } from '../job/job.ts';
import type { ScoredCandidate } from './score-candidate.ts';
import { rank } from './order.ts';
import { computeGpuMemory, computePower } from './power.ts';

/** One of at most five that are offered. */
export interface Choice {
  readonly names: readonly [ChoiceName, ...ChoiceName[]];
  readonly candidate: ScoredCandidate;
  /** Why one would take it: one short sentence for each name. */
  readonly reasons: readonly string[];
  readonly warnings: readonly string[];
}

export interface RankedChoices {
  /** Best first. */
  readonly choices: readonly Choice[];
  /** Those that are not offered: no worse than any, but not the best by any measure; then those that another one beats in every respect, with that one. */
  readonly passedOver: readonly Dropped[];
  /** All that were ranked, best first. */
  readonly ranked: readonly ScoredCandidate[];
  /** What they were compared in. */
  readonly unit: PriceUnit;
}

const MOST_CHOICES = 5;
/** This many are shown if there are as many, even if one of them is best in everything. */
const FEWEST_CHOICES = 3;

/** Ranks candidates, drops what others beat in everything, and names what is left by what it is best at. */
export function choose(candidates: readonly ScoredCandidate[]): RankedChoices {
  const { ordered: ranked, unit } = rank(candidates);
  const good = ranked.filter((each) => findDominating(each, ranked, unit) === undefined);
  const best = namesOf(good, unit);
  const beaten = new Map<ScoredCandidate, ScoredCandidate>();
  for (const each of ranked) {
    // What beats it may itself be beaten, and then something good beats both; best one that is shown.
    const better = good.includes(each) ? undefined : findDominating(each, [...best.keys(), ...good], unit);
    if (better !== undefined) beaten.set(each, better);
  }
  const ordered = [...good, ...beaten.keys()];
  const named = addForComparison(best, good, [...beaten.keys()]);
  const choices = ordered
    .filter((each) => named.has(each))
    .slice(0, MOST_CHOICES)
    .map((each): Choice => {
      const names = named.get(each) ?? ['other'];
      return {
        names,
        candidate: each,
        reasons: names.flatMap((name) => reasonFor(name, each, unit, beaten.get(each))),
        warnings: warningsOf(each),
      };
    });
  return {
    choices,
    unit,
    ranked: ordered,
    passedOver: ordered
      .filter((each) => !choices.some(({ candidate: chosen }) => chosen === each))
      .map((each) => toDropped(each, beaten.get(each))),
  };
}

type Named = Map<ScoredCandidate, [ChoiceName, ...ChoiceName[]]>;

function namesOf(good: readonly ScoredCandidate[], unit: PriceUnit): Named {
  const named: Named = new Map();
  const give = (name: ChoiceName, winner: ScoredCandidate | undefined): void => {
    if (winner === undefined) return;
    const names = named.get(winner);
    if (names === undefined) named.set(winner, [name]);
    else names.push(name);
  };
  const [best] = good;
  const priceOf = (each: ScoredCandidate): number | undefined =>
    each.run.p50S === undefined ? undefined : computePricePerHour(each.cost, unit) * each.run.p50S;
  const isAnyRunKnown = good.some(({ run }) => run.p50S !== undefined);
  // With one way alone there is nothing that it is the best of.
  if (good.length > 1) {
    give(
      'fastest',
      least(good, ({ done }) => done.p50),
    );
    give('soonest', least(good, startOf));
    if (isAnyRunKnown) give('cheapest', least(good, priceOf));
    else {
      give('smallest', smallest(good, unit));
      // Several nodes are for what one cannot hold, or for when it is known what they gain.
      const fewest = Math.min(...good.map(({ nodes }) => nodes));
      const onFewest = good.filter(({ nodes }) => nodes === fewest);
      give(
        'strongest',
        least(onFewest, (each) => (each.gpus === 0 ? undefined : -computePower(each))),
      );
    }
  }
  give(
    'same',
    good.find(({ isSamePlacement }) => isSamePlacement),
  );
  const levels = new Set(good.map(({ comparability }) => comparability?.level));
  if (levels.size > 1)
    give(
      'comparable',
      least(good, ({ comparability }) => comparability && 'ABC'.indexOf(comparability.level)),
    );
  if (best !== undefined && !named.has(best)) named.set(best, ['balanced']);
  return named;
}

/** Of those that cost the least each hour the one with the least GPU memory: it leaves the larger ones to others. */
function smallest(all: readonly ScoredCandidate[], unit: PriceUnit): ScoredCandidate | undefined {
  const price = Math.min(...all.map(({ cost }) => computePricePerHour(cost, unit)));
  const cheapest = all.filter(({ cost }) => computePricePerHour(cost, unit) === price);
  return least(cheapest, computeGpuMemory) ?? (cheapest.length < all.length ? cheapest[0] : undefined);
}

/** The first of those with the least value; undefined when all have the same one, or none. */
function least(
  all: readonly ScoredCandidate[],
  value: (each: ScoredCandidate) => number | undefined,
): ScoredCandidate | undefined {
  let winner: { readonly each: ScoredCandidate; readonly value: number } | undefined;
  const values = new Set<number | undefined>();
  for (const each of all) {
    const own = value(each);
    values.add(own);
    if (own !== undefined && (winner === undefined || own < winner.value)) winner = { each, value: own };
  }
  return values.size > 1 ? winner?.each : undefined;
}

function startOf({ wait, freeNow }: ScoredCandidate): number | undefined {
  return wait.p50S ?? (freeNow === true ? 0 : undefined);
}

/**
 * Other partitions are shown, too, if space is left: to see that one is best one must see the others. Of those that
 * are worse, each other type of GPU is.
 */
function addForComparison(named: Named, good: readonly ScoredCandidate[], beaten: readonly ScoredCandidate[]): Named {
  const isShown = (isLike: (other: ScoredCandidate) => boolean): boolean => [...named.keys()].some(isLike);
  const show = (each: ScoredCandidate): void => {
    if (named.size < FEWEST_CHOICES && !named.has(each)) named.set(each, ['other']);
  };
  for (const each of good) if (!isShown(({ offer }) => placeOf(offer) === placeOf(each.offer))) show(each);
  for (const each of beaten) {
    if (each.gpus > 0 && !isShown(({ offer }) => offer.gpuType === each.offer.gpuType)) show(each);
  }
  return named;
}

function placeOf({ partition, gpuType = '' }: ScoredCandidate['offer']): string {
  return `${partition}/${gpuType}`;
}

function reasonFor(
  name: ChoiceName,
  candidates: ScoredCandidate,
  unit: PriceUnit,
  better: ScoredCandidate | undefined,
): string[] {
  const { done, comparability } = candidates;
  switch (name) {
    case 'fastest':
      return [`soonest done: ≈ ${formatDuration(done.p50 ?? 0)}`];
    case 'soonest':
      return [startsNow(candidates) ? 'the requested resources are free now' : 'the shortest wait'];
    case 'cheapest':
      return [`fewest ${formatUnit(unit)}`];
    case 'smallest':
      return [`lowest cost per hour: ${priceWords(candidates, unit)}`];
    case 'strongest':
      return ['most computing power, by type of GPU'];
    case 'same':
      return ['the same partition and GPUs as the previous run'];
    case 'comparable':
      return [`most comparable (level ${comparability?.level ?? ''})`];
    case 'balanced':
      return [balancedWords(candidates)];
    case 'other':
      return better === undefined
        ? ['no other choice is better in every respect']
        : [`no better than ${whereWords(better)} in any respect`];
  }
}

/** If others wait before it, what is free is not for it: a predicted wait takes precedence over what is free. */
function startsNow({ wait, freeNow }: ScoredCandidate): boolean {
  return wait.kind === 'now' || (wait.p50S === undefined && freeNow === true);
}

function balancedWords(candidates: ScoredCandidate): string {
  if (candidates.run.p50S !== undefined) return 'best trade-off between time and cost';
  const start = startsNow(candidates) ? 'free now' : 'earliest start';
  return candidates.gpus === 0
    ? `${start}, takes no GPUs`
    : `${start}; the run time is unknown, so the smallest that fits`;
}

/** `GPU hours`, `RGU hours`, `billing units`. */
export function formatUnit(unit: PriceUnit): string {
  return unit === 'billing' ? 'billing units' : `${unit} hours`;
}

/** What it takes each hour: `2 GPUs of 44.4 GiB`, `4.8 RGU`, `12 billing units`. */
function priceWords({ cost, offer: { gpu } }: ScoredCandidate, unit: PriceUnit): string {
  const price = computePricePerHour(cost, unit);
  if (unit === 'RGU') return `${Number(price.toPrecision(3))} RGU`;
  if (unit === 'billing') return `${price} billing units`;
  const size = gpu === undefined || unit === 'CPU' ? '' : ` of ${gpu.usableGib.toFixed(1)} GiB`;
  return `${price} ${unit}${price === 1 ? '' : 's'}${size}`;
}

/** `preempt with 2 × a100` */
function whereWords({ offer, gpus }: ScoredCandidate): string {
  const { partition, gpuType = '' } = offer;
  return gpus === 0 ? partition : `${partition} with ${gpus} × ${gpuType === '' ? 'GPU' : gpuType}`;
}

function warningsOf({ warnings, comparability, run, timeLimitS }: ScoredCandidate): string[] {
  return [...warnings, ...comparabilityWarnings(comparability), ...limitWarnings(run, timeLimitS)];
}

function limitWarnings({ p50S = 0, p90S = 0 }: ScoredCandidate['run'], limitS: number | undefined): string[] {
  if (limitS === undefined) return [];
  const limit = `but the limit is ${formatDuration(limitS)}`;
  if (p50S > limitS)
    return [
      `half of similar runs take ${formatDuration(p50S)} or more, ${limit}: the scheduler would probably stop it before it ends`,
    ];
  return p90S > limitS ? [`one run in ten takes ${formatDuration(p90S)} or more, ${limit}`] : [];
}

/** What differs; what is merely not known of both is left to those who ask for all. */
function comparabilityWarnings(comparability: ScoredCandidate['comparability']): readonly string[] {
  if (comparability === undefined || comparability.level === 'A') return [];
  const { level, reasons } = comparability;
  const telling = reasons.filter((reason) => !reason.includes('not known'));
  if (level === 'B') return telling;
  return [`a different method (level C): ${(telling.length > 0 ? telling : reasons.slice(0, 1)).join('; ')}`];
}

function toDropped({ offer, gpus }: ScoredCandidate, better: ScoredCandidate | undefined): Dropped {
  return {
    partition: offer.partition,
    ...(offer.gpuType === undefined ? {} : { gpuType: offer.gpuType }),
    gpus,
    kind: 'worse',
    why: better === undefined ? 'not the best by any measure' : `no better than ${whereWords(better)} in any respect`,
  };
}
