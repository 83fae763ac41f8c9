import { spansDecades } from '../../../core/importance/decades.ts';
import type { Value } from '../../../core/value.ts';
import { formatValue } from '../../format/numbers.ts';
import type { Brush } from './brushes.ts';

/** An axis of parallel coordinates. Places on it go from 0, its lower end, to 1. */
export interface Axis {
  /** The name in queries. */
  readonly label: string;
  readonly scale: 'linear' | 'log' | 'choices';
  readonly low: number;
  readonly high: number;
  /** From the lower end; empty for numbers. */
  readonly choices: readonly string[];
  /** Where each run crosses it; null for a run without a value. */
  readonly places: readonly (number | null)[];
  readonly ticks: readonly { readonly place: number; readonly text: string }[];
}

/** Numbers of at most as many different values have a tick each. */
const MOST_TICKS = 6;

/**
 * The axis of a parameter or a metric: logarithmic where numbers span decades; choices in the order of their texts.
 *
 * @param texts of the values, as they were written
 */
export function makeAxis(label: string, values: readonly Value[], texts: readonly string[]): Axis {
  const present = values.filter((value) => value !== null);
  const numbers = present.filter((value) => typeof value === 'number');
  if (numbers.length < present.length || numbers.length === 0) return makeChoices(label, values, texts);
  const isLog = spansDecades(numbers);
  const [low, high] = [numbers.reduce((a, b) => Math.min(a, b)), numbers.reduce((a, b) => Math.max(a, b))];
  const scale = isLog ? 'log' : 'linear';
  const axis = { scale, low, high } as const;
  const written = new Map(values.map((value, i) => [value, texts[i]]));
  const distinct = [...new Set(numbers)];
  const shown = distinct.length <= MOST_TICKS ? distinct : [0, 0.5, 1].map((place) => numberAt(axis, place));
  return {
    label,
    ...axis,
    choices: [],
    places: values.map((value) => (typeof value === 'number' ? placeOf(axis, value) : null)),
    ticks: shown.map((value) => ({ place: placeOf(axis, value), text: written.get(value) || formatValue(value) })),
  };
}

function makeChoices(label: string, values: readonly Value[], texts: readonly string[]): Axis {
  const present = texts.filter((_, i) => values[i] !== null);
  const choices = [...new Set(present)].toSorted();
  const place = (text: string): number => (choices.length < 2 ? 0.5 : choices.indexOf(text) / (choices.length - 1));
  return {
    label,
    scale: 'choices',
    low: 0,
    high: 1,
    choices,
    places: values.map((value, i) => (value === null ? null : place(texts[i] ?? ''))),
    ticks: choices.length > 20 ? [] : choices.map((text) => ({ place: place(text), text })),
  };
}

type Scale = Pick<Axis, 'scale' | 'low' | 'high'>;

/** Where a number is. */
export function placeOf({ scale, low, high }: Scale, value: number): number {
  if (low === high) return 0.5;
  if (scale !== 'log') return (value - low) / (high - low);
  return Math.log(value / low) / Math.log(high / low);
}

/** The number at a place. */
export function numberAt({ scale, low, high }: Scale, place: number): number {
  return scale === 'log' ? low * (high / low) ** place : low + (high - low) * place;
}

/** The part of an axis between two places as a brush; undefined for all of it, or nothing of it. */
export function brushBetween(axis: Axis, a: number, b: number): Brush | undefined {
  const [from, to] = [Math.min(a, b), Math.max(a, b)];
  if (axis.scale === 'choices') {
    const choices = axis.choices.filter((_, i) => {
      const place = axis.choices.length < 2 ? 0.5 : i / (axis.choices.length - 1);
      return place >= from && place <= to;
    });
    return choices.length === 0 || choices.length === axis.choices.length ? undefined : { choices };
  }
  const round = (place: number): number => Number(numberAt(axis, place).toPrecision(4));
  const bounds = { ...(from > 0 && { from: round(from) }), ...(to < 1 && { to: round(to) }) };
  return Object.keys(bounds).length === 0 ? undefined : bounds;
}

/** The places between which a brush is, for drawing it. */
export function placesOfBrush(axis: Axis, brush: Brush): readonly [number, number] {
  if ('choices' in brush) {
    const own = axis.scale === 'choices' ? brush.choices.map((text) => axis.choices.indexOf(text)) : [];
    const places = own
      .filter((i) => i >= 0)
      .map((i) => (axis.choices.length < 2 ? 0.5 : i / (axis.choices.length - 1)));
    const numbers = axis.scale === 'choices' ? places : brush.choices.map((text) => placeOf(axis, Number(text)));
    return numbers.length === 0 ? [0, 0] : [Math.min(...numbers), Math.max(...numbers)];
  }
  const within = (place: number): number => Math.min(1, Math.max(0, place));
  return [
    brush.from === undefined ? 0 : within(placeOf(axis, brush.from)),
    brush.to === undefined ? 1 : within(placeOf(axis, brush.to)),
  ];
}
