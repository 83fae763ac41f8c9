import type { DecodedBuckets } from '../../../core/curves/bucket-bytes.ts';
import { getBucketX } from '../../../core/curves/buckets.ts';
import type { Curve } from '../../../core/curves/curves.ts';
import { smooth } from '../../../core/curves/smooth.ts';

/** A curve as one line of a chart. */
export interface ChartLine {
  readonly name: string;
  /** Its colour and dashes: 1 to 8, as in the tokens `--series-1`; 0: that of lines that are not told apart. */
  readonly slot: number;
  /** Thin and pale: of a run that did not go on. */
  readonly isFaint?: boolean;
  /** Of a band around the line: what line, lower and upper edge are. Without it, they are the last, lowest and highest values. */
  readonly band?: readonly [line: string, low: string, high: string];
  readonly curve: Curve<DecodedBuckets>;
}

/** A value for each x of a chart: undefined if the line has no point there, null in a gap of the line. */
export type Column = readonly (number | null | undefined)[];

/** A line with its values. */
export interface DrawnLine extends ChartLine {
  readonly last: Column;
  /** The average of the values up to each point, if that was asked for. */
  readonly smoothed?: Column;
  /** The lowest and highest values around each x; absent if every point is a single value. */
  readonly envelope?: { readonly min: Column; readonly max: Column };
  /** The indices of its points, in order. */
  readonly points: readonly number[];
}

/** What a chart draws: lines that share one list of x. */
export interface ChartData {
  readonly xs: readonly number[];
  readonly lines: readonly DrawnLine[];
  /** How many points a logarithmic axis has no place for: they are zero or below. */
  readonly unplaced: number;
  /** Where values are NaN or infinite. */
  readonly odd: readonly Pick<ChartMark, 'x' | 'slot'>[];
}

/** Something at an x that has no place on the axis of values: it is marked at the edge of the chart. */
export interface ChartMark {
  readonly x: number;
  /** Of the line that it is of. */
  readonly slot: number;
  readonly kind: 'odd' | 'above' | 'below';
}

/** Puts lines on one list of x. @param smoothing weight of {@link smooth}; 0: none */
export function makeChartData(lines: readonly ChartLine[], isLog: boolean, smoothing: number = 0): ChartData {
  const placed = lines.map((line) => ({ line, own: listXs(line.curve) }));
  const xs = [...new Set(placed.flatMap(({ own }) => own))].toSorted((a, b) => a - b);
  const places = new Map(xs.map((x, i) => [x, i]));
  const drawn = placed.map(({ line, own }) =>
    drawLine(
      line,
      own.map((x) => places.get(x) ?? 0),
      xs.length,
      isLog,
      smoothing,
    ),
  );
  const isUnplaced = (value: number | undefined): boolean => isLog && value !== undefined && value <= 0;
  const unplaced = lines.reduce((sum, { curve }) => sum + curve.buckets.last.filter(isUnplaced).length, 0);
  return { xs, lines: drawn, unplaced, odd: lines.flatMap(listOdd) };
}

function listXs({ buckets, extent, unit }: ChartLine['curve']): number[] {
  return Array.from(buckets.places, (_, i) => getBucketX(buckets, i, extent[1], unit));
}

function listOdd({ slot, curve }: ChartLine): ChartData['odd'] {
  const { odd } = curve.buckets;
  if (odd === undefined) return [];
  return listXs(curve).flatMap((x, i) => ((odd.nan[i] ?? 0) + (odd.infinite[i] ?? 0) > 0 ? [{ x, slot }] : []));
}

function drawLine(
  line: ChartLine,
  points: readonly number[],
  size: number,
  isLog: boolean,
  smoothing: number,
): DrawnLine {
  const { min, max, last } = line.curve.buckets;
  const isSpread = min.some((low, i) => low < (max[i] ?? low));
  const spread = (values: ArrayLike<number>): Column => {
    const column: (number | null | undefined)[] = Array.from({ length: size });
    points.forEach((place, i) => {
      const value = values[i] ?? Number.NaN;
      column[place] = Number.isNaN(value) || (isLog && value <= 0) ? null : value;
    });
    return column;
  };
  return {
    ...line,
    points,
    last: spread(last),
    ...(smoothing > 0 && { smoothed: spread(smooth(last, smoothing)) }),
    ...(!isSpread && line.band === undefined ? {} : { envelope: { min: spread(min), max: spread(max) } }),
  };
}

/** A point of a line, as the read-out and the table have it. */
export interface ChartPoint {
  readonly x: number;
  /** Null if no value there can be drawn. */
  readonly last: number | null;
  readonly smoothed?: number | null;
  readonly min?: number | null;
  readonly max?: number | null;
}

/** The point of a line that is next to an x of the chart; undefined if the line has none. */
export function findPoint(data: ChartData, line: DrawnLine, at: number): ChartPoint | undefined {
  const place = findNearest(line.points, at);
  return place === undefined ? undefined : readPoint(data, line, place);
}

/** @param place one of the points of the line */
export function readPoint({ xs }: ChartData, { last, smoothed, envelope }: DrawnLine, place: number): ChartPoint {
  return {
    x: xs[place] ?? 0,
    last: last[place] ?? null,
    ...(smoothed && { smoothed: smoothed[place] ?? null }),
    ...(envelope && { min: envelope.min[place] ?? null, max: envelope.max[place] ?? null }),
  };
}

function findNearest(points: readonly number[], at: number): number | undefined {
  const after = points.findIndex((place) => place >= at);
  if (after === -1) return points.at(-1);
  const [before, next] = [points[after - 1], points[after]];
  return before !== undefined && next !== undefined && at - before < next - at ? before : next;
}

/** Where a key moves the cursor on a line: an index into the x of the chart; undefined for other keys, or without points. */
export function moveAlong(points: readonly number[], at: number | undefined, key: string): number | undefined {
  if (key === 'Home') return points[0];
  if (key === 'End') return points.at(-1);
  if (key !== 'ArrowLeft' && key !== 'ArrowRight') return undefined;
  if (at === undefined) return key === 'ArrowRight' ? points[0] : points.at(-1);
  const next = key === 'ArrowRight' ? points.find((place) => place > at) : points.findLast((place) => place < at);
  return next ?? (key === 'ArrowRight' ? points.at(-1) : points[0]);
}
