import { join } from 'node:path';
import type { JoinedSeries } from '../../core/experiment/join-series.ts';
import type { Series } from '../../core/experiment/series.ts';
import {
  getFileFacts,
  makeFolder,
  readParquet,
  removePath,
  writeParquet,
  type ParquetColumn,
  type ParquetValues,
  type ReadColumn,
} from '../../system/index.ts';

/** The series of an experiment, all in one file of its folder. */
const FILE = 'series.parquet';

/** @param folder that of the experiment */
export function seriesPath(folder: string): string {
  return join(folder, FILE);
}

/** @param folder that of the experiment */
export function hasSeriesFile(folder: string): boolean {
  return getFileFacts(seriesPath(folder), { follow: true })?.kind === 'file';
}

/**
 * Writes all series of an experiment, one after the other, with the columns `metric`, `step`, `value`, `wall_time`
 * (seconds since 1970, null when unknown), `attempt` (`train-2`) and `superseded` (whether a later attempt computed
 * that step again; such rows follow the others of their metric). Without any series there is no file. When it cannot
 * be written, an earlier one is removed: it would pass for this one.
 *
 * @param folder that of the experiment
 * @throws SheafError `file.*`
 */
export async function writeSeriesFile(folder: string, series: ReadonlyMap<string, JoinedSeries>): Promise<void> {
  const path = seriesPath(folder);
  const all = [...series].flatMap(runsOf);
  if (all.length === 0) {
    if (hasSeriesFile(folder)) removePath(path);
    return;
  }
  makeFolder(folder);
  try {
    await writeParquet(path, columnsOf(all));
  } catch (error) {
    if (hasSeriesFile(folder)) removePath(path);
    throw error;
  }
}

/** Rows that have all but their points in common. */
interface Run {
  readonly metric: string;
  readonly attempt: string;
  readonly superseded: boolean;
  readonly points: Series;
}

function runsOf([metric, { parts, superseded }]: readonly [string, JoinedSeries]): Run[] {
  const runs = [
    ...parts.map((part) => ({ metric, ...part, superseded: false })),
    ...superseded.map((part) => ({ metric, ...part, superseded: true })),
  ];
  return runs.filter(({ points }) => points.steps.length > 0);
}

function columnsOf(all: readonly Run[]): ParquetColumn[] {
  const points = all.map((run) => run.points);
  const times = joined(points.map((one) => one.times));
  return [
    { name: 'metric', kind: 'string', isLabel: true, values: repeated(all, ({ metric }) => metric) },
    { name: 'step', kind: 'int64', values: joined(points.map(({ steps }) => steps)) },
    { name: 'value', kind: 'double', values: joined(points.map(({ values }) => values)) },
    { name: 'wall_time', kind: 'double', nanIsNull: times.some(Number.isNaN), values: times },
    { name: 'attempt', kind: 'string', isLabel: true, values: repeated(all, ({ attempt }) => attempt) },
    { name: 'superseded', kind: 'boolean', isLabel: true, values: repeated(all, ({ superseded }) => superseded) },
  ];
}

