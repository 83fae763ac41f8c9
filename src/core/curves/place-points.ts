import { concatenateSeries, type JoinedSeries, type SeriesPart } from '../experiment/join-series.ts';
import { chooseUnit, isTimeAxis, makeSeriesPlacer, type CurveAxis } from './axis.ts';
import type { Curve } from './curves.ts';

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
 * @param over the series whose values are x, if the axis is a metric
 */
export function placePoints(
  { parts, superseded }: JoinedSeries,
  axis: CurveAxis,
  zeroOf: (attempt: string) => number,
  over?: JoinedSeries,
): { readonly head: CurveHead; readonly points: CurvePoints }[] {
  const all = [{ superseded: false, parts }, ...superseded.map((part) => ({ superseded: true, parts: [part] }))];
  const place = over ? makeSeriesPlacer(over) : (part: SeriesPart) => placePart(part, axis, zeroOf(part.attempt));
  const found = all.map(({ superseded: isSuperseded, parts: own }) => ({
    isSuperseded,
    own,
    placed: own.map(place).filter(({ points }) => points.steps.length > 0),
  }));
  const unit = over && chooseUnit(found.flatMap(({ placed }) => placed.map(({ points }) => points.steps)));
  return found.flatMap(({ isSuperseded, own, placed }) => {
    const { steps, values } = concatenateSeries(placed);
    if (steps.length === 0) return [];
    const points = inOrder({ xs: unit === undefined ? steps : steps.map((x) => Math.round(x / unit)), values });
    const head: CurveHead = {
      superseded: isSuperseded,
      attempts: placed.map(({ attempt, points: { steps: xs } }) => ({
        attempt,
        from: xs.reduce((a, b) => Math.min(a, b)),
      })),
      extent: [(points.xs[0] ?? 0) * (unit ?? 1), (points.xs.at(-1) ?? 0) * (unit ?? 1)],
      points: steps.length,
      ...countOdd(values),
      leftOut: own.reduce((sum, part) => sum + part.points.steps.length, 0) - steps.length,
      ...(unit !== undefined && unit !== 1 && { unit }),
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
  if (!isTimeAxis(axis)) return part;
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
