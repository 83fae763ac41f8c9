import type { Axis as VegaAxis, NumericValueRef, ProductionRule, Scale } from 'vega';
import { listSymlogTicks } from '../../core/stats/symlog.ts';
import type { FigureAxis } from './figure.ts';
import { vegaText } from './style.ts';

/** A scale of numbers over all of them, with some space if all are equal. */
export function numberScale(
  name: string,
  range: 'width' | 'height',
  values: Iterable<number | undefined>,
  axis: FigureAxis,
  { nice = false, zero = false }: { readonly nice?: boolean; readonly zero?: boolean } = {},
): Scale {
  const [low, high] = computeDomain(values, axis.log);
  const domain = zero ? [Math.min(0, low), Math.max(0, high)] : [low, high];
  const type = chooseScaleType(axis);
  return type.type === 'linear'
    ? { name, ...type, range, domain, nice, zero }
    : { name, ...type, range, domain, nice: false };
}

type ScaleType =
  | { readonly type: 'linear' }
  | { readonly type: 'log'; readonly base: 10 }
  | { readonly type: 'symlog'; readonly constant: number };

/** The kind of scale that an axis of numbers or colours has. */
export function chooseScaleType({ log, symlog }: FigureAxis): ScaleType {
  if (log) return { type: 'log', base: 10 };
  return symlog === undefined ? { type: 'linear' } : { type: 'symlog', constant: symlog };
}

/** How far a value is along an axis, as its scale has it, in units of its own. */
export function scaleValue(value: number, { log, symlog }: FigureAxis): number {
  if (log) return Math.log(value);
  return symlog === undefined ? value : Math.sign(value) * Math.log1p(Math.abs(value) / symlog);
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

/** Of a symmetric logarithmic axis, which has few at any size. */
const MOST_SYMLOG_TICKS = 7;

/** The ticks of a symmetric logarithmic axis over some values; Vega would place them as on a linear one. */
export function chooseTicks(
  values: Iterable<number | undefined>,
  { symlog }: FigureAxis,
): { readonly values?: number[]; readonly format?: string } {
  if (symlog === undefined) return {};
  const [low, high] = computeDomain(values, false);
  const ticks = listSymlogTicks({ low, high }, symlog, MOST_SYMLOG_TICKS);
  // With a precision of its own: otherwise Vega chooses one as on a linear axis, and writes 1e+1 for 10.
  return ticks.length < 2 ? {} : { values: ticks, format: '.6~g' };
}

/** An axis of numbers with a tick for about every 40 points of paper. @param values what is drawn along it */
export function numberAxis(
  scale: string,
  orient: 'bottom' | 'left',
  axis: FigureAxis,
  values: readonly (number | undefined)[],
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
    ...chooseTicks(values, axis),
    ...(whole && chooseScaleType(axis).type === 'linear' ? { tickMinStep: 1 } : {}),
    zindex: 0,
  };
}

/**
 * Where the lower end of a band or an interval is, from the field `low`.
 *
 * @param isLog an end that is not above 0 has no place on the axis: it is at the bottom of the figure
 */
export function placeLowEnd(isLog: boolean): ProductionRule<NumericValueRef> {
  return isLog ? { signal: "datum.low > 0 ? scale('y', datum.low) : height" } : { scale: 'y', field: 'low' };
}
