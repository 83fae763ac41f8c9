import { makeRandomNumbers, shuffle } from '../stats/random-numbers.ts';

/** What a forest learns from: columns of numbers, and the number to predict for each row. */
export interface Samples {
  readonly columns: readonly Float64Array[];
  readonly targets: Float64Array;
}

const TREES = 30;
const FOLDS = 5;
const MOST_DEPTH = 12;
/** A node of fewer rows is not split, as in R's randomForest. */
const FEWEST_ROWS = 5;
/** Rows that a tree grows from, at most: a forest over 100,000 rows then takes no longer than over 2,000. */
const MOST_ROWS = 2_000;
/** A column is split at the bounds of as many parts of equal size. */
const MOST_BINS = 64;

/** Predicts the number of a row of the same columns. */
export type Forest = (row: number) => number;

/**
 * A random forest for regression (L. Breiman, Machine Learning 45, 2001): each tree grows from rows drawn with replacement, each
 * split is the best one of a random half of the columns. The same samples and seed always give the same forest.
 *
 * @param rows which of the rows to learn from
 */
export function growForest({ columns, targets }: Samples, rows: Uint32Array, seed = 1): Forest {
  const random = makeRandomNumbers(seed);
  const bins = columns.map(binColumn);
  const size = Math.min(rows.length, MOST_ROWS);
  const draw = (): Uint32Array =>
    Uint32Array.from({ length: size }, () => rows[Math.floor(random() * rows.length)] ?? 0);
  const trees = Array.from({ length: TREES }, () => growTree(bins, targets, { rows: draw(), depth: 0, random }));
  return (row) => trees.reduce((total, tree) => total + predict(tree, bins, row), 0) / trees.length;
}

/**
 * How much of the variance of the targets a forest explains in rows that it did not learn from: R² over five parts of the rows, each
 * predicted by a forest that grew from the others. 1 is all of it; 0 or less is no better than the mean. Undefined if all targets
 * are equal.
 */
export function crossValidate(samples: Samples, seed = 1): number | undefined {
  const { targets } = samples;
  const order = shuffle(targets.length, makeRandomNumbers(seed));
  const mean = targets.reduce((total, value) => total + value, 0) / targets.length;
  const variance = targets.reduce((total, value) => total + (value - mean) ** 2, 0);
  if (variance === 0 || targets.length < 2) return undefined;
  let error = 0;
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const forest = growForest(
      samples,
      order.filter((_, i) => i % FOLDS !== fold),
      seed + fold + 1,
    );
    for (let i = fold; i < order.length; i += FOLDS) {
      const row = order[i] ?? 0;
      error += ((targets[row] ?? 0) - forest(row)) ** 2;
    }
  }
  return 1 - error / variance;
}

/** The part of each value in its column, the lowest first. */
function binColumn(values: Float64Array): Uint8Array {
  const distinct = Float64Array.from(new Set(values)).toSorted();
  const sorted = distinct.length <= MOST_BINS ? distinct : values.toSorted();
  const count = Math.min(MOST_BINS, sorted.length);
  const starts = Float64Array.from({ length: count }, (_, i) => sorted[Math.floor((i * sorted.length) / count)] ?? 0);
  return Uint8Array.from(values, (value) => countBelow(starts, value));
}

/** How many of the starts after the first are not above the value. */
function countBelow(starts: Float64Array, value: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? Infinity) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

type Tree = { readonly mean: number } | Split;

interface Split {
  readonly column: number;
  /** The last bin of the rows below. */
  readonly bin: number;
  readonly below: Tree;
  readonly above: Tree;
}

interface Growing {
  readonly rows: Uint32Array;
  readonly depth: number;
  readonly random: () => number;
}

function growTree(bins: readonly Uint8Array[], targets: Float64Array, { rows, depth, random }: Growing): Tree {
  const mean = sumOf(targets, rows) / rows.length;
  if (depth >= MOST_DEPTH || rows.length < FEWEST_ROWS) return { mean };
  const chosen = shuffle(bins.length, random).subarray(0, Math.ceil(bins.length / 2));
  const split = findSplit(bins, targets, rows, chosen);
  if (split === undefined) return { mean };
  const [below, above] = divide(rows, bins[split.column] ?? new Uint8Array(), split.bin);
  const grow = (part: Uint32Array): Tree => growTree(bins, targets, { rows: part, depth: depth + 1, random });
  return { ...split, below: grow(below), above: grow(above) };
}

/** Rows whose bin is not above one, and the others. */
function divide(rows: Uint32Array, column: Uint8Array, bin: number): readonly [Uint32Array, Uint32Array] {
  const ordered = new Uint32Array(rows.length);
  let [start, end] = [0, rows.length];
  for (const row of rows) {
    if ((column[row] ?? 0) <= bin) ordered[start++] = row;
    else ordered[--end] = row;
  }
  return [ordered.subarray(0, start), ordered.subarray(start)];
}

/** The split after which the means of both sides explain most; undefined if none explains anything. */
function findSplit(
  bins: readonly Uint8Array[],
  targets: Float64Array,
  rows: Uint32Array,
  chosen: Uint32Array,
): Pick<Split, 'column' | 'bin'> | undefined {
  const total = sumOf(targets, rows);
  const whole = total ** 2 / rows.length;
  // What is explained by rounding alone is no split.
  let [best, found] = [whole + 1e-12 * Math.abs(whole), undefined as Pick<Split, 'column' | 'bin'> | undefined];
  const [counts, sums] = [new Uint32Array(MOST_BINS), new Float64Array(MOST_BINS)];
  for (const column of chosen) {
    counts.fill(0);
    sums.fill(0);
    const own = bins[column] ?? new Uint8Array();
    for (const row of rows) {
      const bin = own[row] ?? 0;
      counts[bin] = (counts[bin] ?? 0) + 1;
      sums[bin] = (sums[bin] ?? 0) + (targets[row] ?? 0);
    }
    let [count, sum] = [0, 0];
    for (let bin = 0; bin < MOST_BINS; bin += 1) {
      if (counts[bin] === 0) continue;
      count += counts[bin] ?? 0;
      sum += sums[bin] ?? 0;
      if (count === rows.length) break;
      const explained = sum ** 2 / count + (total - sum) ** 2 / (rows.length - count);
      if (explained > best) [best, found] = [explained, { column, bin }];
    }
  }
  return found;
}

function sumOf(targets: Float64Array, rows: Uint32Array): number {
  let sum = 0;
  for (const row of rows) sum += targets[row] ?? 0;
  return sum;
}

function predict(tree: Tree, bins: readonly Uint8Array[], row: number): number {
  let node = tree;
  while ('column' in node) node = (bins[node.column]?.[row] ?? 0) <= node.bin ? node.below : node.above;
  return node.mean;
}
