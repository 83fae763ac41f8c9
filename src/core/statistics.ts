/** How numbers are spread. */
export interface Summary {
  readonly n: number;
  /** Absent when there is no number. */
  readonly mean?: number;
  /** Sample standard deviation (n - 1). Absent for fewer than two numbers. */
  readonly std?: number;
}

/**
 * Number, mean and sample standard deviation of finite numbers.
 *
 * Two passes, each with its rounding error taken back, over numbers scaled by a power of two: neither large means with
 * small spreads nor numbers near the limits of a double spoil the result.
 */
export function summarize(values: readonly number[]): Summary {
  const n = values.length;
  if (n === 0) return { n };
  const scale = powerOfTwo(values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0));
  const scaled = values.map((value) => value / scale);
  const rough = sum(scaled) / n;
  const mean = rough + sum(scaled.map((value) => value - rough)) / n;
  if (n === 1) return { n, mean: mean * scale };
  const deviations = scaled.map((value) => value - mean);
  const squares = sum(deviations.map((deviation) => deviation ** 2)) - sum(deviations) ** 2 / n;
  return { n, mean: mean * scale, std: Math.sqrt(Math.max(0, squares) / (n - 1)) * scale };
}

/** A power of two of about the size of a number; 1 for 0. The logarithm of the largest numbers rounds up to 1024. */
function powerOfTwo(value: number): number {
  return value === 0 ? 1 : 2 ** Math.min(1023, Math.floor(Math.log2(value)));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
