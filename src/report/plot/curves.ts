import type { Mark } from 'vega';
import { choosePointsToDraw } from './downsample.ts';
import type { Curve, CurvesFigure, Layout } from './figure.ts';
import { legendAbove } from './legend.ts';
import { numberAxis, numberScale, placeLowEnd } from './scales.ts';
import { makeColors, makeDashes } from './style.ts';
import type { Drawing } from './svg.ts';

/** All curves of a figure together have no more points than this; of many curves each has a few at least. */
const MOST_POINTS = 9_000;
const MOST_OF_ONE = 1_200;
const LEAST_OF_ONE = 40;

/** A row of the table that is drawn. */
interface Point {
  readonly curve: string;
  readonly x: number;
  readonly y: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** No line leads to it, so it must be a dot. */
  readonly alone: boolean;
}

/** Curves with their bands. */
export function curvesDrawing(figure: CurvesFigure, layout: Layout): Drawing {
  const { curves, x, y, thin, short } = figure;
  const names = curves.map(({ name }) => name);
  const points = curves.flatMap((curve) => pointsOf(curve, mostPoints(curves.length)));
  const xs = points.map((point) => point.x);
  const ys = points.flatMap(({ y: value, low, high }) => [value ?? undefined, low ?? undefined, high ?? undefined]);
  const hasBands = points.some(({ low }) => low !== null);
  return {
    data: [
      { name: 'points', values: points },
      { name: 'dots', values: points.filter(({ alone }) => alone) },
    ],
    scales: [
      numberScale('x', 'width', xs, x),
      numberScale('y', 'height', ys, y, { nice: true }),
      { name: 'color', type: 'ordinal', domain: names, range: makeColors(names.length) },
      { name: 'dash', type: 'ordinal', domain: names, range: makeDashes(names.length) as number[][] },
    ],
    axes: [numberAxis('x', 'bottom', x, xs, xs.every(Number.isInteger)), numberAxis('y', 'left', y, ys)],
    legends:
      thin || (names.length === 1 && names[0] === '')
        ? []
        : [
            {
              ...legendAbove(names, layout, short),
              stroke: 'color',
              strokeDash: 'dash',
              symbolType: 'stroke',
              symbolSize: 300,
              rowPadding: -5,
            },
          ],
    marks: [...(hasBands ? [perCurve(bandMark(y.log))] : []), perCurve(thin ? THIN_LINE : LINE), DOTS],
  };
}

function mostPoints(curves: number): number {
  return Math.max(LEAST_OF_ONE, Math.min(MOST_OF_ONE, Math.floor(MOST_POINTS / curves)));
}

function pointsOf({ name, xs, ys, low, high }: Curve, most: number): Point[] {
  const has = (i: number): boolean => ys[i] !== undefined;
  return choosePointsToDraw(xs, ys, most).map((i) => ({
    curve: name,
    x: xs[i] ?? 0,
    y: ys[i] ?? null,
    low: low[i] ?? null,
    high: high[i] ?? null,
    alone: has(i) && !has(i - 1) && !has(i + 1),
  }));
}

function perCurve(mark: Mark): Mark {
  return {
    type: 'group',
    from: { facet: { name: 'curve', data: 'points', groupby: 'curve' } },
    marks: [mark],
  };
}

function bandMark(isLog: boolean): Mark {
  return {
    type: 'area',
    name: 'band',
    from: { data: 'curve' },
    encode: {
      enter: {
        x: { scale: 'x', field: 'x' },
        y: placeLowEnd(isLog),
        y2: { scale: 'y', field: 'high' },
        defined: { signal: 'isValid(datum.low) && isValid(datum.high)' },
        fill: { scale: 'color', field: 'curve' },
        fillOpacity: { value: 0.16 },
        stroke: { scale: 'color', field: 'curve' },
        strokeWidth: { value: 0.35 },
        strokeOpacity: { value: 0.6 },
      },
    },
  };
}

const LINE: Mark = {
  type: 'line',
  name: 'line',
  from: { data: 'curve' },
  encode: {
    enter: {
      x: { scale: 'x', field: 'x' },
      y: { scale: 'y', field: 'y' },
      defined: { signal: 'isValid(datum.y)' },
      stroke: { scale: 'color', field: 'curve' },
      strokeDash: { scale: 'dash', field: 'curve' },
      strokeWidth: { value: 1.1 },
      strokeJoin: { value: 'round' },
    },
  },
};

const THIN_LINE: Mark = {
  ...LINE,
  encode: {
    enter: {
      ...LINE.encode?.enter,
      strokeDash: { value: [] },
      strokeWidth: { value: 0.5 },
      strokeOpacity: { value: 0.75 },
    },
  },
};

const DOTS: Mark = {
  type: 'symbol',
  name: 'dot',
  from: { data: 'dots' },
  encode: {
    enter: {
      x: { scale: 'x', field: 'x' },
      y: { scale: 'y', field: 'y' },
      size: { value: 10 },
      fill: { scale: 'color', field: 'curve' },
    },
  },
};
