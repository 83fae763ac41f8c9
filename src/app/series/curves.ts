import { bucketPoints } from '../../core/curves/buckets.ts';
import { getAxisMetric, isTimeAxis, type CurveAxis } from '../../core/curves/axis.ts';
import type { AbsenceCause, AbsentCurve, Curves } from '../../core/curves/curves.ts';
import { makeLevels } from '../../core/curves/levels.ts';
import { findZeros, type RunSpan } from '../../core/curves/run-clock.ts';
import { findFirstTime, placePoints, type CurvePoints } from '../../core/curves/place-points.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { JoinedSeries } from '../../core/experiment/join-series.ts';
import { attemptName } from '../../core/experiment/record.ts';
import { getUndiagnosedOutcome } from '../../core/experiment/outcome.ts';
import type { ExpId, Key } from '../../core/ids.ts';
import { getFileFacts } from '../../system/index.ts';
import { findExperiment } from '../project/find.ts';
import { experimentFolder, type Project } from '../project/project.ts';
import { answerCurves, type CurveDetail, type NamedSource } from './answer-curves.ts';
import { openCurveCache, type CurveCache, type KeptCurve } from './curve-cache.ts';
import { makePointSource, type CurveSource } from './curve-source.ts';
import { readJoinedSeries, readSeriesNames, seriesPath } from './series-file.ts';

/** Buckets of the lowest level that is kept: of fewer points it has them all. */
const MOST_KEPT = 1 << 16;

/** Which curves, of which part, and how finely. */
export interface CurvesRequest extends CurveDetail {
  /** Names of experiments. */
  readonly ids?: readonly string[];
  /** Keys of experiments. Those that have been removed are named in the answer. */
  readonly keys?: readonly Key[];
  readonly metrics: readonly string[];
  /** Default: step. */
  readonly x?: CurveAxis;
}

/** What an experiment has of a metric. */
type Found = readonly CurveSource[] | AbsenceCause;

/**
 * The harvested series of experiments in buckets. What was read once is kept on this host, in levels of buckets. Never asks
 * the scheduler, and reads no file of a run: the view and `series.parquet` only.
 *
 * @throws SheafError `experiment.unknown`, `curves.*`, `file.*`, `parquet.damaged`
 */
export async function readCurves(project: Project, request: CurvesRequest): Promise<Curves> {
  const { sources, absent } = await readSources(project, request);
  return { x: request.x ?? 'step', curves: await answerCurves(sources, request), absent };
}

/** What {@link readCurves} draws from. */
export async function readSources(
  project: Project,
  request: Omit<CurvesRequest, keyof CurveDetail>,
): Promise<{ readonly sources: readonly NamedSource[]; readonly absent: readonly AbsentCurve[] }> {
  const { x = 'step', metrics: asked } = request;
  const metrics = [...new Set(asked)];
  const { experiments, removed } = findAsked(project, request);
  const sources: NamedSource[] = [];
  const absent: AbsentCurve[] = removed.flatMap((key) =>
    metrics.map((metric): AbsentCurve => ({ key, expId: null, metric, why: 'removed' })),
  );
  const cache = openCurveCache(project);
  for (const experiment of experiments) {
    const { key, expId } = experiment;
    for (const [metric, found] of await findCurves(project, experiment, metrics, x, cache)) {
      if (typeof found === 'string') absent.push({ key, expId, metric, why: found });
      else sources.push(...found.map((source) => ({ key, expId, metric, source })));
    }
  }
  cache.close();
  return { sources, absent };
}

/** The metrics of which series of an experiment were harvested. @throws SheafError `experiment.unknown`, `file.*`, `parquet.damaged` */
export function listSeriesNames(project: Project, id: string): Promise<string[]> {
  return readSeriesNames(experimentFolder(project, findExperiment(project, id).expId));
}

/** Each experiment once, those named by key after those named by name. */
function findAsked(
  project: Project,
  { ids = [], keys = [] }: Pick<CurvesRequest, 'ids' | 'keys'>,
): { readonly experiments: readonly Experiment[]; readonly removed: readonly Key[] } {
  const names = new Map(keys.map((key) => [key, liveName(project, key)]));
  const known = project.store.findAll([
    ...(ids as ExpId[]),
    ...[...names.values()].filter((name) => name !== undefined),
  ]);
  const byName = ids.map((id) => known.get(id as ExpId) ?? findExperiment(project, id));
  const byKey = [...names.values()].flatMap((name) => (name === undefined ? [] : (known.get(name) ?? [])));
  const removed = [...names].flatMap(([key, name]) => (name === undefined ? [key] : []));
  return { experiments: [...new Map([...byName, ...byKey].map((each) => [each.key, each])).values()], removed };
}

function liveName({ store }: Project, key: Key): ExpId | undefined {
  const found = store.findByKey(key);
  return found?.live === true ? (found.expId ?? undefined) : undefined;
}

