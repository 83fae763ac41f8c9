import type { Mode } from '../settings/harvest-rule.ts';
import { makeRandomNumbers } from '../stats/random-numbers.ts';
import { drawValue, makeRandomStream, splitMix64 } from '../sweep/random.ts';
import { MAX_MEMBERS, type SweepMember } from '../sweep/space.ts';
import { findPlaces, makeAxis, type Axis, type Draw } from './axes.ts';
import { estimateDensity } from './density.ts';
import { rankTrials, type Trial } from './ranks.ts';

/** What a proposal follows from. */
export interface ProposalRequest {
  readonly by: 'random' | 'tpe';
  /** The space. */
  readonly draws: readonly Draw[];
  /** Of the sweep: a whole number, 0 to 2^53 - 1. */
  readonly seed: number;
  /** The number of the trial that is proposed. */
  readonly number: number;
  /** Which values of the metric are better. */
  readonly mode: Mode;
  /** All trials so far, in any order. */
  readonly trials: readonly Trial[];
}

/** With fewer ranked trials, proposals are random. */
const START_UP = 10;
/** A tenth of the trials count as good, at most this many. */
const [GOOD_SHARE, MOST_GOOD] = [0.1, 25];
const CANDIDATES = 64;
/** Random draws, before a member is proposed a second time. */
const MOST_DRAWS = 100;

/**
 * The parameters of the next trial.
 *
 * `random`: draw `number` of the random sweep with the same seed. `tpe`: see {@link proposeByDensity}. A member that a trial already
 * has is not proposed again, unless hardly any other is left. The same request always gives the same member, whatever the order of
 * its trials.
 */
export function proposeMember(request: ProposalRequest): SweepMember {
  const axes = request.draws.map(makeAxis);
  const ordered = request.trials.toSorted((a, b) => a.number - b.number);
  const known = findKnown(axes, ordered);
  const ranked = rankTrials(ordered, request.mode);
  const proposed =
    request.by === 'tpe' && ranked.length >= START_UP ? proposeByDensity(request, axes, ranked, known) : undefined;
  return proposed ?? proposeRandom(request, axes, known);
}

/** On a line, no place comes twice. */
function findKnown(axes: readonly Axis[], trials: readonly Trial[]): ReadonlySet<string> {
  if (axes.some(({ kind }) => kind === 'line')) return new Set();
  return new Set(trials.flatMap(({ member }) => findPlaces(axes, member)?.join() ?? []));
}

/**
 * The tree-structured Parzen estimator: of candidates from the density l of the good trials, the one with the highest l / g, where g is
 * the density of all others; that maximizes expected improvement (J. Bergstra et al., Algorithms for Hyper-Parameter Optimization,
 * NIPS 2011, section 4). The densities are over all parameters at once. Trials that run count among the others, so that no two of
 * them look for the same: a constant liar (D. Ginsbourger et al., Kriging Is Well-Suited to Parallelize Optimization, 2010) that says
 * they are bad. Which constants matter: S. Watanabe, arXiv:2304.11127, 2023.
 *
 * @param ranked the best first
 * @returns undefined if trials have all candidates already
 */
function proposeByDensity(
  { trials, number, seed }: ProposalRequest,
  axes: readonly Axis[],
  ranked: readonly Trial[],
  known: ReadonlySet<string>,
): SweepMember | undefined {
  const good = Math.min(MOST_GOOD, Math.ceil(GOOD_SHARE * ranked.length));
  const running = trials.filter(({ state }) => state === 'running').toSorted((a, b) => a.number - b.number);
  const placesOf = (some: readonly Trial[]): Float64Array[] =>
    some.flatMap(({ member }) => findPlaces(axes, member) ?? []);
  const l = estimateDensity(axes, placesOf(ranked.slice(0, good)));
  const g = estimateDensity(axes, placesOf([...ranked.slice(good), ...running]));
  const random = makeRandomNumbers(Number(splitMix64(BigInt(seed), number) & 0xffff_ffffn));
  let [best, highest]: [Float64Array | undefined, number] = [undefined, -Infinity];
  for (let i = 0; i < CANDIDATES; i += 1) {
    const places = l.sample(random);
    const ratio = known.size > 0 && known.has(places.join()) ? -Infinity : l.logAt(places) - g.logAt(places);
    if (ratio > highest) [best, highest] = [places, ratio];
  }
  return best && new Map(axes.map(({ name, valueAt }, axis) => [name, valueAt(best[axis] ?? 0)]));
}

/** Further draws have indices that no other trial's first draw has. */
function proposeRandom(
  { draws, seed, number }: ProposalRequest,
  axes: readonly Axis[],
  known: ReadonlySet<string>,
): SweepMember {
  const streams = draws.map(({ name, distribution }) => ({ name, distribution, random: makeRandomStream(seed, name) }));
  const drawn = (again: number): SweepMember =>
    new Map(
      streams.map(({ name, distribution, random }) => [
        name,
        drawValue(distribution, random(number + again * MAX_MEMBERS)),
      ]),
    );
  for (let again = 0; again < MOST_DRAWS; again += 1) {
    const member = drawn(again);
    const places = findPlaces(axes, member);
    if (places === undefined || !known.has(places.join())) return member;
  }
  return drawn(0);
}
