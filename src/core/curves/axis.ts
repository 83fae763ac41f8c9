import type { JoinedSeries, SeriesPart } from '../experiment/join-series.ts';

/**
 * What x counts: steps, or milliseconds since the experiment first started; `active` leaves out those in which no attempt ran.
 * `metric:epoch`: the values of another series of the run at the same steps.
 */
export type CurveAxis = 'step' | 'time' | 'active' | MetricAxis;

type MetricAxis = `metric:${string}`;

const METRIC = 'metric:';

export function isCurveAxis(text: string | null): text is CurveAxis {
  if (text === 'step' || text === 'time' || text === 'active') return true;
  return text?.startsWith(METRIC) === true && text.length > METRIC.length;
}

/** Whether x is time. */
export function isTimeAxis(x: CurveAxis): x is 'time' | 'active' {
  return x === 'time' || x === 'active';
}

export function makeMetricAxis(metric: string): CurveAxis {
  return `${METRIC}${metric}`;
}

/** The metric whose values are x; undefined for steps and times. */
export function getAxisMetric(x: CurveAxis): string | undefined {
  return x.startsWith(METRIC) ? x.slice(METRIC.length) : undefined;
}

/** Beyond, rounding would be infinite. */
const MOST_PLACE = 2 ** 1000;

/**
 * Gives points the values of another series, of the same attempt at the same step, as their places. Points at whose step it
 * has no finite value are left out, and so are those of 2^1000 and more.
 */
export function makeSeriesPlacer({ parts, superseded }: JoinedSeries): (part: SeriesPart) => SeriesPart {
  const byAttempt = new Map<string, Map<number, number>>();
  for (const { attempt, points } of [...superseded, ...parts]) {
    const own = byAttempt.get(attempt) ?? new Map<number, number>();
    byAttempt.set(attempt, own);
    points.steps.forEach((step, i) => own.set(step, points.values[i] ?? Number.NaN));
  }
  return ({ attempt, points: { steps, values, times } }) => {
    const own = byAttempt.get(attempt);
    const places = steps.map((step) => own?.get(step) ?? Number.NaN);
    const kept = (items: Float64Array): Float64Array =>
      items.filter((_, i) => Math.abs(places[i] ?? Number.NaN) < MOST_PLACE);
    return { attempt, points: { steps: kept(places), values: kept(values), times: kept(times) } };
  };
}

/** Whole numbers of this many bits leave room for buckets at both ends. */
const BITS = 50;
/** Differences below 2^-40 are rounding. */
const FINEST = -40;

/**
 * The power of two that places are whole multiples of, at least nearly: 1 if all are whole numbers, such as epochs. Units of
 * powers of two make grids that fit each other.
 */
export function chooseUnit(places: readonly Float64Array[]): number {
  let [most, areWhole] = [0, true];
  for (const own of places) {
    for (const place of own) {
      most = Math.max(most, Math.abs(place));
      areWhole &&= Number.isInteger(place);
    }
  }
  if (areWhole && most < 2 ** BITS) return 1;
  return 2 ** Math.max(FINEST, Math.ceil(Math.log2(most)) - BITS);
}
