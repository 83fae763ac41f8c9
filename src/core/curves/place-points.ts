import { concatenateSeries, type JoinedSeries, type SeriesPart } from '../experiment/join-series.ts';
import type { Curve, CurveAxis } from './curves.ts';

/** Where a curve is from; its numbers are apart. */
export type CurveHead = Omit<Curve, 'buckets' | 'key' | 'expId' | 'metric'>;

/** The points of a curve: whole numbers that never fall, and a value for each. */
export interface CurvePoints {
  readonly xs: Float64Array;
  readonly values: Float64Array;
}

/**
 * The curves of a series: one of what counts, and one of each attempt that a later one superseded. Without points that have
 * a place on the axis there is none.
 *
 * @param zeroOf where the axis of time begins for an attempt, milliseconds since 1970
 */
export function placePoints(
  { parts, superseded }: JoinedSeries,
  axis: CurveAxis,
  zeroOf: (attempt: string) => number,
): { readonly head: CurveHead; readonly points: CurvePoints }[] {
  const all = [{ superseded: false, parts }, ...superseded.map((part) => ({ superseded: true, parts: [part] }))];
  return all.flatMap(({ superseded: isSuperseded, parts: own }) => {
    const placed = own
      .map((part) => placePart(part, axis, zeroOf(part.attempt)))
      .filter(({ points }) => points.steps.length > 0);
    const { steps, values } = concatenateSeries(placed);
    if (steps.length === 0) return [];
    const points = inOrder({ xs: steps, values });
    const head: CurveHead = {
      superseded: isSuperseded,
      attempts: placed.map(({ attempt, points: { steps: xs } }) => ({
        attempt,
        from: xs.reduce((a, b) => Math.min(a, b)),
      })),
      extent: [points.xs[0] ?? 0, points.xs.at(-1) ?? 0],
      points: steps.length,
      ...countOdd(values),
      timeless: own.reduce((sum, part) => sum + part.points.steps.length, 0) - steps.length,
    };
    return [{ head, points }];
  });
}

function countOdd(values: Float64Array): { readonly nan: number; readonly infinite: number } {
  let [nan, infinite] = [0, 0];
  for (const value of values) {
    if (Number.isNaN(value)) nan += 1;
    else if (!Number.isFinite(value)) infinite += 1;
  }
  return { nan, infinite };
}

/** A part with places on the axis as its steps. */
function placePart(part: SeriesPart, axis: CurveAxis, zeroMs: number): SeriesPart {
  if (axis === 'step') return part;
  const { values, times } = part.points;
  const keep = times.map((time) => (Number.isFinite(time) ? 1 : 0));
  const kept = (items: Float64Array): Float64Array => items.filter((_, i) => keep[i] === 1);
  return {
    attempt: part.attempt,
    points: {
      steps: kept(times).map((time) => Math.round(time * 1000 - zeroMs)),
      values: kept(values),
      times: kept(times),
    },
  };
}

/** Clocks of several nodes may differ, so later points may have earlier times. */
function inOrder(points: CurvePoints): CurvePoints {
  const { xs, values } = points;
  if (!hasFall(xs)) return points;
  const order = Array.from(xs, (_, i) => i).toSorted((a, b) => (xs[a] ?? 0) - (xs[b] ?? 0));
  const sorted = (items: Float64Array): Float64Array => Float64Array.from(order, (i) => items[i] ?? Number.NaN);
  return { xs: sorted(xs), values: sorted(values) };
}

function hasFall(xs: Float64Array): boolean {
  for (let i = 1; i < xs.length; i += 1) if ((xs[i] ?? 0) < (xs[i - 1] ?? 0)) return true;
  return false;
}

/** The earliest time of any point, milliseconds since 1970; undefined if none is known. */
export function findFirstTime({ parts, superseded }: JoinedSeries): number | undefined {
  let first = Infinity;
  for (const { points } of [...parts, ...superseded]) {
    for (const time of points.times) if (time < first) first = time;
  }
  return first === Infinity ? undefined : first * 1000;
}
