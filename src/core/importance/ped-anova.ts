import { normalCdf } from '../stats/normal.ts';

/**
 * A parameter over runs, as PED-ANOVA sees it: the place of each run's value among `size` values in a row, which are the choices, or
 * the points of a grid over the range of a number.
 */
export interface Places {
  readonly kind: 'choices' | 'grid';
  readonly size: number;
  readonly places: Uint32Array;
}

/** A density is never 0, so that it can be divided by. */
const SMALLEST = 1e-12;

/**
 * How much a parameter decides whether a run is among the best ones: the Pearson divergence of the density of its values among the
 * best runs from that among all, E[(p_best / p_all − 1)²] over all (S. Watanabe, A. Bansal and F. Hutter, PED-ANOVA: Efficiently
 * Quantifying Hyperparameter Importance in Arbitrary Subspaces, IJCAI 2023, equation 16 with all runs as the subspace). The shares of
 * several parameters are these values divided by their sum.
 *
 * The densities are Parzen estimates with a prior of the weight of one run, and have the width of Scott's rule, as in Optuna.
 *
 * @param best the runs that count as the best
 */
export function computeDivergence(parameter: Places, best: Uint32Array): number {
  const all = estimateDensity(parameter, parameter.places);
  const top = estimateDensity(
    parameter,
    best.map((run) => parameter.places[run] ?? 0),
  );
  return all.reduce(
    (sum, density, i) => sum + (density + SMALLEST) * (((top[i] ?? 0) + SMALLEST) / (density + SMALLEST) - 1) ** 2,
    0,
  );
}

/**
 * The best runs: a share of them, and all that are equal to the last one.
 *
 * @param losses of the runs; lower is better
 * @param share above 0, at most 1
 * @param least how many there are at least
 */
export function chooseBest(losses: Float64Array, share: number, least: number): Uint32Array {
  const sorted = losses.toSorted();
  const count = Math.min(sorted.length, Math.max(least, Math.ceil(share * sorted.length)));
  const limit = sorted[count - 1] ?? Infinity;
  return Uint32Array.from(losses.keys()).filter((run) => (losses[run] ?? Infinity) <= limit);
}

function estimateDensity({ kind, size }: Places, places: Uint32Array): Float64Array {
  const counts = new Float64Array(size);
  for (const place of places) counts[place] = (counts[place] ?? 0) + 1;
  return kind === 'choices' ? smoothChoices(counts, places.length) : smoothGrid(counts, places.length);
}

/** Each choice that occurs gives a part of its weight to all: the more of them occur, the less. */
function smoothChoices(counts: Float64Array, runs: number): Float64Array {
  const size = counts.length;
  const kernels = counts.filter((count) => count > 0).length + 1;
  const given = 1 / kernels / (1 + size / kernels);
  const kept = 1 / (1 + size / kernels);
  return counts.map((count) => (count * kept + runs * given + 1 / size) / (runs + 1));
}

/** Normal distributions that end at the ends of the grid, and a very wide one around its middle as the prior. */
function smoothGrid(counts: Float64Array, runs: number): Float64Array {
  const last = counts.length - 1;
  const density = new Float64Array(counts.length);
  const add = (centre: number, width: number, weight: number): void => {
    const share = (from: number, to: number): number =>
      normalCdf((to - centre) / width) - normalCdf((from - centre) / width);
    const inside = share(-0.5, last + 0.5);
    for (let i = 0; i <= last; i += 1) density[i] = (density[i] ?? 0) + (weight * share(i - 0.5, i + 0.5)) / inside;
  };
  const width = chooseWidth(counts, runs);
  for (const [place, count] of counts.entries()) if (count > 0) add(place, width, count / (runs + 1));
  add(last / 2, last + 1, 1 / (runs + 1));
  return density;
}

/** Scott's rule by the smaller of standard deviation and interquartile range; 90 % of the narrowest are within one point. */
function chooseWidth(counts: Float64Array, runs: number): number {
  const mean = counts.reduce((sum, count, i) => sum + count * i, 0) / runs;
  const std = Math.sqrt(counts.reduce((sum, count, i) => sum + count * (i - mean) ** 2, 0) / Math.max(1, runs - 1));
  const present = [...counts.keys()].filter((i) => (counts[i] ?? 0) > 0);
  let running = 0;
  const cumulated = present.map((i) => (running += counts[i] ?? 0));
  const at = (index: number): number => present[index < 0 ? present.length - 1 : index] ?? 0;
  const low = at(cumulated.findIndex((count) => count >= Math.floor(runs / 4)));
  const high = at(cumulated.findIndex((count) => count > Math.floor((runs * 3) / 4)));
  return Math.max(1.059 * Math.min((high - low) / 1.34, std) * runs ** -0.2, 0.5 / 1.64);
}
