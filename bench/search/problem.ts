import { readNpz, type NumpyArray } from './npz.ts';

/** A parameter of a problem; its value is a number from 0 below `size`. */
export interface Parameter {
  readonly name: string;
  /** `line`: any number, which is rounded down, as a learning rate is any number; `whole`: in order; `choice`: without an order. */
  readonly kind: 'line' | 'whole' | 'choice';
  readonly size: number;
}

/** What is searched: a table with a learning curve for each point of a grid, which has a whole number for each parameter. */
export interface Problem {
  readonly parameters: readonly Parameter[];
  readonly epochs: number;
  /** After an epoch, from 1. More is better. */
  readonly valueAt: (point: readonly number[], epoch: number) => number;
  readonly secondsPerEpoch: (point: readonly number[]) => number;
  /** The best of all values after the last epoch. */
  readonly optimum: number;
}

/**
 * Learning curves from a file with `acc`, by the parameters and the epoch, and `tim`, the seconds of an epoch by the last two parameters.
 *
 * @param path of an .npz file
 * @param options whether all parameters are whole numbers, and not the first one on a line, and whether epochs take the recorded seconds, rather than one each
 */
export function readCurves(path: string, { grid, seconds }: { grid: boolean; seconds: boolean }): Problem {
  const arrays = readNpz(path);
  const [acc, tim] = ['acc', 'tim'].map((name) => {
    const array = arrays.get(name);
    if (array === undefined) throw new Error(`${path} has no array ${name}`);
    return array;
  }) as [NumpyArray, NumpyArray];
  const sizes = acc.shape.slice(0, -1);
  const epochs = acc.shape.at(-1) ?? 0;
  const valueAt = (point: readonly number[], epoch: number): number =>
    acc.values[findIndex(sizes, point) * epochs + epoch - 1] ?? Number.NaN;
  const secondsPerEpoch = (point: readonly number[]): number =>
    seconds ? (tim.values[findIndex(tim.shape, point.slice(-tim.shape.length))] ?? Number.NaN) : 1;
  const last = acc.values.filter((_, i) => i % epochs === epochs - 1);
  const parameters = sizes.map((size, i): Parameter => ({
    name: `p${i}`,
    kind: i > 0 || grid ? 'whole' : 'line',
    size,
  }));
  return { parameters, epochs, valueAt, secondsPerEpoch, optimum: last.reduce((a, b) => Math.max(a, b)) };
}

/** In C order. */
export function findIndex(sizes: readonly number[], point: readonly number[]): number {
  return sizes.reduce((index, size, i) => index * size + (point[i] ?? 0), 0);
}

/** Seconds of all epochs, on average over all points. */
export function meanSeconds({ parameters, secondsPerEpoch, epochs }: Problem): number {
  const sizes = parameters.map(({ size }) => size);
  const points = sizes.reduce((product, size) => product * size, 1);
  let sum = 0;
  for (let index = 0; index < points; index += 1) sum += secondsPerEpoch(pointAt(sizes, index));
  return (sum / points) * epochs;
}

function pointAt(sizes: readonly number[], index: number): number[] {
  let rest = index;
  return sizes
    .toReversed()
    .map((size) => {
      const place = rest % size;
      rest = Math.floor(rest / size);
      return place;
    })
    .toReversed();
}
