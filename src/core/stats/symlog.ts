import { percentile } from './statistics.ts';

/** A tenth of the values that are not zero is below the linear part of a symmetric logarithmic axis. */
const LINEAR_SHARE = 0.1;
/** No power of ten below it is a number of its own accuracy. */
const LEAST_EXPONENT = -300;
/** How many powers of ten an axis has at most on each side: the largest value in units of the linear part is a number, too. */
const MOST_DECADES = 300;

/** Where a symmetric logarithmic axis is nearly linear: up to this power of ten on both sides of zero. */
export function chooseLinearPart(values: readonly number[]): number {
  const sizes = values.flatMap((value) => (value === 0 ? [] : [Math.abs(value)]));
  const small = percentile(sizes, LINEAR_SHARE);
  if (small === undefined) return 1;
  const largest = sizes.reduce((one, other) => Math.max(one, other));
  const exponentOf = (size: number): number => Math.floor(Math.log10(size));
  return 10 ** Math.max(LEAST_EXPONENT, exponentOf(largest) - MOST_DECADES, exponentOf(small));
}

/**
 * The ticks of a symmetric logarithmic axis: zero, and powers of ten on both sides from the linear part on, in order. The
 * largest come first; smaller ones are left out if there is no room for them.
 *
 * @param most ticks that have room beside each other
 */
export function listSymlogTicks(
  { low, high }: { readonly low: number; readonly high: number },
  linear: number,
  most: number,
): number[] {
  const heightOf = (value: number): number => Math.asinh(value / linear);
  const gap = (heightOf(high) - heightOf(low)) / Math.max(1, most);
  const first = Math.round(Math.log10(linear));
  const last = Math.floor(Math.log10(Math.max(Math.abs(low), Math.abs(high), linear)) + 1e-9);
  const powers = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => 10 ** (last - i));
  const ticks: number[] = [0, ...powers.flatMap((power) => [power, -power])].filter(
    (tick) => tick >= low && tick <= high,
  );
  const kept: number[] = [];
  for (const tick of ticks) {
    if (kept.every((other) => Math.abs(heightOf(tick) - heightOf(other)) >= gap)) kept.push(tick);
  }
  return kept.toSorted((a, b) => a - b);
}
