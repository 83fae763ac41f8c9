import { computeImportance, type Importance } from '../../src/core/importance/importance.ts';
import { proposeMember } from '../../src/core/search/index.ts';
import { summarize } from '../../src/core/stats/statistics.ts';
import type { Figure } from '../measure.ts';
import type { Optuna } from './optuna.ts';
import type { Parameter } from './problem.ts';
import { makeDraw } from './sheaf-searcher.ts';
import type { Table } from './tables.ts';

const [RUNS, TOP, FEWEST_TABLES] = [100, 2, 12];

interface Runs {
  readonly points: readonly (readonly number[])[];
  readonly values: readonly number[];
}

/**
 * The two most important parameters of each table, from the same random runs as Optuna's PED-ANOVA, in any order. For
 * Optuna the few values of a number are either in order, or choices, as they are for sheaf.
 */
export async function rateParameters(optuna: Optuna, tables: readonly Table[], seeds: number): Promise<Figure[]> {
  process.stdout.write(
    `\nImportance: seeds of ${seeds} with the same top ${TOP} of ${RUNS} random runs as Optuna, for which values are in order, or choices\n` +
      formatRow(['table', 'in order', 'choices', 'refused by sheaf']),
  );
  const ways = [(table: Table) => table.parameters, (table: Table) => table.parameters.map(toChoice)];
  const agreed = ways.map(() => Array.from({ length: seeds }, () => 0));
  for (const table of tables) {
    const same = ways.map(() => 0);
    let refused = 0;
    for (let seed = 1; seed <= seeds; seed += 1) {
      const runs = drawRuns(table, seed);
      const ours = rate(table, runs);
      if (ours.refusal !== undefined) refused += 1;
      const top = listTop(ours.parameters.map(({ name }) => name));
      for (const [i, way] of ways.entries()) {
        const theirs = await optuna.rateParameters(way(table), runs.points, runs.values);
        if (listTop(theirs.map(([name]) => name)) !== top) continue;
        same[i] = (same[i] ?? 0) + 1;
        const counts = agreed[i] ?? [];
        counts[seed - 1] = (counts[seed - 1] ?? 0) + 1;
      }
    }
    process.stdout.write(formatRow([table.name, ...same.map(String), String(refused)]));
  }
  return agreed.map((counts, i) => {
    const { mean = 0, min = 0, max = 0 } = summarize(counts);
    return {
      what: `importance: tables of ${tables.length} with the same top ${TOP} as Optuna, ${i === 0 ? 'in order' : 'choices'}`,
      measured: `${mean.toFixed(1)} (${min} to ${max} by seed)`,
      goal: `≥ ${FEWEST_TABLES}`,
      ok: mean >= FEWEST_TABLES,
    };
  });
}

function toChoice(parameter: Parameter): Parameter {
  return { ...parameter, kind: 'choice' };
}

function listTop(names: readonly string[]): string {
  return names.slice(0, TOP).toSorted().join();
}

function drawRuns(table: Table, seed: number): Runs {
  const draws = table.parameters.map(makeDraw);
  const points = Array.from({ length: RUNS }, (_, number) => {
    const member = proposeMember({ by: 'random', draws, seed, number, mode: 'max', trials: [] });
    return draws.map(({ name }) => Number(member.get(name)?.value));
  });
  return { points, values: points.map((point) => table.valueAt(point, 1)) };
}

function rate({ parameters }: Table, { points, values }: Runs): Importance {
  const columns = parameters.map(({ name, kind }, i) => ({
    name,
    values: points.map((point) => (kind === 'choice' ? `choice ${point[i]}` : point[i])),
  }));
  return computeImportance(columns, values, 'max');
}

const WIDTHS = [34, 8, 8];

function formatRow(cells: readonly string[]): string {
  return `${cells
    .map((cell, i) => cell.padEnd(WIDTHS[i] ?? 0))
    .join(' ')
    .trimEnd()}\n`;
}
