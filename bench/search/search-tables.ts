import { summarize } from '../../src/core/stats/statistics.ts';
import type { Figure } from '../measure.ts';
import { compareMeans, formatRatio, regretsAt, runMethod, type Method } from './compare.ts';
import type { Optuna } from './optuna.ts';
import { openSearcher } from './sheaf-searcher.ts';
import type { Table } from './tables.ts';

const EVALUATIONS = 100;
const MOST_REGRET = 1.05;

/** By table, the regret of each seed. */
type Regrets = readonly (readonly number[])[];

/** Searches each table with 100 evaluations, one and eight at once. Each evaluation takes the same time. */
export async function searchTables(optuna: Optuna, tables: readonly Table[], seeds: number): Promise<Figure[]> {
  const ask = (name: string, by: 'random' | 'tpe'): Method => ({
    name,
    open: (problem, seed) =>
      openSearcher(problem, by, { rule: 'none', from: 1, to: 1, eta: 3, keep: 1, mode: 'max', resume: false }, seed),
  });
  const methods: readonly Method[] = [
    ask('random', 'random'),
    ask('TPE', 'tpe'),
    { name: 'Optuna TPE', open: (problem, seed) => optuna.open(problem, 'none', 1, seed) },
  ];
  const figures: Figure[] = [];
  for (const slots of [1, 8]) {
    process.stdout.write(
      `\nTables: mean regret ± SEM after ${EVALUATIONS} evaluations, ${slots} at once, ${seeds} seeds (0 is the best of the table, 1 its median)\n` +
        formatRow(['table', ...methods.map(({ name }) => name), 'TPE ÷ Optuna (95 %)']),
    );
    const all: number[][][] = methods.map(() => []);
    for (const table of tables) {
      const found: number[][] = [];
      for (const method of methods) {
        const result = await runMethod(method, table, seeds, { slots, until: Infinity, trials: EVALUATIONS });
        found.push(regretsAt(result, 1));
      }
      found.forEach((regrets, i) => all[i]?.push(regrets));
      process.stdout.write(
        formatRegrets(
          table.name,
          found.map((regrets) => [regrets]),
        ),
      );
    }
    process.stdout.write(formatRegrets(`all ${tables.length}`, all));
    const ratio = compareMeans(all[1] ?? [], all[2] ?? []);
    figures.push({
      what: `tables: regret ÷ that of Optuna TPE, ${slots} at once`,
      measured: formatRatio(ratio),
      goal: `≤ ${MOST_REGRET.toFixed(2)}`,
      ok: ratio.ratio <= MOST_REGRET,
    });
  }
  return figures;
}

/** @param found of random search, of TPE and of Optuna */
function formatRegrets(name: string, found: readonly Regrets[]): string {
  const [, ours = [], theirs = []] = found;
  return formatRow([name, ...found.map(formatMean), formatRatio(compareMeans(ours, theirs))]);
}

/** The mean over all tables, and its standard error over the seeds of each. */
function formatMean(regrets: Regrets): string {
  const each = regrets.map((group) => summarize(group));
  const mean = each.reduce((sum, group) => sum + (group.mean ?? Number.NaN), 0) / each.length;
  const sem = Math.hypot(...each.map((group) => group.sem ?? 0)) / each.length;
  return `${mean.toFixed(4)} ± ${sem.toFixed(4)}`;
}

const WIDTHS = [34, 18, 18, 18];

function formatRow(cells: readonly string[]): string {
  return `${cells
    .map((cell, i) => cell.padEnd(WIDTHS[i] ?? 0))
    .join(' ')
    .trimEnd()}\n`;
}
