import type { Legend } from 'vega';
import type { Layout, ShortLegend } from './figure.ts';
import { SIZES, vegaText } from './style.ts';
import { getPaperSize } from './svg.ts';
import { measureText } from './text-metrics.ts';

const SYMBOL_ROOM = 28;
/** What the axis on the left takes, about. */
const AXIS_ROOM = 32;
/** More rows than this of full names take too much of a figure. */
const MOST_ROWS = 3;

/** A legend above the figure in as many columns as there is room for. */
export function legendAbove(names: readonly string[], layout: Layout, shortest: ShortLegend | undefined): Legend {
  const rows = Math.ceil(names.length / columnsFor(names, layout));
  const short = rows > MOST_ROWS ? shortest : undefined;
  const labels = short?.labels ?? names;
  const texts = Object.fromEntries(names.map((name, i) => [name, labels[i]]));
  return {
    orient: 'top',
    direction: 'horizontal',
    columns: columnsFor(labels, layout),
    gridAlign: 'each',
    labelLimit: getPaperSize(layout).width - AXIS_ROOM - SYMBOL_ROOM,
    ...(short && {
      title: vegaText(short.title),
      encode: { labels: { update: { text: { signal: `${JSON.stringify(texts)}[datum.value]` } } } },
    }),
  };
}

function columnsFor(labels: readonly string[], layout: Layout): number {
  const widest = Math.max(...labels.map((label) => measureText(label, SIZES.label))) + SYMBOL_ROOM;
  const fitting = Math.max(1, Math.floor((getPaperSize(layout).width - AXIS_ROOM) / widest));
  return Math.min(fitting, labels.length);
}
