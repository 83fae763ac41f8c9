import type { Axis as VegaAxis, Mark, Scale } from 'vega';
import type { ParallelAxis, ParallelFigure } from './figure.ts';
import { chooseScaleType, chooseTicks, computeDomain } from './scales.ts';
import { FONT, INK, SIZES } from './style.ts';
import type { Drawing } from './svg.ts';

/** One line for each experiment across all axes, coloured by the metric, the last axis. */
export function parallelDrawing({ axes, lines }: ParallelFigure): Drawing {
  const last = axes.length - 1;
  const points = lines.flatMap(({ name, values }) => {
    const metric = values[last];
    return values.map((value, axis) => ({ name, axis, metric, value }));
  });
  const scales = axes.map((axis, i) =>
    axisScale(
      axis,
      i,
      lines.map(({ values }) => values[i]),
    ),
  );
  const metrics = lines.map(({ values }) => values[last]).filter((value) => typeof value === 'number');
  const colour = axes[last] ?? { label: '', log: false };
  return {
    data: [
      { name: 'points', values: points },
      {
        name: 'axes',
        values: axes.map(({ label, log, symlog }, axis) => ({
          axis,
          label: `${label}${log ? ' (log)' : symlog === undefined ? '' : ' (symlog)'}`,
        })),
      },
    ],
    scales: [
      { name: 'place', type: 'point', domain: axes.map((_, i) => i), range: 'width', padding: 0.35 },
      {
        name: 'color',
        ...chooseScaleType(colour),
        domain: computeDomain(metrics, colour.log),
        range: { scheme: 'viridis', extent: [0, 0.92] },
      },
      ...scales,
    ],
    axes: axes.map((axis, i) =>
      verticalAxis(
        axis,
        i,
        i === last ? (chooseTicks(metrics, axis).values ?? []) : distinct(lines.map(({ values }) => values[i])),
        i === last,
      ),
    ),
    marks: [lineMark(axes), HEADS],
  };
}

function axisScale(
  { categories, ...axis }: ParallelAxis,
  i: number,
  values: readonly (number | string | undefined)[],
): Scale {
  const name = `axis${i}`;
  if (categories !== undefined) return { name, type: 'point', domain: [...categories], range: 'height', padding: 0.5 };
  const numbers = values.filter((value) => typeof value === 'number');
  return {
    name,
    ...chooseScaleType(axis),
    domain: computeDomain(numbers, axis.log),
    range: 'height',
    nice: false,
    zero: false,
  } as Scale;
}

/** Parameters mostly have a few values: then these are the ticks. */
const MOST_TICKS = 8;

function distinct(values: readonly (number | string | undefined)[]): number[] {
  const numbers = [...new Set(values)].filter((value) => typeof value === 'number');
  return numbers.length > MOST_TICKS ? [] : numbers;
}

function verticalAxis(
  { categories, log, symlog }: ParallelAxis,
  i: number,
  ticks: readonly number[],
  isLast: boolean,
): VegaAxis {
  return {
    scale: `axis${i}`,
    orient: isLast ? 'right' : 'left',
    offset: { signal: isLast ? `scale('place', ${i}) - width` : `-scale('place', ${i})` },
    tickCount: 5,
    labelPadding: 2,
    zindex: 1,
    ...(ticks.length === 0 ? {} : { values: [...ticks] }),
    ...(categories === undefined && (log || symlog !== undefined) ? { format: log ? '~g' : '.6~g' } : {}),
  };
}

/** The height of a value is asked of the scale of its axis. */
function lineMark(axes: readonly ParallelAxis[]): Mark {
  const height = axes.reduceRight(
    (rest, _, i) => `datum.axis === ${i} ? scale('axis${i}', datum.value) : ${rest}`,
    '0',
  );
  return {
    type: 'group',
    from: { facet: { name: 'own', data: 'points', groupby: 'name' } },
    marks: [
      {
        type: 'line',
        name: 'line',
        from: { data: 'own' },
        encode: {
          enter: {
            x: { scale: 'place', field: 'axis' },
            y: { signal: height },
            stroke: { scale: 'color', field: 'metric' },
            strokeWidth: { value: 0.9 },
            strokeOpacity: { value: 0.85 },
          },
        },
      },
    ],
  };
}

const HEADS: Mark = {
  type: 'text',
  from: { data: 'axes' },
  encode: {
    enter: {
      x: { scale: 'place', field: 'axis' },
      y: { value: -6 },
      align: { value: 'center' },
      font: { value: FONT },
      fontSize: { value: SIZES.label },
      fill: { value: INK },
      text: { field: 'label' },
    },
  },
};
