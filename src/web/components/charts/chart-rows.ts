import { readPoint, type ChartData, type ChartPoint } from './chart-data.ts';
import type { ChartRange } from './chart-options.ts';

/** A point of a line, named by its index. */
export interface ChartRow extends ChartPoint {
  readonly line: number;
}

/** What a chart draws within a range, in order of x. */
export function listRows(data: ChartData, range: ChartRange | undefined): ChartRow[] {
  const rows = data.lines.flatMap((line, i) =>
    line.points.map((place) => ({ line: i, ...readPoint(data, line, place) })),
  );
  return rows
    .filter(({ x }) => range === undefined || (x >= range.from && x <= range.to))
    .toSorted((a, b) => a.x - b.x || a.line - b.line);
}