/** By metric, in their order. What is not kept on this host is read, all of it at once, and kept. */
async function findCurves(
  project: Project,
  { key, expId, record }: Experiment,
  metrics: readonly string[],
  x: CurveAxis,
  cache: CurveCache,
): Promise<ReadonlyMap<string, Found>> {
  const folder = experimentFolder(project, expId);
  const facts = getFileFacts(seriesPath(folder), { follow: true });
  if (facts?.kind !== 'file') return new Map(metrics.map((metric) => [metric, 'no_series']));
  const zeros = findZerosOf(record, x);
  const over = getAxisMetric(x);
  const stamp = [facts.dev, facts.ino, facts.size, facts.mtimeNs, ...[...zeros].flat()].join(':');
  const nameOf = (metric: string): string => [key, x, metric].join('\n');
  const read = (wanted: readonly string[]) =>
    readJoinedSeries(folder, over === undefined ? wanted : [...wanted, over], { times: isTimeAxis(x) });
  const recall = (metric: string): CurveSource[] | undefined =>
    cache.recall(nameOf(metric), stamp)?.map((kept, i) =>
      makeKeptSource(kept, async () => {
        const all = await read([metric]);
        const series = all.get(metric);
        return series && placeSeries(series, x, zeros, all)[i]?.points;
      }),
    );
  const make = (metric: string, series: JoinedSeries, all: ReadonlyMap<string, JoinedSeries>): Found => {
    const made = placeSeries(series, x, zeros, all).map(({ head, points }) => ({
      head,
      points,
      levels: makeLevels(points.xs, points.values, MOST_KEPT),
    }));
    if (made.length === 0) return explainPlaceless(x);
    cache.keep(nameOf(metric), stamp, made);
    // Points of many experiments do not fit in memory.
    return recall(metric) ?? made.map(({ head, points }) => makePointSource(head, points));
  };
  const found = new Map<string, Found | undefined>(metrics.map((metric) => [metric, recall(metric)]));
  const unknown = metrics.filter((metric) => found.get(metric) === undefined);
  const joined = unknown.length === 0 ? undefined : await read(unknown);
  return new Map(
    metrics.map((metric) => {
      const known = found.get(metric);
      const series = joined?.get(metric);
      if (known !== undefined || joined === undefined || series === undefined) return [metric, known ?? 'no_metric'];
      return [metric, make(metric, series, joined)];
    }),
  );
}

/**
 * The curves of a series over x.
 *
 * @param zeros when time begins for each attempt; default: at the first start, otherwise at the first point
 * @param all series of the experiment, of which one may be x
 */
export function placeSeries(
  series: JoinedSeries,
  x: CurveAxis,
  zeros: ReadonlyMap<string, number>,
  all: ReadonlyMap<string, JoinedSeries>,
): ReturnType<typeof placePoints> {
  const [usual = isTimeAxis(x) ? (findFirstTime(series) ?? 0) : 0] = zeros.values();
  const metric = getAxisMetric(x);
  const over = metric === undefined ? undefined : (all.get(metric) ?? { parts: [], superseded: [] });
  return placePoints(series, x, (attempt) => zeros.get(attempt) ?? usual, over);
}

/** Why no point of a series has a place on x. */
export function explainPlaceless(x: CurveAxis): AbsenceCause {
  return isTimeAxis(x) ? 'no_times' : 'no_x';
}

/** When the axis begins for each attempt, by the record: {@link findZeros}. */
export function findZerosOf({ attempts }: Experiment['record'], x: CurveAxis): ReadonlyMap<string, number> {
  if (!isTimeAxis(x)) return new Map();
  const spans = Object.values(attempts).flatMap((attempt): RunSpan[] => {
    const outcome = getUndiagnosedOutcome(attempt);
    if (!('startedMs' in outcome) || outcome.startedMs === undefined) return [];
    const endMs = 'endedMs' in outcome ? outcome.endedMs : undefined;
    return [{ attempt: attemptName(attempt), startMs: outcome.startedMs, endMs }];
  });
  return findZeros(spans, x === 'active');
}

/** A source that is kept on this host. @param read its points, by the series itself */
function makeKeptSource(kept: KeptCurve, read: () => Promise<CurvePoints | undefined>): CurveSource {
  let points: Promise<CurvePoints | undefined> | undefined;
  const readPoints = async () => (await (points ??= read())) ?? { xs: new Float64Array(), values: new Float64Array() };
  return {
    head: kept.head,
    counts: kept.counts,
    kept: kept.levels,
    readLevel: async (level) => {
      const found = kept.readLevel(level);
      if (found !== undefined) return found;
      const { xs, values } = await readPoints();
      return bucketPoints(xs, values, level);
    },
    readPoints,
  };
}
