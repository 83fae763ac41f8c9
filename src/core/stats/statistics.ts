import { studentQuantile } from './student-t.ts';

/** How numbers are spread. What is not defined for so few numbers is absent. */
export interface Summary {
  readonly n: number;
  /** Absent when there is no number. */
  readonly mean?: number;
  /** Sample standard deviation (n − 1). Absent for fewer than two numbers. */
  readonly std?: number;
  /** Standard error of the mean: std / √n. */
  readonly sem?: number;
  /** 95 % confidence interval of the mean: mean ± t(0.975, n − 1) · sem, with Student's t. */
  readonly ci95?: readonly [low: number, high: number];
  /** Of an even number of numbers the mean of the two in the middle. */
  readonly median?: number;
  readonly min?: number;
  readonly max?: number;
}

/**
 * Summary of finite numbers.
 *
 * Mean and deviation take two passes, each with its rounding error corrected, over numbers scaled by a power of two:
 * neither large means with small spreads nor numbers near the limits of a double spoil the result.
 */
export function summarize(values: readonly number[]): Summary {
  const n = values.length;
  if (n === 0) return { n };
  const scale = powerOfTwo(values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0));
  const rough = sum(values, (value) => value / scale) / n;
  const scaledMean = rough + sum(values, (value) => value / scale - rough) / n;
  const mean = scaledMean * scale;
  const order = orderOf(values);
  if (n === 1) return { n, mean, ...order };
  const deviation = (value: number): number => value / scale - scaledMean;
  const squares = sum(values, (value) => deviation(value) ** 2) - sum(values, deviation) ** 2 / n;
  const std = Math.sqrt(Math.max(0, squares) / (n - 1)) * scale;
  const sem = std / Math.sqrt(n);
  return { n, mean, std, sem, ci95: computeInterval95(mean, sem, n - 1), ...order };
}

/** Bounds between which a value lies with 95 % confidence, by Student's t with `df` degrees of freedom. */
export function computeInterval95(
  value: number,
  standardError: number,
  df: number,
): readonly [low: number, high: number] {
  const half = standardError === 0 ? 0 : halfWidth(df) * standardError;
  return [value - half, value + half];
}

/** Groups of a table mostly have the same few sizes. */
const HALF_WIDTHS = new Map<number, number>();

function halfWidth(df: number): number {
  // Welch's are fractions, hardly any of which comes again.
  if (!Number.isInteger(df)) return studentQuantile(0.975, df);
  let known = HALF_WIDTHS.get(df);
  if (known === undefined) {
    known = studentQuantile(0.975, df);
    HALF_WIDTHS.set(df, known);
  }
  return known;
}

function orderOf(values: readonly number[]): Required<Pick<Summary, 'median' | 'min' | 'max'>> {
  const sorted = Float64Array.from(values).toSorted();
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  const last = sorted.length - 1;
  return { median: between(at(last >> 1), at((last + 1) >> 1)), min: at(0), max: at(last) };
}

/**
 * By linear interpolation between the two nearest ranks (Hyndman and Fan 1996, type 7), as numpy's default. Undefined of
 * nothing.
 *
 * @param share 0.95 for the 95th percentile
 */
export function percentile(values: readonly number[], share: number): number | undefined {
  const ordered = Float64Array.from(values).toSorted();
  const rank = (ordered.length - 1) * share;
  const [below, above] = [ordered[Math.floor(rank)], ordered[Math.ceil(rank)]];
  return below === undefined || above === undefined ? undefined : below + (above - below) * (rank - Math.floor(rank));
}

/** The sum of two large numbers may be none. */
function between(a: number, b: number): number {
  if (a === b) return a;
  const total = a + b;
  return Number.isFinite(total) ? total / 2 : a / 2 + b / 2;
}

/** A power of two of about the size of a number; 1 for 0. The logarithm of the largest numbers rounds up to 1024. */
function powerOfTwo(value: number): number {
  return value === 0 ? 1 : 2 ** Math.min(1023, Math.floor(Math.log2(value)));
}

function sum(values: readonly number[], term: (value: number) => number): number {
  return values.reduce((total, value) => total + term(value), 0);
}
