import { chooseLinearPart } from '../../../core/stats/symlog.ts';
import type { ChartData, ChartMark, DrawnLine } from './chart-data.ts';
import type { ChartRange, ShownValues } from './chart-options.ts';
import { findRobustRange, type ValueRange, type ValueScale } from './value-range.ts';

/** What a chart shows of its values within a part of x. @param isRobust leave out what is beyond the 1st and 99th percentile */
export function chooseShownValues(
  data: ChartData,
  scale: ValueScale,
  isRobust: boolean,
  { from, to }: ChartRange,
): ShownValues {
  const odd = data.odd.map((mark): ChartMark => ({ ...mark, kind: 'odd' }));
  if (!isRobust && scale !== 'symlog') return { range: undefined, linear: 1, marks: odd };
  const within = data.lines.map((line) => listPoints(data, line).filter(({ x }) => x >= from && x <= to));
  const all = within.flat();
  const linear = scale === 'symlog' ? chooseLinearPart(all.map(({ y }) => y)) : 1;
  const [lows, highs] = [all.map(({ min }) => min), all.map(({ max }) => max)];
  const robust = isRobust ? findRobustRange(lows, highs, scale) : undefined;
  const clipped = data.lines.flatMap(({ slot }, i) => (robust ? listClipped(within[i] ?? [], slot, robust) : []));
  return { range: clipped.length > 0 ? robust : undefined, linear, marks: [...odd, ...clipped] };
}

interface Point {
  readonly x: number;
  readonly y: number;
  /** The extremes of the values that it stands for. */
  readonly min: number;
  readonly max: number;
}

function listPoints({ xs }: ChartData, { points, last, envelope }: DrawnLine): Point[] {
  return points.flatMap((place) => {
    const y = last[place];
    if (typeof y !== 'number') return [];
    return [{ x: xs[place] ?? 0, y, min: envelope?.min[place] ?? y, max: envelope?.max[place] ?? y }];
  });
}

/** Points that reach beyond the range. */
function listClipped(points: readonly Point[], slot: number, { low, high }: ValueRange): ChartMark[] {
  return points.flatMap(({ x, min, max }): ChartMark[] => [
    ...(max > high ? [{ x, slot, kind: 'above' } as const] : []),
    ...(min < low ? [{ x, slot, kind: 'below' } as const] : []),
  ]);
}
