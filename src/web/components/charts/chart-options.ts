import type uPlot from 'uplot';
import type { CurveAxis } from '../../../core/curves/curves.ts';
import { formatValue } from '../../format/numbers.ts';
import { fade, getDash, type ChartColours } from './chart-colours.ts';
import type { ChartData } from './chart-data.ts';
import { formatX } from './chart-words.ts';

/** A part of the axis: steps, or milliseconds. */
export interface ChartRange {
  readonly from: number;
  readonly to: number;
}

/** An x at which another attempt begins. */
export interface Seam {
  readonly x: number;
  readonly name: string;
}

/** How a chart looks. */
export interface ChartLook {
  readonly x: CurveAxis;
  readonly isLog: boolean;
  readonly hasEnvelope: boolean;
  readonly range: ChartRange;
  readonly seams: readonly Seam[];
  readonly colours: ChartColours;
}

/** Charts of this name share their cursor. */
export const CURSOR = 'sheaf';

const SPANS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 43_200];
const DAYS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];
const TIME_STEPS = [100, 200, 500, ...SPANS_S.map((s) => s * 1_000), ...DAYS.map((days) => days * 86_400_000)];
const WHOLE_STEPS = Array.from({ length: 16 }, (_, power) => [1, 2, 5].map((digit) => digit * 10 ** power)).flat();

/** The lines of a chart for uPlot, each followed by the edges of its envelope. */
export function makeColumns({ xs, lines }: ChartData, hasEnvelope: boolean): uPlot.AlignedData {
  const columns = lines.flatMap(({ last, envelope }) =>
    envelope && hasEnvelope ? [last, envelope.max, envelope.min] : [last],
  );
  return [[...xs], ...columns.map((column) => [...column])];
}

/** What uPlot needs to know beside the {@link makeColumns}; without its size and what happens in it. */
export function makeOptions(
  { lines }: ChartData,
  { x, isLog, hasEnvelope, range, seams, colours }: ChartLook,
): Omit<uPlot.Options, 'width' | 'height'> {
  const series: uPlot.Series[] = [{}];
  const bands: uPlot.Band[] = [];
  for (const { slot, curve, envelope } of lines) {
    const stroke = colours.series(slot);
    const line = { stroke, width: curve.superseded ? 1 : 1.5, dash: getDash(slot, curve.superseded) };
    series.push({ ...line, points: { size: 4, fill: stroke } });
    if (envelope === undefined || !hasEnvelope) continue;
    bands.push({ series: [series.length, series.length + 1], fill: fade(stroke, 0.2) });
    // With edges, a spike of one step is seen, too; around a superseded piece they would hide its dashes.
    const edgeStroke = curve.superseded ? 'transparent' : fade(stroke, 0.45);
    const edge: uPlot.Series = { stroke: edgeStroke, width: 1, points: { show: false } };
    series.push(edge, edge);
  }
  const axis = {
    stroke: colours.text,
    font: colours.font,
    grid: { stroke: colours.line, width: 1 },
    ticks: { show: false },
  };
  return {
    padding: [10, 24, 0, 0],
    legend: { show: false },
    scales: { x: { time: false, range: [range.from, range.to] }, y: { distr: isLog ? 3 : 1 } },
    axes: [
      {
        ...axis,
        size: 28,
        space: 72,
        incrs: x === 'time' ? TIME_STEPS : WHOLE_STEPS,
        values: (_, splits) => splits.map((split) => formatX(split, x)),
      },
      {
        ...axis,
        size: 60,
        space: 32,
        values: (_, splits) => splits.map((split: number | null) => (split === null ? '' : formatValue(split))),
      },
    ],
    series,
    bands,
    cursor: {
      y: false,
      points: { size: (_, i) => (series[i]?.points?.show === false ? 0 : 7) },
      drag: { x: true, y: false, setScale: false },
      sync: {
        key: CURSOR,
        scales: ['x', null],
        filters: { pub: (type) => type === 'mousemove' || type === 'mouseleave' },
      },
    },
    hooks: { draw: [(chart) => drawSeams(chart, seams, colours)] },
  };
}

/** CSS pixels: names closer than this would cover each other. */
const NAME_WIDTH = 48;

function drawSeams(chart: uPlot, seams: readonly Seam[], { border, text, font }: ChartColours): void {
  const { ctx, bbox } = chart;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.strokeStyle = border;
  ctx.fillStyle = text;
  ctx.lineWidth = ratio;
  ctx.font = font.replace('11px', `${10 * ratio}px`);
  ctx.textAlign = 'left';
  ctx.textBaseline = 'top';
  let free = -Infinity;
  for (const { x, name } of seams) {
    const at = Math.round(chart.valToPos(x, 'x', true));
    if (at < bbox.left || at > bbox.left + bbox.width) continue;
    ctx.beginPath();
    ctx.moveTo(at, bbox.top);
    ctx.lineTo(at, bbox.top + bbox.height);
    ctx.stroke();
    if (at < free) continue;
    ctx.fillText(name, at + 3 * ratio, bbox.top);
    free = at + NAME_WIDTH * ratio;
  }
  ctx.restore();
}
