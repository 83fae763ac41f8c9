import { paint, renderTable, type Cell, type TableColumn } from '../../app/index.ts';
import { fitCharset, fitCut, type Screen } from './terminal.ts';
import { wrap } from './words.ts';

/**
 * A table, and on a narrow terminal a line that names the hidden columns.
 *
 * @param how another way to show those columns
 */
export function formatTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly Cell[])[],
  screen: Screen,
  how: string = '',
): string {
  const fit = (cell: Cell): Cell => (typeof cell === 'string' ? fitCharset(screen, cell) : readable(cell));
  const rendered = renderTable(columns, screen.tty ? rows.map((row) => row.map(fit)) : rows, screen);
  const { hidden } = rendered;
  const text = screen.tty ? fitCut(screen, rendered.text) : rendered.text;
  if (hidden.length === 0) return text;
  const hint = `Hidden columns: ${hidden.join(', ')} (widen the terminal${how})`;
  return `${text}${wrap(hint, screen.width)
    .map((line) => `${paint(line, 'aside', screen.color)}\n`)
    .join('')}`;
}

/** The same below a title, on a terminal two columns to the right, as names and values are. */
export function formatIndentedTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly Cell[])[],
  screen: Screen,
): string {
  if (!screen.tty) return formatTable(columns, rows, screen);
  const text = formatTable(columns, rows, { ...screen, width: screen.width - INDENT.length });
  return text.replaceAll(/^(?=.)/gm, INDENT);
}

const INDENT = '  ';

const DIGITS = 6;

function readable(cell: Cell): Cell {
  return typeof cell === 'number' ? roundNumber(cell) : cell;
}

/** Fractions have six digits on a terminal. A pipe and `--json` get all digits. */
export function roundNumber(number: number): number {
  return Number.isInteger(number) ? number : Number(number.toPrecision(DIGITS));
}
