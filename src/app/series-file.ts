import { join } from 'node:path';
import type { Series } from '../core/series.ts';
import { fileFacts, makeFolder, readParquet, removePath, writeParquet } from '../system/index.ts';

/** The series of an experiment, all in one file of its folder. */
const FILE = 'series.parquet';

export function hasSeriesFile(folder: string): boolean {
  return fileFacts(join(folder, FILE)) !== undefined;
}

/**
 * Writes all series of an experiment, one after the other, with the columns `metric`, `step`, `value` and `wall_time`
 * (seconds since 1970, null where it is not known). Without any series there is no file.
 *
 * @param folder that of the experiment
 * @throws SheafError `file.*`
 */
export async function writeSeriesFile(folder: string, series: ReadonlyMap<string, Series>): Promise<void> {
  const path = join(folder, FILE);
  const all = [...series].filter(([, { steps }]) => steps.length > 0);
  if (all.length === 0) {
    if (hasSeriesFile(folder)) removePath(path);
    return;
  }
  makeFolder(folder);
  const points = all.map(([, one]) => one);
  await writeParquet(path, [
    { name: 'metric', kind: 'string', values: names(all) },
    { name: 'step', kind: 'int64', values: joined(points.map(({ steps }) => steps)) },
    { name: 'value', kind: 'double', values: joined(points.map(({ values }) => values)) },
    { name: 'wall_time', kind: 'double', nanIsNull: true, values: joined(points.map(({ times }) => times)) },
  ]);
}

/** The name of each point's metric, made when it is asked for. */
function names(all: readonly (readonly [string, Series])[]): {
  length: number;
  slice(start: number, end: number): string[];
} {
  const ends: number[] = [];
  for (const [, { steps }] of all) ends.push((ends.at(-1) ?? 0) + steps.length);
  const length = ends.at(-1) ?? 0;
  return {
    length,
    slice: (start, end) => {
      let at = ends.findIndex((last) => start < last);
      return Array.from({ length: Math.max(0, Math.min(end, length) - start) }, (_, i) => {
        while (start + i >= (ends[at] ?? Infinity)) at += 1;
        return all[at]?.[0] ?? '';
      });
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

/**
 * The series of an experiment by metric, in the order in which they were written; none when it has no file.
 *
 * @param folder that of the experiment
 * @throws SheafError `file.*`, `parquet.damaged`
 */
export async function readSeriesFile(folder: string): Promise<Map<string, Series>> {
  const series = new Map<string, Series>();
  if (!hasSeriesFile(folder)) return series;
  const columns = await readParquet(join(folder, FILE));
  const [metric, step, value, time] = ['metric', 'step', 'value', 'wall_time'].map((name) => columns.get(name));
  if (metric?.kind !== 'string' || step?.kind !== 'number' || value?.kind !== 'number') return series;
  const times = time?.kind === 'number' ? time.values : new Float64Array(step.values.length).fill(NaN);
  for (let start = 0; start < metric.values.length;) {
    const name = metric.values[start] ?? '';
    let end = start + 1;
    while (end < metric.values.length && metric.values[end] === name) end += 1;
    series.set(name, {
      steps: step.values.slice(start, end),
      values: value.values.slice(start, end),
      times: times.slice(start, end),
    });
    start = end;
  }
  return series;
}
