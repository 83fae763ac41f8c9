import { formatCount } from '../../core/text/phrases.ts';
import type { Series } from '../../core/experiment/series.ts';
import type { Pair } from './batches.ts';
import { readHistory, KEY_TAG, type KnownRun } from './known-runs.ts';
import { LONGEST_PARAM, LONGEST_TAG, nameItems, type Named } from './names.ts';
import { toJsonValue, getPointIdentity, listSeriesPoints, type Point } from './points.ts';
import type { OutgoingRun } from './run.ts';
import type { MlflowServer } from './server.ts';

/** The tags of a run, as MLflow takes them. */
export function toTags(run: OutgoingRun): Named<string> {
  const { items, remarks } = nameItems('the tag', [...run.tags, [KEY_TAG, run.key]]);
  return {
    items: items.map(([name, value]) => [name, value.slice(0, LONGEST_TAG).toWellFormed()]),
    remarks: [
      ...remarks,
      ...items
        .filter(([, value]) => value.length > LONGEST_TAG)
        .map(([name]) => `the tag "${name}" is cut: MLflow takes ${LONGEST_TAG} characters`),
    ],
  };
}

/** The parameters that the server lacks: it never changes one that it has. */
export function findMissingParams(
  { params }: OutgoingRun,
  there: KnownRun,
): { readonly pairs: readonly Pair[]; readonly remarks: readonly string[] } {
  const { items, remarks } = nameItems('the parameter', params);
  const short = items.filter(([, value]) => value.length <= LONGEST_PARAM);
  return {
    pairs: short.filter(([name]) => !there.params.has(name)).map(([key, value]) => ({ key, value })),
    remarks: [
      ...remarks,
      ...items
        .filter(([, value]) => value.length > LONGEST_PARAM)
        .map(([name]) => `the parameter "${name}" is left out: MLflow takes ${LONGEST_PARAM} characters`),
      ...short
        .filter(([name, value]) => there.params.has(name) && there.params.get(name) !== value)
        .map(([name]) => `the parameter "${name}" stays ${there.params.get(name)}: MLflow changes none`),
    ],
  };
}

/** Where results go whose name is that of a series that does not end in them. */
const BESIDE = 'results/';

/** The values of metrics that the server lacks. Asks it only about metrics that it has some of. */
export async function findMissingMetrics(
  server: MlflowServer,
  run: OutgoingRun,
  there: KnownRun,
): Promise<{ readonly points: Iterable<Point>; readonly remarks: readonly string[] }> {
  const series = await run.series();
  const results = run.results.flatMap(([name, value]): (readonly [string, number])[] => {
    const course = series.get(name);
    if (course === undefined) return [[name, value]];
    const beside = `${BESIDE}${name}`;
    return Object.is(course.values.at(-1), value) && !there.metrics.has(beside) ? [] : [[beside, value]];
  });
  const { items, remarks } = nameItems<Series | number>('the metric', [...series, ...results]);
  const parts: Iterable<Point>[] = [];
  const kept: string[] = [];
  for (const [key, value] of items) {
    if (typeof value === 'number') {
      parts.push(resultPoints({ key, value: toJsonValue(value), timestamp: run.resultsMs, step: 0 }, there));
    } else if (there.metrics.has(key)) {
      const { missing, stale } = difference(
        [...listSeriesPoints(key, value, run.startMs)],
        await readHistory(server, there.runId, key),
      );
      parts.push(missing);
      if (stale > 0) kept.push(staleWords(key, stale));
    } else {
      parts.push(listSeriesPoints(key, value, run.startMs));
    }
  }
  return { points: concatenated(parts), remarks: [...remarks, ...kept] };
}

function staleWords(key: string, stale: number): string {
  const them = stale === 1 ? 'it' : 'them';
  return `MLflow keeps ${formatCount(stale, 'value')} of the metric "${key}" that the run does not have, and cannot remove ${them}`;
}

/** A result is at step 0; another value gets a later time. */
function resultPoints(point: Point, { metrics }: KnownRun): Point[] {
  const last = metrics.get(point.key);
  const isThere =
    last !== undefined &&
    getPointIdentity({ ...last, timestamp: 0, step: 0 }) === getPointIdentity({ ...point, timestamp: 0 });
  return isThere ? [] : [point];
}

function difference(points: readonly Point[], there: ReadonlySet<string>): { missing: Point[]; stale: number } {
  const missing = points.filter((point) => !there.has(getPointIdentity(point)));
  const ours = new Set(points.map(getPointIdentity));
  return { missing, stale: [...there].filter((id) => !ours.has(id)).length };
}

function* concatenated<T>(parts: Iterable<Iterable<T>>): Generator<T> {
  for (const part of parts) yield* part;
}
