import { formatPlain, type Cell } from '../cell.ts';
import {
  findBestRows,
  formatHeader,
  findNumericColumns,
  formatShownCell,
  type FileColumn,
  type FileTable,
  type TableFormat,
} from '../file-table.ts';

/** A table of GitHub's Markdown, the best value of a metric in bold. */
export const markdown: TableFormat = {
  kind: 'text',
  endings: ['.md', '.markdown'],
  forPeople: true,
  joinsSpread: true,
  lines,
};

function* lines(table: FileTable): Generator<string> {
  const { columns } = table;
  const rows = [...table.rows];
  const best = findBestRows(columns, rows);
  const isRight = findNumericColumns(columns, rows);
  yield line(columns.map((column) => escaped(formatHeader(column))));
  yield line(columns.map((_, i) => (isRight[i] === true ? '---:' : '---')));
  for (const [at, row] of rows.entries()) {
    yield line(columns.map((column, i) => cellText(row[i], column, best[i]?.has(at) === true)));
  }
}

function line(texts: readonly string[]): string {
  return `| ${texts.join(' | ')} |\n`;
}

function cellText(cell: Cell, column: FileColumn, isBest: boolean): string {
  const text = escaped(formatPlain(formatShownCell(cell, column)));
  return isBest ? `**${text}**` : text;
}

/** Nothing in it is markup, and it is one line. An underscore within a word is no markup. */
function escaped(text: string): string {
  return text
    .replace(/[\\`*[\]<>|~&#$]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, String.raw`\$&`)
    .replace(/\s*[\r\n]+\s*/g, ' ');
}
