import type { ExpId } from '../../core/ids.ts';
import { formatCount, formatList } from '../../core/text/phrases.ts';
import { findFirstTime } from '../../core/curves/place-points.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { concatenateSeries } from '../../core/experiment/join-series.ts';
import type { Series } from '../../core/experiment/series.ts';
import type { MeanCurve, PlotRun } from '../../report/index.ts';
import type { PlotOptions } from './plot-options.ts';
import { readAllSeries } from '../harvest/series.ts';
import { experimentFolder, type Project } from '../project/project.ts';
import { findZerosOf } from '../series/curves.ts';
import { readJoinedSeries } from '../series/series-file.ts';

/** The horizontal axis of curves. */
export type XAxis = { readonly kind: 'step' | 'time' | 'active' } | { readonly kind: 'metric'; readonly name: string };

/** A series of the metric, and that of the metric on the x axis. */
export interface RawRun {
  readonly expId: ExpId;
  readonly series: Series;
  readonly x?: Series;
  /** Where each point is on an axis of time; NaN where its time is not known. Empty on other axes. */
  readonly seconds: Float64Array;
}

/** The experiments that have a series of the metric. */
export async function readRaw({ project, rows, metric }: PlotOptions, x: XAxis): Promise<Map<ExpId, RawRun>> {
  const runs = new Map<ExpId, RawRun>();
  for (const { expId, record } of rows) {
    const run =
      x.kind === 'active'
        ? await readActive(experimentFolder(project, expId), metric, record)
        : await readOne(project, { expId, metric, x });
    if (run !== undefined) runs.set(expId, { expId, ...run });
  }
  return runs;
}

async function readOne(
  project: Project,
  { expId, metric, x }: { readonly expId: ExpId; readonly metric: string; readonly x: XAxis },
): Promise<Omit<RawRun, 'expId'> | undefined> {
  const found = await readAllSeries(project, expId, x.kind === 'metric' ? [metric, x.name] : [metric]);
  const [series, other] = [found.get(metric), x.kind === 'metric' ? found.get(x.name) : undefined];
  if (series === undefined) return undefined;
  const start = series.times.find((time) => !Number.isNaN(time)) ?? Number.NaN;
  const seconds = x.kind === 'time' ? series.times.map((time) => time - start) : new Float64Array();
  return { series, seconds, ...(other && { x: other }) };
}

/** Without the time between attempts, as the charts of the dashboard count it. */
async function readActive(
  folder: string,
  metric: string,
  record: Experiment['record'],
): Promise<Omit<RawRun, 'expId'> | undefined> {
  const joined = (await readJoinedSeries(folder, [metric])).get(metric);
  if (joined === undefined) return undefined;
  const zeros = findZerosOf(record, 'active');
  const [usual = findFirstTime(joined) ?? Number.NaN] = zeros.values();
  const parts = joined.parts.map(({ attempt, points }) => {
    const zeroMs = zeros.get(attempt) ?? usual;
    return { attempt, points: { ...points, times: points.times.map((time) => time - zeroMs / MS_PER_SECOND) } };
  });
  const series = concatenateSeries(parts);
  return { series, seconds: series.times };
}

const MS_PER_SECOND = 1000;

/** From the first point of a run to its last; seconds. */
export function getElapsed({ seconds }: RawRun): number {
  const known = seconds.filter((time) => !Number.isNaN(time));
  return known.length === 0 ? 0 : Math.max(...extremes(known)) - Math.min(...extremes(known));
}

/** Times rise but for restarts on other clocks. */
function extremes(times: Float64Array): [number, number] {
  return [times.reduce((a, b) => Math.min(a, b)), times.reduce((a, b) => Math.max(a, b))];
}

/** The unit in which the longest of these times is a number that reads well. */
export function chooseTimeUnit(lengths: readonly number[]): { readonly name: string; readonly seconds: number } {
  const longest = Math.max(0, ...lengths);
  if (longest >= 2 * 3600) return { name: 'h', seconds: 3600 };
  return longest >= 120 ? { name: 'min', seconds: 60 } : { name: 's', seconds: 1 };
}

