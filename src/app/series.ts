import { join } from 'node:path';
import type { Series } from '../core/series.ts';
import type { ExpId } from '../core/ids.ts';
import { fileFacts, readParquet } from '../system/index.ts';
import { experimentFolder } from './create.ts';
import type { Project } from './project.ts';

/** In the folder of an experiment; rows are grouped by metric, each in the order of its steps. */
const FILE = 'series.parquet';

/**
 * The course of a metric that was harvested.
 *
 * @returns undefined when the experiment has no series of that name
 * @throws SheafError `file.*`, `parquet.damaged`
 */
export async function readSeries(project: Project, expId: ExpId, metric: string): Promise<Series | undefined> {
  return (await readAllSeries(project, expId, [metric])).get(metric);
}

/** {@link readSeries} of several metrics, or of all that there are, in the order of the file. */
export async function readAllSeries(
  project: Project,
  expId: ExpId,
  metrics?: readonly string[],
): Promise<ReadonlyMap<string, Series>> {
  const path = join(experimentFolder(project, expId), FILE);
  if (fileFacts(path, { follow: true })?.kind !== 'file') return new Map();
  const columns = await readParquet(path, ['metric', 'step', 'value', 'wall_time']);
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
