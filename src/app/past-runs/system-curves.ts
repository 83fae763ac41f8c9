import { getAxisMetric, isTimeAxis, type CurveAxis } from '../../core/curves/axis.ts';
import type { AbsentCurve, Curves } from '../../core/curves/curves.ts';
import { placePoints } from '../../core/curves/place-points.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { JoinedSeries, SeriesPart } from '../../core/experiment/join-series.ts';
import { attemptName } from '../../core/experiment/record.ts';
import { findExperiment } from '../project/find.ts';
import { experimentFolder, type Project } from '../project/project.ts';
import { answerCurves, type CurveDetail, type NamedSource } from '../series/answer-curves.ts';
import { makePointSource } from '../series/curve-source.ts';
import { findZerosOf } from '../series/curves.ts';
import { readJoinedSeries, readSeriesNames } from '../series/series-file.ts';
import { readTraces, type Usage } from './usage-curves.ts';

/** Which experiments, of which part, and how finely. */
export interface SystemCurvesRequest extends CurveDetail {
  readonly ids: readonly string[];
  /** As of the curves that they are beside. Default: step. */
  readonly x?: CurveAxis;
}

/** What all attempts of experiments used over time, with the metrics of {@link Usage}. */
export type SystemCurves = Curves & Pick<Usage, 'units'>;

/**
 * What the monitors of experiments measured, on the x of their curves. Each sample is at the last step that the run had
 * written by then, or at the last value of the metric that is x; samples before the first are left out.
 *
 * @throws SheafError `experiment.unknown`, `curves.*`, `file.*`, `parquet.damaged`
 */
export async function readSystemCurves(
  project: Project,
  { ids, x = 'step', ...detail }: SystemCurvesRequest,
): Promise<SystemCurves> {
  const sources: NamedSource[] = [];
  const absent: AbsentCurve[] = [];
  const units: Record<string, Usage['units'][string]> = {};
  for (const experiment of new Set(ids.map((id) => findExperiment(project, id)))) {
    const { key, expId } = experiment;
    const parts = new Map<string, SeriesPart[]>();
    for (const attempt of Object.values(experiment.record.attempts)) {
      for (const { metric, unit, points } of (await readTraces(project, { experiment, attempt })).traces) {
        if (points.steps.length === 0) continue;
        units[metric] = unit;
        parts.set(metric, [...(parts.get(metric) ?? []), { attempt: attemptName(attempt), points }]);
      }
    }
    const clock = isTimeAxis(x) || parts.size === 0 ? undefined : await readClock(project, experiment, x);
    const zeros = findZerosOf(experiment.record, x);
    for (const [metric, own] of parts) {
      const samples = { parts: own.toSorted(byFirstTime), superseded: [] };
      const [usual = (samples.parts[0]?.points.times[0] ?? 0) * 1000] = zeros.values();
      const over = isTimeAxis(x) ? undefined : readClockAt(samples, clock);
      const placed = placePoints(samples, x, (attempt) => zeros.get(attempt) ?? usual, over);
      for (const { head, points } of placed) {
        sources.push({ key, expId, metric, source: makePointSource(head, points) });
      }
      if (placed.length === 0) absent.push({ key, expId, metric, why: isTimeAxis(x) ? 'no_times' : 'no_x' });
    }
  }
  return { x, curves: await answerCurves(sources, detail), absent, units };
}

function byFirstTime(a: SeriesPart, b: SeriesPart): number {
  return (a.points.times[0] ?? 0) - (b.points.times[0] ?? 0);
}

/** When an attempt came to which x: seconds since 1970 in order, and x. */
type Clock = ReadonlyMap<string, readonly (readonly [time: number, x: number])[]>;

/** Metrics without times are rare, and of a run mostly all. */
const MOST_TRIED = 4;

/** By the metric that is x, or by the first one whose times are known. */
async function readClock(project: Project, { expId }: Experiment, x: CurveAxis): Promise<Clock | undefined> {
  const folder = experimentFolder(project, expId);
  const metric = getAxisMetric(x);
  const names = metric === undefined ? (await readSeriesNames(folder)).slice(0, MOST_TRIED) : [metric];
  for (const name of names) {
    const series = (await readJoinedSeries(folder, [name])).get(name);
    const parts = [...(series?.superseded ?? []), ...(series?.parts ?? [])];
    const clock = Map.groupBy(parts, ({ attempt }) => attempt);
    const read = ({ points: { steps, values, times } }: SeriesPart): [number, number][] =>
      Array.from(times, (time, i): [number, number] => [
        time,
        (metric === undefined ? steps : values)[i] ?? Number.NaN,
      ]);
    const known = [...clock].map(
      ([attempt, own]) =>
        [
          attempt,
          own
            .flatMap(read)
            .filter(([time, place]) => Number.isFinite(time) && Number.isFinite(place))
            .toSorted(([a], [b]) => a - b),
        ] as const,
    );
    if (known.some(([, own]) => own.length > 0)) return new Map(known);
  }
  return undefined;
}

/** The x that the clock had at each sample. */
function readClockAt({ parts }: JoinedSeries, clock: Clock | undefined): JoinedSeries {
  const read = ({ attempt, points: { steps, times } }: SeriesPart): SeriesPart => {
    const own = clock?.get(attempt) ?? [];
    let next = 0;
    const values = times.map((time) => {
      while (next < own.length && (own[next]?.[0] ?? Infinity) <= time) next += 1;
      return own[next - 1]?.[1] ?? Number.NaN;
    });
    return { attempt, points: { steps, values, times } };
  };
  return { parts: parts.map(read), superseded: [] };
}
