import type { Mark } from 'vega';
import type { Layout, ScatterFigure } from './figure.ts';
import { legendAbove } from './legend.ts';
import { numberAxis, numberScale } from './scales.ts';
import { makeColors, makeShapes, vegaText } from './style.ts';
import type { Drawing } from './svg.ts';

/** One dot for each experiment; groups differ in colour and form. */
export function scatterDrawing({ groups, x, y, short }: ScatterFigure, layout: Layout): Drawing {
  const names = groups.map(({ name }) => name);
  const points = groups.flatMap((group) =>
    group.points.map((point) => ({ group: group.name, x: point.x, y: point.y })),
  );
  const xs = points.map((point) => point.x);
  const numbers = xs.filter((value) => typeof value === 'number');
  const ys = points.map((point) => point.y);
  const isNumeric = numbers.length === xs.length;
  return {
    data: [{ name: 'points', values: points }],
    scales: [
      isNumeric
        ? { ...numberScale('x', 'width', numbers, x, { nice: !x.log }), ...ROOM }
        : { name: 'x', type: 'point', domain: [...new Set(xs.map(String))], range: 'width', padding: 0.5 },
      {
        ...numberScale('y', 'height', ys, y, { nice: true }),
        ...ROOM,
      },
      { name: 'color', type: 'ordinal', domain: names, range: makeColors(names.length) },
      { name: 'shape', type: 'ordinal', domain: names, range: makeShapes(names.length) },
    ],
    axes: [
      isNumeric ? numberAxis('x', 'bottom', x, numbers) : { scale: 'x', orient: 'bottom', title: vegaText(x.label) },
      numberAxis('y', 'left', y, ys),
    ],
    legends:
      names.length < 2
        ? []
        : [
            {
              ...legendAbove(names, layout, short),
              fill: 'color',
              shape: 'shape',
              symbolSize: 30,
              symbolStrokeWidth: 0,
            },
          ],
    marks: [DOTS],
  };
}

/** So that no dot is cut by the frame. */
const ROOM = { padding: 5 } as const;

const DOTS: Mark = {
  type: 'symbol',
  name: 'point',
  from: { data: 'points' },
  encode: {
    enter: {
      x: { scale: 'x', field: 'x' },
      y: { scale: 'y', field: 'y' },
      size: { value: 22 },
      shape: { scale: 'shape', field: 'group' },
      fill: { scale: 'color', field: 'group' },
      fillOpacity: { value: 0.75 },
      stroke: { value: 'white' },
      strokeWidth: { value: 0.4 },
    },
  },
};
