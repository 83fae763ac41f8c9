import type { Legend } from 'vega';
import type { Layout } from './figure.ts';
import { SIZES } from './style.ts';
import { paper } from './svg.ts';
import { textLength } from './text-metrics.ts';

const SYMBOL_ROOM = 24;
/** What the axis on the left takes, about. */
const AXIS_ROOM = 40;

/** A legend above the figure in as many columns as there is room for. */
export function legendAbove(names: readonly string[], layout: Layout): Legend {
  const widest = Math.max(...names.map((name) => textLength(name, SIZES.label))) + SYMBOL_ROOM;
  const columns = Math.max(1, Math.floor((paper(layout).width - AXIS_ROOM) / widest));
  return { orient: 'top', direction: 'horizontal', columns: Math.min(columns, names.length), gridAlign: 'each' };
}
