import type uPlot from 'uplot';
import { isTimeAxis, type CurveAxis } from '../../../core/curves/axis.ts';
import { listSymlogTicks } from '../../../core/stats/symlog.ts';
import { formatValue } from '../../format/numbers.ts';
import { fade, getDash, type ChartColours } from './chart-colours.ts';
import type { ChartData, ChartMark } from './chart-data.ts';
import { drawMarks, drawUprights, type Upright } from './chart-drawing.ts';
import { formatX } from './chart-words.ts';
import type { ValueRange, ValueScale } from './value-range.ts';

/** A part of the axis: steps, milliseconds, or values of the series that is x. */
export interface ChartRange {
  readonly from: number;
  readonly to: number;
}

/** What is shown of the values. */
export interface ShownValues {
  /** Undefined: all. */
  readonly range: ValueRange | undefined;
  /** Where a symmetric logarithmic axis is linear: up to this on both sides of zero. */
  readonly linear: number;
  /** What is left out, marked at the edges. */
  readonly marks: readonly ChartMark[];
}

/** How a chart looks. */
export interface ChartLook {
  readonly x: CurveAxis;
  readonly scale: ValueScale;
  readonly values: ShownValues;
  readonly hasEnvelope: boolean;
  readonly range: ChartRange;
  readonly uprights: readonly Upright[];
  readonly colours: ChartColours;
}

/** Charts of this name share their cursor. */
export const CURSOR = 'sheaf';

const SPANS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 43_200];
const DAYS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];
const TIME_STEPS = [100, 200, 500, ...SPANS_S.map((s) => s * 1_000), ...DAYS.map((days) => days * 86_400_000)];
const WHOLE_STEPS = Array.from({ length: 16 }, (_, power) => [1, 2, 5].map((digit) => digit * 10 ** power)).flat();

/** With more lines than these, the cursor marks the nearest one alone. */
const FEW_LINES = 16;

/** How much of its colour a faint line has. */
const FAINT = 0.5;

/** uPlot's names of scales. */
const DISTRIBUTIONS = { linear: 1, log: 3, symlog: 4 } as const;

/** CSS pixels between two ticks of a symmetric logarithmic axis. */
const TICK_HEIGHT = 28;

/** The lines of a chart for uPlot, each followed by its raw values if it is smoothed, or by the edges of its envelope. */
export function makeColumns({ xs, lines }: ChartData, hasEnvelope: boolean): uPlot.AlignedData {
  const columns = lines.flatMap(({ last, smoothed, envelope }) => {
    if (smoothed) return [smoothed, last];
    return envelope && hasEnvelope ? [last, envelope.max, envelope.min] : [last];
  });
  return [[...xs], ...columns.map((column) => [...column])];
}

/**
 * What uPlot needs to know beside the {@link makeColumns}; without its size and what happens in it. `lineOf` says to which
 * line a series of uPlot belongs.
 */
export function makeOptions(
  { lines }: ChartData,
  { x, scale, values, hasEnvelope, range, uprights, colours }: ChartLook,
): Omit<uPlot.Options, 'width' | 'height'> & { readonly lineOf: readonly (number | undefined)[] } {
  const series: uPlot.Series[] = [{}];
  const bands: uPlot.Band[] = [];
  const lineOf: (number | undefined)[] = [undefined];
  /** Series that the cursor does not mark. */
  const unmarked = new Set<number>();
  const pushUnmarked = (line: number, own: uPlot.Series): void => {
    unmarked.add(series.length);
    series.push({ ...own, points: { show: false } });
    lineOf.push(line);
  };
  for (const [i, { slot, curve, smoothed, envelope, isFaint = false }] of lines.entries()) {
    const colour = colours.series(slot);
    const stroke = isFaint ? fade(colour, FAINT) : colour;
    const line = { stroke, width: curve.superseded || slot === 0 ? 1 : 1.5, dash: getDash(slot, curve.superseded) };
    // Dots would make many short lines as strong as the others; a line of one point is a dot.
    const hasDots = !isFaint || curve.buckets.places.length === 1;
    series.push({ ...line, points: { size: 4, fill: stroke, ...(!hasDots && { show: false }) } });
    lineOf.push(i);
    if (smoothed !== undefined) pushUnmarked(i, { stroke: fade(stroke, 0.3), width: 1 });
    if (smoothed !== undefined || envelope === undefined || !hasEnvelope) continue;
    bands.push({ series: [series.length, series.length + 1], fill: fade(stroke, 0.2) });
    // With edges, a spike of one step is seen, too; around a superseded piece they would hide its dashes.
    const edgeStroke = curve.superseded ? 'transparent' : fade(stroke, 0.45);
    for (let edge = 0; edge < 2; edge += 1) pushUnmarked(i, { stroke: edgeStroke, width: 1 });
  }
  const axis = {
    stroke: colours.text,
    font: colours.font,
    grid: { stroke: colours.line, width: 1 },
    ticks: { show: false },
  };
  return {
    lineOf,
    padding: [10, 24, 0, 0],
    legend: { show: false },
    scales: { x: { time: false, range: [range.from, range.to] }, y: makeValueScale(scale, values) },
    axes: [
      {
        ...axis,
        size: 28,
        space: 72,
        ...(x === 'step' && { incrs: WHOLE_STEPS }),
        ...(isTimeAxis(x) && { incrs: TIME_STEPS }),
        values: (_, splits) => splits.map((split) => formatX(split, x)),
      },
      {
        ...axis,
        size: 60,
        space: 32,
        ...(scale === 'symlog' && {
          splits: (chart, _, low, high) =>
            listSymlogTicks({ low, high }, values.linear, chart.over.clientHeight / TICK_HEIGHT),
        }),
        values: (_, splits) => splits.map((split: number | null) => (split === null ? '' : formatValue(split))),
      },
    ],
    series,
    bands,
    cursor: {
      y: false,
      points: { one: lines.length > FEW_LINES, size: (_, i) => (unmarked.has(i) ? 0 : 7) },
      focus: { prox: lines.length > 1 ? Infinity : -1 },
      drag: { x: true, y: false, setScale: false },
      sync: {
        key: CURSOR,
        scales: ['x', null],
        filters: { pub: (type) => type === 'mousemove' || type === 'mouseleave' },
      },
    },
    // The nearest line is not told apart by fading all others: that would draw all of them again.
    focus: { alpha: 1 },
    hooks: {
      draw: [(chart) => drawUprights(chart, uprights, colours), (chart) => drawMarks(chart, values.marks, colours)],
    },
  };
}

function makeValueScale(scale: ValueScale, { range, linear }: ShownValues): uPlot.Scale {
  const distribution = { distr: DISTRIBUTIONS[scale], asinh: linear };
  if (range !== undefined) return { ...distribution, range: [range.low, range.high] };
  if (scale !== 'symlog') return distribution;
  return { ...distribution, range: (_, low, high) => (low < high ? [low, high] : [low - linear, high + linear]) };
}
