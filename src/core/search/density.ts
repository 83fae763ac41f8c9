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

/** Most of the time of a proposal is spent here: over candidates × rows × axes. */
function makeLogAt(kernels: readonly Kernel[], rows: readonly Float64Array[], logUniform: number): Density['logAt'] {
  const columns = kernels.map((_, axis) => makeColumn(rows, axis));
  // What a kernel loses beyond the bounds depends on its centre alone.
  const constants = new Float64Array(rows.length);
  for (const [axis, { logConstant }] of kernels.entries()) {
    const centres = columns[axis] ?? constants;
    for (let i = 0; i < centres.length; i += 1) constants[i] = (constants[i] ?? 0) + logConstant(centres[i] ?? 0);
  }
  const logs = new Float64Array(rows.length);
  return (places) => {
    logs.set(constants);
    for (const [axis, kernel] of kernels.entries()) {
      addKernel(logs, columns[axis] ?? logs, places[axis] ?? 0, kernel);
    }
    return sumExponentials(logs, logUniform) - Math.log(rows.length + 1);
  };
}

/** `Float64Array.from` takes several times as long. */
function makeColumn(rows: readonly Float64Array[], axis: number): Float64Array {
  const column = new Float64Array(rows.length);
  for (let i = 0; i < column.length; i += 1) column[i] = rows[i]?.[axis] ?? 0;
  return column;
}

/** A loop for each kind: a test within one would double its time. */
function addKernel(logs: Float64Array, centres: Float64Array, place: number, { scale, table }: Kernel): void {
  if (table === undefined) {
    for (let i = 0; i < logs.length; i += 1) {
      const distance = place - (centres[i] ?? 0);
      logs[i] = (logs[i] ?? 0) + distance * distance * scale;
    }
    return;
  }
  const last = table.length - 1;
  for (let i = 0; i < logs.length; i += 1) {
    logs[i] = (logs[i] ?? 0) + (table[Math.min(last, Math.abs(place - (centres[i] ?? 0)))] ?? 0);
  }
}

/** log(e^first + Σ e^log), whatever their size. */
function sumExponentials(logs: Float64Array, first: number): number {
  let largest = first;
  for (let i = 0; i < logs.length; i += 1) largest = Math.max(largest, logs[i] ?? largest);
  let sum = Math.exp(first - largest);
  for (let i = 0; i < logs.length; i += 1) sum += Math.exp((logs[i] ?? -Infinity) - largest);
  return largest + Math.log(sum);
}
