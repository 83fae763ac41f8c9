import type { Legend } from 'vega';
import type { Layout } from './figure.ts';
import { SIZES } from './style.ts';
import { paper } from './svg.ts';
import { textLength } from './text-metrics.ts';

const SYMBOL_ROOM = 28;
/** What the axis on the left takes, about. */
const AXIS_ROOM = 32;
/** More rows than this of full names take too much of a figure. */
const MOST_ROWS = 3;

/** A legend above the figure in as many columns as there is room for; what all names share becomes its title where room is short. */
export function legendAbove(names: readonly string[], layout: Layout): Legend {
  const full = columnsFor(names, layout);
  const short = Math.ceil(names.length / full) > MOST_ROWS ? shortened(names) : undefined;
  const labels = short?.labels ?? names;
  const texts = Object.fromEntries(names.map((name, i) => [name, labels[i]]));
  return {
    orient: 'top',
    direction: 'horizontal',
    columns: columnsFor(labels, layout),
    gridAlign: 'each',
    labelLimit: paper(layout).width - AXIS_ROOM - SYMBOL_ROOM,
    ...(short && {
      title: short.title,
      encode: { labels: { update: { text: { signal: `${JSON.stringify(texts)}[datum.value]` } } } },
    }),
  };
}

function columnsFor(labels: readonly string[], layout: Layout): number {
  const widest = Math.max(...labels.map((label) => textLength(label, SIZES.label))) + SYMBOL_ROOM;
  const fitting = Math.max(1, Math.floor((paper(layout).width - AXIS_ROOM) / widest));
  return Math.min(fitting, labels.length);
}

/** `lr = 0.1 (n=3)`, `lr = 0.2 (n=3)` → `lr, n=3 each`: `0.1`, `0.2`. Undefined when the names have no beginning in common. */
function shortened(
  names: readonly string[],
): { readonly title: string; readonly labels: readonly string[] } | undefined {
  const parts = names.map((name) => /^([^=,]+) = (.*?)( \(n=\d+\))$/.exec(name));
  const [key, count] = [parts[0]?.[1], parts[0]?.[3]];
  if (key === undefined || !parts.every((part) => part?.[1] === key)) return undefined;
  const sameCount = parts.every((part) => part?.[3] === count);
  const labels = parts.map((part) => `${part?.[2]}${sameCount ? '' : part?.[3]}`);
  return { title: sameCount ? `${key} (${count?.slice(2, -1)} each)` : key, labels };
}
