import { cleanText, type Cell, type RunImportance, type TableColumn } from '../../../app/index.ts';
import { formatIndentedTable } from '../../shell/table.ts';
import type { Screen } from '../../shell/terminal.ts';
import { count } from '../../shell/words.ts';

const COLUMNS: readonly TableColumn[] = [
  { name: 'parameter', priority: 4, keep: true },
  { name: 'importance', priority: 3, keep: true },
  { name: 'rho', priority: 2 },
  { name: 'values', priority: 1 },
];

/** How much each parameter decides which runs are the best, the most important one first; or why that cannot be said. */
export function importanceText(importance: RunImportance, screen: Screen): string {
  const { metric, mode, n, without, best, r2, refusal, parameters, leftOut } = importance;
  const from = `${count(n, 'run')}${without === 0 ? '' : `, ${without} without a value`}`;
  const head = `Importance for ${cleanText(metric)} (${mode}), from ${from}\n`;
  const notes = leftOut.map((note) => `  ${cleanText(note)}\n`).join('');
  if (refusal !== undefined) return `${head}  ${refusal}\n${notes}`;
  const rows = parameters.map(({ name, share, spearman, scale, distinct }): Cell[] => [
    name,
    share.toFixed(2),
    spearman === undefined ? undefined : spearman.toFixed(2),
    `${distinct}, ${scale}`,
  ]);
  return [
    head,
    `  PED-ANOVA: what sets the best ${best ?? 0} apart; R² of a random forest that predicts ranks, cross-validated: ${(r2 ?? 0).toFixed(2)}\n`,
    formatIndentedTable(COLUMNS, rows, screen),
    notes,
  ].join('');
}
