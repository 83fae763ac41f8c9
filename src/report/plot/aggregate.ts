import { summarize } from '../../core/stats/statistics.ts';
import { computeBand, type Band } from './band.ts';

/** The points of one run: xs never fall; values may be NaN and infinite. */
export interface PlotRun {
  readonly name: string;
  readonly xs: readonly number[];
  readonly ys: readonly number[];
}

/** The mean over runs, point by point; undefined when no run has a finite value. All arrays have one length. */
export interface MeanCurve {
  readonly xs: readonly number[];
  readonly ys: readonly (number | undefined)[];
  /** The band; undefined when there is none, as with one run. */
  readonly low: readonly (number | undefined)[];
  readonly high: readonly (number | undefined)[];
  /** How many runs the mean is over. */
  readonly n: readonly number[];
  /** The runs have no steps in common: their values between their own points are on the straight line. */
  readonly interpolated: boolean;
}

/**
 * The mean and the band of several runs. At each x it is over the runs that have a finite value there, nothing is made up
 * between them. Only if most points of the runs are at an x that no other run has, each run is followed along the
 * straight lines between its points, within its own range.
 */
export function computeMeanCurve(runs: readonly PlotRun[], band: Band): MeanCurve {
  const interpolated = areApart(runs);
  const xs = [...new Set(runs.flatMap(({ xs }) => xs))].toSorted((a, b) => a - b);
  const columns = runs.map((run) => (interpolated ? alongLines(run, xs) : atPoints(run, xs)));
  const summaries = xs.map((_, i) => summarize(columns.map((column) => column[i]).filter(isFinite)));
  const bands = summaries.map((summary) => computeBand(summary, band));
  return {
    xs,
    ys: summaries.map(({ mean }) => mean),
    low: bands.map((ends) => ends?.[0]),
    high: bands.map((ends) => ends?.[1]),
    n: summaries.map(({ n }) => n),
    interpolated,
  };
}

function isFinite(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value);
}

/** Most points, of those within the range of another run, are at an x that no other run has. */
function areApart(runs: readonly PlotRun[]): boolean {
  const counts = new Map<number, number>();
  for (const { xs } of runs) for (const x of xs) counts.set(x, (counts.get(x) ?? 0) + 1);
  const ranges = runs.map(({ xs }): [number, number] => [xs[0] ?? Infinity, xs.at(-1) ?? -Infinity]);
  let [shared, alone] = [0, 0];
  runs.forEach(({ xs }, run) => {
    const others = ranges.filter((_, other) => other !== run);
    for (const x of xs) {
      if ((counts.get(x) ?? 0) > 1) shared += 1;
      else if (others.some(([first, last]) => first <= x && x <= last)) alone += 1;
    }
  });
  return alone > shared;
}

function atPoints(run: PlotRun, xs: readonly number[]): (number | undefined)[] {
  const values = new Map(run.xs.map((x, i) => [x, run.ys[i]]));
  return xs.map((x) => values.get(x));
}

/** Beside a point that is no number there is no line, and so no value. */
function alongLines({ xs: own, ys }: PlotRun, xs: readonly number[]): (number | undefined)[] {
  let next = 0;
  return xs.map((x) => {
    while (next < own.length && (own[next] ?? x) < x) next += 1;
    const [right, left] = [own[next], own[next - 1]];
    if (right === x) return ys[next];
    if (right === undefined || left === undefined) return undefined;
    const share = (x - left) / (right - left);
    return (ys[next - 1] ?? NaN) * (1 - share) + (ys[next] ?? NaN) * share;
  });
}
