import { join } from 'node:path';
import type { Series } from '../core/series.ts';
import { fileFacts, makeFolder, readParquet, removePath, writeParquet, type ParquetColumn } from '../system/index.ts';

/** The series of an experiment, all in one file of its folder. */
const FILE = 'series.parquet';

/** @param folder that of the experiment */
export function seriesPath(folder: string): string {
  return join(folder, FILE);
}

/** @param folder that of the experiment */
export function hasSeriesFile(folder: string): boolean {
  return fileFacts(seriesPath(folder), { follow: true })?.kind === 'file';
}

/**
 * Writes all series of an experiment, one after the other, with the columns `metric`, `step`, `value` and `wall_time`
 * (seconds since 1970, null where it is not known). Without any series there is no file. When it cannot be written, an earlier
 * one is removed: it would pass for this one.
 *
 * @param folder that of the experiment
 * @throws SheafError `file.*`
 */
export async function writeSeriesFile(folder: string, series: ReadonlyMap<string, Series>): Promise<void> {
  const path = seriesPath(folder);
  const all = [...series].filter(([, { steps }]) => steps.length > 0);
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

function columnsOf(all: readonly (readonly [string, Series])[]): ParquetColumn[] {
  const points = all.map(([, one]) => one);
  const times = joined(points.map((one) => one.times));
  return [
    { name: 'metric', kind: 'string', values: names(all) },
    { name: 'step', kind: 'int64', values: joined(points.map(({ steps }) => steps)) },
    { name: 'value', kind: 'double', values: joined(points.map(({ values }) => values)) },
    { name: 'wall_time', kind: 'double', nanIsNull: times.some(Number.isNaN), values: times },
  ];
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
 * @param metrics those that are wanted; default: all
 * @throws SheafError `file.*`, `parquet.damaged`
 */
export async function readSeriesFile(folder: string, metrics?: readonly string[]): Promise<Map<string, Series>> {
  if (!hasSeriesFile(folder)) return new Map();
  const columns = await readParquet(seriesPath(folder), ['metric', 'step', 'value', 'wall_time']);
  const names = columns.get('metric');
  if (names?.kind !== 'string') return new Map();
  const wanted = metrics && new Set(metrics);
  const found = [...blocksOf(names.values)].filter(([name]) => wanted?.has(name) ?? true);
  const part = (column: string, { start, end }: Block): Float64Array => {
    const read = columns.get(column);
    return read?.kind === 'number' ? read.values.slice(start, end) : new Float64Array(end - start).fill(Number.NaN);
  };
  return new Map(
    found.map(([name, block]) => [
      name,
      { steps: part('step', block), values: part('value', block), times: part('wall_time', block) },
    ]),
  );
}

interface Block {
  readonly start: number;
  readonly end: number;
}

/** The rows of each metric. */
function blocksOf(names: readonly (string | null)[]): Map<string, Block> {
  const blocks = new Map<string, Block>();
  for (let start = 0, end = 0; start < names.length; start = end) {
    const name = names[start];
    while (end < names.length && names[end] === name) end += 1;
    if (typeof name === 'string') blocks.set(name, { start, end });
  }
  return blocks;
}