/** The points of a run in order of x, one for each x: of those with the same x the last one counts. */
export function orderPoints(
  { expId, series, x: other, seconds }: RawRun,
  x: XAxis,
  second: number,
  losses: Losses,
): { readonly xs: readonly number[]; readonly ys: readonly number[] } {
  const { steps, values } = series;
  const at = other && new Map(Array.from(other.steps, (step, i) => [step, other.values[i]]));
  const points = new Map<number, number>();
  values.forEach((value, i) => {
    const step = steps[i] ?? 0;
    const place = x.kind === 'step' ? step : x.kind === 'metric' ? at?.get(step) : (seconds[i] ?? NaN) / second;
    if (place === undefined || !Number.isFinite(place)) losses.lose('no_place', expId);
    else points.set(place, value);
  });
  const sorted = [...points].toSorted(([a], [b]) => a - b);
  return { xs: sorted.map(([place]) => place), ys: sorted.map(([, value]) => value) };
}

type Loss = 'no_place' | 'not_finite' | 'log_x' | 'log_y';

/** Counts the points that are not in the figure, so that none is left out silently. */
export interface Losses {
  lose(why: Loss, expId: string): void;
  /**
   * The run with gaps for what is no number, and without what has no place on a log axis. A run that goes into a mean keeps
   * values that are not above 0: the mean without them would be another one.
   */
  kept(run: PlotRun): PlotRun;
  /** The mean with gaps where it has no place on a log axis. */
  drawable(mean: MeanCurve, name: string): MeanCurve;
  warnings(): string[];
}

/** Begins to count; call the result when all curves are made. */
export function openLosses({ metric, by, logX, logY }: PlotOptions, x: XAxis): Losses {
  const lost = new Map<Loss, string[]>();
  const lose = (why: Loss, expId: string): void => {
    const ids = lost.get(why) ?? [];
    ids.push(expId);
    lost.set(why, ids);
  };
  const place = x.kind === 'metric' ? x.name : x.kind === 'active' ? 'time' : x.kind;
  const words = (why: Loss, one: boolean): string => {
    switch (why) {
      case 'no_place':
        return `of ${metric} ${one ? `is left out: it has no ${place}` : `are left out: they have no ${place}`}`;
      case 'not_finite':
        return `of ${metric} ${one ? 'is NaN or infinite, and a gap' : 'are NaN or infinite, and gaps'}`;
      case 'log_x':
        return `${one ? 'is' : 'are'} left out: on a log axis x must be above 0`;
      case 'log_y':
        return `of ${metric} ${one ? 'is' : 'are'} left out: on a log axis it must be above 0`;
    }
  };
  return {
    lose,
    kept: ({ name, xs, ys }) => {
      const keep = xs.map((x, i) => {
        if (logX && x <= 0) lose('log_x', name);
        else if (logY && by.length === 0 && (ys[i] ?? 0) <= 0) lose('log_y', name);
        else return true;
        return false;
      });
      const kept = <T>(items: readonly T[]): T[] => items.filter((_, i) => keep[i]);
      const values = kept(ys);
      for (const value of values) if (!Number.isFinite(value)) lose('not_finite', name);
      return { name, xs: kept(xs), ys: values };
    },
    drawable: (mean, name) => {
      const isOff = mean.ys.map((y) => logY && y !== undefined && y <= 0);
      for (const off of isOff) if (off) lose('log_y', name);
      const kept = (values: readonly (number | undefined)[]): (number | undefined)[] =>
        values.map((value, i) => (isOff[i] === true ? undefined : value));
      return { ...mean, ys: kept(mean.ys), low: kept(mean.low), high: kept(mean.high) };
    },
    warnings: () =>
      [...lost].map(
        ([why, ids]) =>
          `${formatCount(ids.length, 'point')} ${words(why, ids.length === 1)}: ${formatList([...new Set(ids)])}`,
      ),
  };
}
