import { withoutUndefined } from '../../core/value.ts';
import type { Axis as VegaAxis, Mark } from 'vega';
import type { Bar, BarFigure, Layout } from './figure.ts';
import { numberAxis, numberScale, placeLowEnd, SLANTED } from './scales.ts';
import { makeColors, INK, SIZES, vegaText } from './style.ts';
import { getPaperSize, type Drawing } from './svg.ts';
import { measureText } from './text-metrics.ts';

/** What the axis on the left takes, about. */
const AXIS_ROOM = 40;

/** Means with intervals and the values themselves. Bars begin at 0; on a log axis, which has no 0, dots stand for them. */
export function barDrawing({ bars, x, y }: BarFigure, layout: Layout): Drawing {
  const labels = bars.map(({ name }) => name);
  const points = bars.flatMap(({ name, points }) =>
    points.flatMap((value, i) => (y.log && value <= 0 ? [] : [{ bar: name, value, place: place(i, points.length) }])),
  );
  const values = [...points.map(({ value }) => value), ...bars.flatMap(({ mean, low, high }) => [mean, low, high])];
  return {
    data: [
      { name: 'bars', values: bars.filter(({ mean }) => mean !== undefined && !(y.log && mean <= 0)).map(shown) },
      { name: 'intervals', values: bars.filter(({ high }) => high !== undefined && !(y.log && high <= 0)).map(shown) },
      { name: 'points', values: points },
    ],
    scales: [
      { name: 'x', type: 'band', domain: labels, range: 'width', paddingInner: 0.35, paddingOuter: 0.2 },
      numberScale('y', 'height', values, y, { nice: true, zero: !y.log }),
      { name: 'color', type: 'ordinal', domain: labels, range: makeColors(labels.length) },
    ],
    axes: [namesAxis(bars, x.label, layout), numberAxis('y', 'left', y, [0, ...values])],
    marks: [y.log ? MEAN_DOT : BAR, POINTS, intervalMark(y.log), cap('low', y.log), cap('high', y.log)],
  };
}

function shown({ name, mean, low, high }: Bar): { name: string; mean?: number; low?: number; high?: number } {
  return withoutUndefined({ name, mean, low, high });
}

/** Points of one bar beside each other, in a part of its width from 0 to 1. */
function place(i: number, count: number): number {
  return count === 1 ? 0.5 : 0.25 + (0.5 * i) / (count - 1);
}

/** Names below the bars with the number of values; slanted when they are too long to stand side by side. */
function namesAxis(bars: readonly Bar[], title: string, layout: Layout): VegaAxis {
  const room = (getPaperSize(layout).width - AXIS_ROOM) / bars.length;
  const widest = Math.max(...bars.map(({ name }) => measureText(name, SIZES.label)));
  const counts = Object.fromEntries(bars.map(({ name, n }) => [name, n]));
  const slanted = widest > room - 3;
  const text = slanted
    ? `datum.value + ' (n=' + ${JSON.stringify(counts)}[datum.value] + ')'`
    : `[datum.value, 'n=' + ${JSON.stringify(counts)}[datum.value]]`;
  return {
    scale: 'x',
    orient: 'bottom',
    title: vegaText(title),
    ticks: false,
    labelPadding: 3,
    labelOverlap: false,
    ...(slanted ? SLANTED : {}),
    encode: { labels: { update: { text: { signal: text } } } },
  };
}

const MIDDLE = { scale: 'x', field: 'name', band: 0.5 } as const;

const BAR: Mark = {
  type: 'rect',
  name: 'bar',
  from: { data: 'bars' },
  encode: {
    enter: {
      x: { scale: 'x', field: 'name' },
      width: { scale: 'x', band: 1 },
      y: { scale: 'y', field: 'mean' },
      y2: { scale: 'y', value: 0 },
      fill: { scale: 'color', field: 'name' },
      fillOpacity: { value: 0.45 },
      stroke: { scale: 'color', field: 'name' },
      strokeWidth: { value: 0.8 },
    },
  },
};

const MEAN_DOT: Mark = {
  type: 'symbol',
  name: 'bar',
  from: { data: 'bars' },
  encode: {
    enter: {
      x: MIDDLE,
      y: { scale: 'y', field: 'mean' },
      size: { value: 45 },
      fill: { scale: 'color', field: 'name' },
    },
  },
};

const POINTS: Mark = {
  type: 'symbol',
  name: 'point',
  from: { data: 'points' },
  encode: {
    enter: {
      x: { signal: "scale('x', datum.bar) + bandwidth('x') * datum.place" },
      y: { scale: 'y', field: 'value' },
      size: { value: 7 },
      fill: { value: 'white' },
      stroke: { value: INK },
      strokeWidth: { value: 0.5 },
    },
  },
};

function intervalMark(isLog: boolean): Mark {
  return {
    type: 'rule',
    name: 'interval',
    from: { data: 'intervals' },
    encode: {
      enter: {
        x: MIDDLE,
        y: placeLowEnd(isLog),
        y2: { scale: 'y', field: 'high' },
        stroke: { value: INK },
        strokeWidth: { value: 0.9 },
      },
    },
  };
}

/** On a log axis, an end that is not above 0 has no cap. */
function cap(end: 'low' | 'high', isLog: boolean): Mark {
  return {
    type: 'rule',
    from: { data: 'intervals' },
    encode: {
      enter: {
        x: { scale: 'x', field: 'name', band: 0.42 },
        x2: { scale: 'x', field: 'name', band: 0.58 },
        y: { scale: 'y', field: end },
        stroke: { value: INK },
        strokeWidth: isLog ? { signal: `datum.${end} > 0 ? 0.9 : 0` } : { value: 0.9 },
      },
    },
  };
}
