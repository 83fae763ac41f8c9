import { paint, renderTable, type Cell, type TableColumn } from '../../app/index.ts';
import type { Screen } from './terminal.ts';
import { wrap } from './words.ts';

/**
 * A table, and on a terminal that is too narrow for it a line that names what is not shown.
 *
 * @param how what else shows those columns
 */
export function tableText(
  columns: readonly TableColumn[],
  rows: readonly (readonly Cell[])[],
  screen: Screen,
  how: string = '',
): string {
  const { text, hidden } = renderTable(columns, screen.tty ? rows.map((row) => row.map(readable)) : rows, screen);
  if (hidden.length === 0) return text;
  const hint = `Hidden columns: ${hidden.join(', ')} (widen the terminal${how})`;
  return `${text}${wrap(hint, screen.width)
    .map((line) => `${paint(line, 'dim', screen.color)}\n`)
    .join('')}`;
}

const DIGITS = 6;

function readable(cell: Cell): Cell {
  return typeof cell === 'number' ? rounded(cell) : cell;
}

/** For eyes: fractions with six digits. A pipe and `--json` get all of them. */
export function rounded(number: number): number {
  return Number.isInteger(number) ? number : Number(number.toPrecision(DIGITS));
}
