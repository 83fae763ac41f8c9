import { percentile } from '../../../core/stats/statistics.ts';

/** How values become heights: `symlog` is logarithmic on both sides of zero, and linear around it. */
export type ValueScale = 'linear' | 'log' | 'symlog';

/** What a chart shows of its values. */
export interface ValueRange {
  readonly low: number;
  readonly high: number;
}

/** The part that a robust range leaves out, at each end. */
const OUTLIERS = 0.01;
/** Room around the values, as a part of their span. */
const ROOM = 0.05;

/**
 * The range from the 1st to the 99th percentile of values, with some room; undefined if both are equal.
 *
 * @param lows the lowest value of each point, finite; of a logarithmic axis positive
 * @param highs the highest value of each point
 */
export function findRobustRange(
  lows: readonly number[],
  highs: readonly number[],
  scale: ValueScale,
): ValueRange | undefined {
  const [from, to] = [percentile(lows, OUTLIERS), percentile(highs, 1 - OUTLIERS)];
  if (from === undefined || to === undefined || from === to) return undefined;
  return scale === 'log' ? widen(Math.log(from), Math.log(to), Math.exp) : widen(from, to, Number);
}

function widen(from: number, to: number, undo: (value: number) => number): ValueRange {
  const room = (to - from) * ROOM;
  return { low: undo(from - room), high: undo(to + room) };
}

export function isWithin(value: number, { low, high }: ValueRange): boolean {
  return value >= low && value <= high;
}
