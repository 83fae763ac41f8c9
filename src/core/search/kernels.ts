import { normalCdf } from '../stats/normal.ts';
import type { Axis } from './axes.ts';

/** The distribution around one place on an axis, for any centre. */
export interface Kernel {
  /** Draws around a centre; without one, from the uniform distribution. */
  readonly sample: (random: () => number, centre: number | undefined) => number;
  /** What is added to the logarithm at every place, so that it integrates to 1. It is largest for a centre at a bound, such as 0. */
  readonly logConstant: (centre: number) => number;
  /** On a line: the logarithm at a distance is this × distance². Below 0. */
  readonly scale: number;
  /** Otherwise: the logarithm by distance, at most 0; beyond its end, the last one. */
  readonly table?: Float64Array;
}

/**
 * The width of a kernel of one of n rows on d axes is this × n^(-1 / (d + 4)) of the axis, by Scott's rule. Chosen on 8 of the 15 tables of
 * `npm run bench:search`; on the other 7 the regret is 12 to 24 % lower than with 0.3.
 */
const WIDTH = 0.1;
/** Kernels of many rows are no narrower than this share of the axis. */
const NARROWEST = 0.01;

/**
 * The kernel of an axis: a normal distribution that is cut at the bounds (on bins: its integral over each), or for choices most of the
 * weight on the centre and the rest shared among all (S. Watanabe, Tree-Structured Parzen Estimator: Understanding Its Algorithm
 * Components, arXiv:2304.11127, section 3.3).
 *
 * @param rows how many kernels are added up
 * @param axes how many axes there are
 */
export function makeKernel(axis: Axis, rows: number, axes: number): Kernel {
  if (axis.kind === 'choices') return makeChoiceKernel(axis.size, rows);
  const width = Math.max(NARROWEST, WIDTH * Math.max(1, rows) ** (-1 / (axes + 4)));
  return axis.kind === 'line' ? makeLineKernel(width) : makeBinKernel(axis.size, width * axis.size);
}

/** Each choice has the weight of one row more, as if it had occurred once for each choice and row. */
function makeChoiceKernel(size: number, rows: number): Kernel {
  const kernels = rows + 1;
  const [own, other] = [(kernels + 1) / (kernels + size), 1 / (kernels + size)];
  return {
    sample: (random, centre) => (centre !== undefined && random() < own - other ? centre : Math.floor(random() * size)),
    logConstant: () => 0,
    scale: 0,
    table: Float64Array.of(Math.log(own), Math.log(other)),
  };
}

function makeLineKernel(width: number): Kernel {
  const logWhole = Math.log(width * Math.sqrt(2 * Math.PI));
  return {
    sample: (random, centre) => (centre === undefined ? random() : drawWithin(random, centre, width, 0, 1)),
    logConstant: (centre) => -logWhole - Math.log(massWithin(centre / width, (1 - centre) / width)),
    scale: -0.5 / (width * width),
  };
}

/** @param width in bins */
function makeBinKernel(size: number, width: number): Kernel {
  const mass = Float64Array.from({ length: size }, (_, distance) => massOfBin(distance, width));
  const whole = Float64Array.from({ length: size }, (_, centre) => {
    let sum = 0;
    for (let bin = 0; bin < size; bin += 1) sum += mass[Math.abs(bin - centre)] ?? 0;
    return Math.log(sum);
  });
  return {
    sample: (random, centre) =>
      centre === undefined
        ? Math.floor(random() * size)
        : Math.min(size - 1, Math.floor(drawWithin(random, centre + 0.5, width, 0, size))),
    logConstant: (centre) => -(whole[centre] ?? 0),
    scale: 0,
    table: mass.map(Math.log),
  };
}

/** Of a normal distribution over the bin around its centre, or one at a distance from it. */
function massOfBin(distance: number, width: number): number {
  const from = (distance - 0.5) / width;
  const to = (distance + 0.5) / width;
  // Both in the lower tail, so that no digits are lost.
  return normalCdf(-from) - normalCdf(-to);
}

/** Beyond this number of standard deviations there is less than 1e-9. */
const FAR = 6;

/** Of a normal distribution from `below` standard deviations under its centre to `above` over it. */
function massWithin(below: number, above: number): number {
  return 1 - (below > FAR ? 0 : normalCdf(-below)) - (above > FAR ? 0 : normalCdf(-above));
}

/** A normal number within bounds, by drawing again: its centre is within them, so at least about half are if it is not too wide. */
function drawWithin(random: () => number, centre: number, width: number, low: number, high: number): number {
  for (;;) {
    // Box and Muller (1958).
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const value = centre + width * normal;
    if (value >= low && value <= high) return value;
  }
}
