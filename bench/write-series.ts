import { join } from 'node:path';
import { writeSeriesFile } from '../src/app/series/series-file.ts';

/** Writes the harvested series of an experiment: a value for each step of each metric. @param i differs between experiments */
export async function writeSeries(
  folder: string,
  { i, count, metrics }: { readonly i: number; readonly count: number; readonly metrics: readonly string[] },
): Promise<void> {
  const steps = Float64Array.from({ length: count }, (_, step) => step);
  const values = steps.map((step) => 2 / (1 + step / 1000) + Math.sin(step * 12.9898 + i) / 10);
  const times = steps.map((step) => 1_795_000_000 + i + step / 10);
  const parts = [{ attempt: 'train-1', points: { steps, values, times } }];
  await writeSeriesFile(folder, new Map(metrics.map((metric) => [metric, { parts, superseded: [] }])));
}

/** Of an experiment of `makeProject`. */
export function nameOf(i: number): string {
  return `bench_${String(i).padStart(6, '0')}`;
}

export function folderOf(project: string, i: number): string {
  return join(project, 'experiments', nameOf(i));
}