/** What the run of each point has, made when it is asked for. */
function repeated<T>(all: readonly Run[], read: (run: Run) => T): ParquetValues<T> {
  const ends: number[] = [];
  for (const { points } of all) ends.push((ends.at(-1) ?? 0) + points.steps.length);
  const length = ends.at(-1) ?? 0;
  return {
    length,
    slice: (start, end) => {
      const part: T[] = [];
      all.forEach((run, i) => {
        const value = read(run);
        const last = Math.min(end, ends[i] ?? 0);
        for (let at = Math.max(start, ends[i - 1] ?? 0); at < last; at += 1) part.push(value);
      });
      return part;
    },
  };
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The metrics that have a series, in the order in which they were written. @param folder that of the experiment @throws SheafError `file.*`, `parquet.damaged` */
export async function readSeriesNames(folder: string): Promise<string[]> {
  if (!hasSeriesFile(folder)) return [];
  const metrics = (await readParquet(seriesPath(folder), ['metric'], { runs: ['metric'] })).get('metric');
  if (metrics?.kind !== 'runs') return [];
  return [...new Set(metrics.values)].filter((name) => typeof name === 'string');
}

/**
 * The series of an experiment by metric, in the order in which they were written and without what later attempts superseded;
 * none when it has no file.
 *
 * @param folder that of the experiment
 * @param metrics those that are wanted; default: all
 * @throws SheafError `file.*`, `parquet.damaged`
 */
export async function readSeriesFile(folder: string, metrics?: readonly string[]): Promise<Map<string, Series>> {
  const runs = await readRuns(folder, ['wall_time'], metrics);
  return new Map(runs.filter(({ superseded }) => !superseded).map(({ metric, points }) => [metric, points]));
}

/** {@link readSeriesFile} with the attempts that wrote them, and with what was superseded. @param options what to leave out */
export async function readJoinedSeries(
  folder: string,
  metrics?: readonly string[],
  { times = true }: { readonly times?: boolean } = {},
): Promise<Map<string, JoinedSeries>> {
  const further = times ? ['attempt', 'wall_time'] : ['attempt'];
  const runs = Map.groupBy(await readRuns(folder, further, metrics), ({ metric }) => metric);
  return new Map(
    [...runs].map(([metric, all]) => [
      metric,
      {
        parts: all.filter(({ superseded }) => !superseded),
        superseded: all.filter(({ superseded }) => superseded),
      },
    ]),
  );
}

async function readRuns(folder: string, further: readonly string[], metrics?: readonly string[]): Promise<Run[]> {
  if (!hasSeriesFile(folder)) return [];
  const names = ['metric', 'step', 'value', 'superseded', ...further];
  const filter = metrics && { column: 'metric', texts: metrics };
  const columns = await readParquet(seriesPath(folder), names, { filter, runs: LABELS });
  const wanted = metrics && new Set(metrics);
  return blocksOf(columns)
    .filter(({ metric }) => wanted?.has(metric) ?? true)
    .map(({ start, end, ...run }) => {
      const part = (column: string): Float64Array => {
        const read = columns.get(column);
        return read?.kind === 'number' ? read.values.slice(start, end) : new Float64Array(end - start).fill(Number.NaN);
      };
      return { ...run, points: { steps: part('step'), values: part('value'), times: part('wall_time') } };
    });
}

interface Block extends Omit<Run, 'points'> {
  readonly start: number;
  readonly end: number;
}

const LABELS = ['metric', 'attempt', 'superseded'] as const;

/** Rows that follow each other and have all but their points in common. In files of earlier versions nothing is superseded. */
function blocksOf(columns: ReadonlyMap<string, ReadColumn>): Block[] {
  const [metricAt, attemptAt, supersededAt] = LABELS.map((name) => labelReader(columns.get(name)));
  const ends = [...columns.values()].flatMap((column) => (column.kind === 'runs' ? column.ends : []));
  const blocks: Block[] = [];
  let start = 0;
  for (const end of [...new Set(ends)].toSorted((a, b) => a - b)) {
    const [metric, attempt] = [metricAt?.(end), attemptAt?.(end)];
    const superseded = supersededAt?.(end) === true;
    if (typeof metric === 'string')
      blocks.push({ metric, attempt: typeof attempt === 'string' ? attempt : '', superseded, start, end });
    start = end;
  }
  return blocks;
}

/** Reads a label by the end of its rows, which must rise from call to call. */
function labelReader(column: ReadColumn | undefined): (end: number) => unknown {
  if (column?.kind !== 'runs') return () => undefined;
  let at = 0;
  return (end) => {
    while ((column.ends[at] ?? Infinity) < end) at += 1;
    return column.values[at];
  };
}
