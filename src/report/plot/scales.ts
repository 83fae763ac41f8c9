import type { Axis as VegaAxis, Scale } from 'vega';
import type { FigureAxis } from './figure.ts';
import { vegaText } from './style.ts';

/** A scale of numbers over all of them, with some space if all are equal. */
export function numberScale(
  name: string,
  range: 'width' | 'height',
  values: Iterable<number | undefined>,
  { log }: FigureAxis,
  { nice = false, zero = false }: { readonly nice?: boolean; readonly zero?: boolean } = {},
): Scale {
  const domain = computeDomain(values, log);
  if (log) return { name, type: 'log', base: 10, range, domain, nice: false };
  return { name, type: 'linear', range, domain, nice, zero };
}

/** The lowest and the highest finite number, with some room where they are equal; on a log axis of those above 0. */
export function computeDomain(values: Iterable<number | undefined>, log: boolean): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value === undefined || !Number.isFinite(value) || (log && value <= 0)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return log ? [1, 10] : [0, 1];
  if (low < high) return [low, high];
  if (log) return [low / 2, high * 2];
  const room = low === 0 ? 1 : Math.abs(low) / 10;
  return [low - room, high + room];
}

/** Of an axis of names that have no room side by side. */
export const SLANTED = { labelAngle: -35, labelAlign: 'right', labelBaseline: 'middle' } as const;

const TICK_ROOM = { bottom: 42, left: 22 } as const;

/** An axis of numbers with a tick for about every 40 points of paper. */
export function numberAxis(
  scale: string,
  orient: 'bottom' | 'left',
  axis: FigureAxis,
  whole: boolean = false,
): VegaAxis {
  const side = orient === 'bottom' ? 'width' : 'height';
  return {
    scale,
    orient,
    title: vegaText(axis.label),
    titleLimit: { signal: side },
    grid: true,
    tickCount: { signal: `max(2, floor(${side} / ${TICK_ROOM[orient]}))` },
    ...(axis.log ? { format: '~g' } : {}),
    ...(whole && !axis.log ? { tickMinStep: 1 } : {}),
    zindex: 0,
  };
}
