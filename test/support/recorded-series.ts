import { join } from 'node:path';
import { writeParquet } from '../../src/system/index.ts';

/** A point of a series: step, value, and seconds since 1970 where they are known. */
export type Point = readonly [step: number, value: number, time?: number];

/** Writes the series of an experiment as harvest does. */
export async function writeSeries(
  folder: string,
  series: { readonly [metric: string]: readonly Point[] },
): Promise<void> {
  const rows = Object.entries(series).flatMap(([metric, points]) => points.map((point) => [metric, ...point] as const));
  await writeParquet(join(folder, 'series.parquet'), [
    { name: 'metric', kind: 'string', values: rows.map(([metric]) => metric) },
    { name: 'step', kind: 'int64', values: rows.map(([, step]) => step) },
    { name: 'value', kind: 'double', values: rows.map(([, , value]) => value) },
    { name: 'wall_time', kind: 'double', values: rows.map(([, , , time]) => time) },
  ]);
}
