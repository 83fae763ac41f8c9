import type { Axis } from './axes.ts';
import { makeKernel, type Kernel } from './kernels.ts';

/** A distribution over a space, estimated from places in it. */
export interface Density {
  /** Draws places from it. */
  readonly sample: (random: () => number) => Float64Array;
  /** The logarithm of its value at places. */
  readonly logAt: (places: Float64Array) => number;
}

/**
 * A Parzen estimate over all axes at once: for each row a product of kernels around its places, and the uniform distribution, all
 * with the same weight:
 *
 *     p(x) = (u(x) + Σᵢ Πⱼ k(xⱼ | xᵢⱼ)) / (n + 1)
 *
 * A product for each row, rather than a sum for each axis, keeps what belongs together (S. Falkner et al., BOHB, ICML 2018, section 3).
 * The uniform part is the prior that keeps any place possible (J. Bergstra et al., Algorithms for Hyper-Parameter Optimization, NIPS
 * 2011, section 4).
 *
 * @param rows the places of each trial on all axes
 */
export function estimateDensity(axes: readonly Axis[], rows: readonly Float64Array[]): Density {
  const kernels = axes.map((axis) => makeKernel(axis, rows.length, axes.length));
  const logUniform = axes.reduce((sum, { size }) => sum - Math.log(size), 0);
  return {
    sample: (random) => {
      const row = rows[Math.floor(random() * (rows.length + 1))];
      return Float64Array.from(kernels, (kernel, axis) => kernel.sample(random, row?.[axis]));
    },
    logAt: makeLogAt(kernels, rows, logUniform),
  };
}

/** A row with less than e^-40 of the uniform part changes no digit of the sum: half a unit of its last digit is at least e^-38 of it. */
const NEGLIGIBLE = 40;

/**
 * Most of the time of a proposal is spent here: over candidates × rows × axes. With many axes, the first few already show that nearly
 * all rows are too far away to count.
 */
function makeLogAt(kernels: readonly Kernel[], rows: readonly Float64Array[], logUniform: number): Density['logAt'] {
  const least = logUniform - NEGLIGIBLE;
  // What the kernels of a row lose beyond the bounds takes long to compute. At first it is an upper limit, and exact once a row counts.
  const constants = new Float64Array(rows.length).fill(sumConstants(kernels, new Float64Array(kernels.length)));
  const isExact = new Uint8Array(rows.length);
  const logs = new Float64Array(rows.length);
  return (places) => {
    let near = 0;
    for (let i = 0; i < rows.length; i += 1) {
      const row = rows[i] ?? places;
      let log = addKernels(constants[i] ?? 0, kernels, row, places, least);
      if (log >= least && isExact[i] === 0) {
        constants[i] = sumConstants(kernels, row);
        isExact[i] = 1;
        log = addKernels(constants[i] ?? 0, kernels, row, places, least);
      }
      if (log < least) continue;
      logs[near] = log;
      near += 1;
    }
    return sumExponentials(logs.subarray(0, near), logUniform) - Math.log(rows.length + 1);
  };
}

function sumConstants(kernels: readonly Kernel[], row: Float64Array): number {
  let sum = 0;
  for (let axis = 0; axis < kernels.length; axis += 1) sum += kernels[axis]?.logConstant(row[axis] ?? 0) ?? 0;
  return sum;
}

/** Adds the logarithms of a row's kernels at places, none of which is above 0, until the sum is below `least`. */
function addKernels(
  sum: number,
  kernels: readonly Kernel[],
  row: Float64Array,
  places: Float64Array,
  least: number,
): number {
  for (let axis = 0; axis < kernels.length && sum >= least; axis += 1) {
    const distance = (places[axis] ?? 0) - (row[axis] ?? 0);
    const { scale = 0, table } = kernels[axis] ?? {};
    sum +=
      table === undefined ? distance * distance * scale : (table[Math.min(table.length - 1, Math.abs(distance))] ?? 0);
  }
  return sum;
}

/** log(e^first + Σ e^log), whatever their size. */
function sumExponentials(logs: Float64Array, first: number): number {
  let largest = first;
  for (let i = 0; i < logs.length; i += 1) largest = Math.max(largest, logs[i] ?? largest);
  let sum = Math.exp(first - largest);
  for (let i = 0; i < logs.length; i += 1) sum += Math.exp((logs[i] ?? -Infinity) - largest);
  return largest + Math.log(sum);
}
