import type { Axis as VegaAxis, Mark } from 'vega';
import type { FigureAxis, HeatmapFigure, Layout } from './figure.ts';
import { chooseScaleType, chooseTicks, scaleValue, SLANTED } from './scales.ts';
import { FONT, SIZES, vegaText } from './style.ts';
import { getPaperSize, type Drawing } from './svg.ts';
import { measureText } from './text-metrics.ts';

/** What axis and colour bar take, about. */
const SIDES_ROOM = 90;
const DIGITS = 3;
/** Of the range: above it viridis is light, and texts on it dark. */
const LIGHT = 0.6;

/** The mean of a metric for each pair of two parameters, in viridis, which grows evenly lighter, on paper too. */
export function heatmapDrawing({ cells, columns, rows, x, y, value }: HeatmapFigure, layout: Layout): Drawing {
  const means = cells.map(({ mean }) => mean);
  const [low, high] = [Math.min(...means), Math.max(...means)];
  const room = (getPaperSize(layout).width - SIDES_ROOM) / columns.length;
  const texts = means.map((mean) => String(Number(mean.toPrecision(DIGITS))));
  const fits = texts.every((text) => measureText(text, SIZES.note) < room - 2);
  const data = cells.map((cell, i) => ({
    ...cell,
    text: fits ? texts[i] : '',
    ink: low === high || shareOf(cell.mean, low, high, value) > LIGHT ? 'black' : 'white',
  }));
  return {
    data: [{ name: 'cells', values: data }],
    scales: [
      { name: 'x', type: 'band', domain: [...columns], range: 'width' },
      { name: 'y', type: 'band', domain: [...rows].toReversed(), range: 'height' },
      {
        name: 'value',
        ...chooseScaleType(value),
        domain: low < high ? [low, high] : [low - 1, high + 1],
        range: { scheme: 'viridis' },
      },
    ],
    axes: [namesAxis('x', 'bottom', x.label, widest(columns) > room - 3), namesAxis('y', 'left', y.label, false)],
    legends: [
      {
        fill: 'value',
        type: 'gradient',
        orient: 'right',
        title: vegaText(value.label),
        format: '.3~g',
        ...chooseTicks(means, value),
        gradientThickness: 8,
        titleOrient: 'right',
        gradientLength: { signal: 'height' },
      },
    ],
    marks: [NOTHING, CELLS, TEXTS],
  };
}

function shareOf(value: number, low: number, high: number, axis: FigureAxis): number {
  const [at, first, last] = [scaleValue(value, axis), scaleValue(low, axis), scaleValue(high, axis)];
  return (at - first) / (last - first);
}

function widest(names: readonly string[]): number {
  return Math.max(...names.map((name) => measureText(name, SIZES.label)));
}

function namesAxis(scale: string, orient: 'bottom' | 'left', title: string, slanted: boolean): VegaAxis {
  return {
    scale,
    orient,
    title: vegaText(title),
    ticks: false,
    domain: false,
    labelPadding: 3,
    ...(slanted ? SLANTED : {}),
  };
}

/** What pairs without a value show. */
const NOTHING: Mark = {
  type: 'rect',
  encode: { enter: { width: { signal: 'width' }, height: { signal: 'height' }, fill: { value: '#ededed' } } },
};

const CELLS: Mark = {
  type: 'rect',
  name: 'cell',
  from: { data: 'cells' },
  encode: {
    enter: {
      x: { scale: 'x', field: 'x' },
      width: { scale: 'x', band: 1 },
      y: { scale: 'y', field: 'y' },
      height: { scale: 'y', band: 1 },
      fill: { scale: 'value', field: 'mean' },
      stroke: { value: 'white' },
      strokeWidth: { value: 0.6 },
    },
  },
};

const TEXTS: Mark = {
  type: 'text',
  from: { data: 'cells' },
  encode: {
    enter: {
      x: { scale: 'x', field: 'x', band: 0.5 },
      y: { scale: 'y', field: 'y', band: 0.5 },
      align: { value: 'center' },
      baseline: { value: 'middle' },
      font: { value: FONT },
      fontSize: { value: SIZES.note },
      text: { field: 'text' },
      fill: { field: 'ink' },
    },
  },
};
