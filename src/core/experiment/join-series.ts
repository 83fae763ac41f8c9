import type { Series } from './series.ts';

/**
 * How an attempt began: from a checkpoint of an earlier attempt, from the beginning, or nobody recorded it. An attempt of
 * which nothing is recorded continues the series if its first step comes after the first step of the series.
 */
export type AttemptStart = 'resumed' | 'anew' | 'unknown';

/** What one attempt of a stage wrote of one metric. */
export interface Segment {
  /** `train-2` */
  readonly attempt: string;
  readonly start: AttemptStart;
  /** Absent when it wrote no value of this metric. */
  readonly points?: Series;
  /** The first step that the attempt wrote of any metric that counts the same steps. Default: that of `points`. */
  readonly firstStep?: number;
}

/** The points of one attempt. */
export interface SeriesPart {
  readonly attempt: string;
  readonly points: Series;
}

/** The series of a metric over all attempts of a stage. */
export interface JoinedSeries {
  /** The points that count, oldest attempt first: their steps never fall from one part to the next. */
  readonly parts: readonly SeriesPart[];
  /** Points that a later attempt replaced, oldest attempt first. */
  readonly superseded: readonly SeriesPart[];
  /** The last attempt that replaced everything before it. */
  readonly restart?: Restart;
}

/** An attempt that replaced everything that earlier attempts wrote of a metric. */
export interface Restart {
  readonly attempt: string;
  readonly start: AttemptStart;
  /** Where it began; absent when it has not written anything. */
  readonly firstStep?: number;
  /** The attempts whose points it replaced. */
  readonly replaced: readonly string[];
}

/**
 * Joins what the attempts of one stage wrote of a metric, oldest attempt first.
 *
 * An attempt that resumed from a checkpoint computed everything from its first step on again, so earlier points at that step
 * and at later ones are superseded, whether or not it has written this metric at them.
 */
export function joinSegments(segments: readonly Segment[]): JoinedSeries {
  let parts: SeriesPart[] = [];
  let first: number | undefined;
  let restart: Restart | undefined;
  const superseded: SeriesPart[] = [];
  segments.forEach((segment, i) => {
    const { attempt, start, points } = segment;
    const firstStep = earlier(segment.firstStep, points?.steps[0]);
    const cut = cutOf(start, firstStep, first, i === segments.length - 1);
    const cuts = parts.map((part) => cutAt(part, cut));
    const replaced = cuts.flatMap(({ after }) => after);
    superseded.push(...replaced);
    parts = cuts.flatMap(({ before }) => before);
    if (cut === -Infinity && replaced.length > 0) {
      restart = {
        attempt,
        start,
        ...(firstStep !== undefined && { firstStep }),
        replaced: replaced.map((part) => part.attempt),
      };
    }
    if (points !== undefined && points.steps.length > 0) parts.push({ attempt, points });
    first = cut === -Infinity ? firstStep : earlier(first, firstStep);
  });
  return { parts, superseded: inOrder(superseded, segments), ...(restart && { restart }) };
}

/** From which step on earlier points no longer count. */
function cutOf(
  start: AttemptStart,
  firstStep: number | undefined,
  first: number | undefined,
  isNewest: boolean,
): number {
  if (start === 'anew') return -Infinity;
  // The newest attempt may have begun from the start and not written anything yet: earlier values may not be its own.
  if (firstStep === undefined) return start === 'unknown' && isNewest ? -Infinity : Infinity;
  return first !== undefined && firstStep <= first ? -Infinity : firstStep;
}

function earlier(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.min(a, b);
}

/** The points of a part before a step, and those from it on. */
function cutAt(part: SeriesPart, step: number): { before: SeriesPart[]; after: SeriesPart[] } {
  const { steps } = part.points;
  const found = steps.findIndex((each) => each >= step);
  const at = found === -1 ? steps.length : found;
  return { before: slice(part, 0, at), after: slice(part, at, steps.length) };
}

function slice({ attempt, points }: SeriesPart, start: number, end: number): SeriesPart[] {
  if (start >= end) return [];
  if (start === 0 && end === points.steps.length) return [{ attempt, points }];
  const { steps, values, times } = points;
  return [
    {
      attempt,
      points: {
        steps: steps.subarray(start, end),
        values: values.subarray(start, end),
        times: times.subarray(start, end),
      },
    },
  ];
}

/** One part an attempt, oldest attempt first: later attempts may have cut it several times. */
function inOrder(superseded: readonly SeriesPart[], segments: readonly Segment[]): SeriesPart[] {
  const byAttempt = Map.groupBy(superseded, ({ attempt }) => attempt);
  return segments.flatMap(({ attempt }) => {
    const pieces = byAttempt.get(attempt) ?? [];
    if (pieces.length <= 1) return pieces;
    // Each cut takes the end of what is left.
    return [{ attempt, points: concatenateSeries(pieces.toReversed()) }];
  });
}

/** Points of several parts as one series. */
export function concatenateSeries(parts: readonly SeriesPart[]): Series {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only.points;
  const joined = (read: (series: Series) => Float64Array): Float64Array => {
    const whole = new Float64Array(parts.reduce((sum, { points }) => sum + points.steps.length, 0));
    let at = 0;
    for (const { points } of parts) {
      whole.set(read(points), at);
      at += points.steps.length;
    }
    return whole;
  };
  return {
    steps: joined(({ steps }) => steps),
    values: joined(({ values }) => values),
    times: joined(({ times }) => times),
  };
}

/** What one attempt wrote of all metrics. */
export interface AttemptSeries {
  readonly attempt: string;
  readonly start: AttemptStart;
  readonly series: ReadonlyMap<string, CountedSeries>;
}

export interface CountedSeries {
  readonly points: Series;
  /**
   * What its steps count, such as `epoch` of one file. Metrics that count the same are cut at the same step. Absent when
   * the source does not say: then the metric is cut where its own points begin.
   */
  readonly counts?: string;
}

/** {@link joinSegments} for all metrics that any attempt wrote. */
export function joinAttempts(attempts: readonly AttemptSeries[]): ReadonlyMap<string, JoinedSeries> {
  const counts = new Map(
    attempts.flatMap(({ series }) => [...series].map(([metric, { counts: of }]) => [metric, of ?? `\0${metric}`])),
  );
  const firsts = attempts.map(({ series }) => firstSteps(series, counts));
  return new Map(
    [...counts].map(([metric, of]) => [
      metric,
      joinSegments(
        attempts.map(({ attempt, start, series }, i): Segment => {
          const points = series.get(metric)?.points;
          const firstStep = firsts[i]?.get(of);
          return { attempt, start, ...(points && { points }), ...(firstStep !== undefined && { firstStep }) };
        }),
      ),
    ]),
  );
}

/** By what the steps count. */
function firstSteps(series: AttemptSeries['series'], counts: ReadonlyMap<string, string>): Map<string, number> {
  const firsts = new Map<string, number>();
  for (const [metric, { points }] of series) {
    const of = counts.get(metric) ?? '';
    const step = earlier(firsts.get(of), points.steps[0]);
    if (step !== undefined) firsts.set(of, step);
  }
  return firsts;
}
