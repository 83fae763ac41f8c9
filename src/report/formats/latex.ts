import { parseNumber } from '../../core/number-source.ts';
import { formatPlain, type Cell } from '../cell.ts';
import {
  findBestRows,
  formatHeader,
  findNumericColumns,
  formatShownCell,
  type FileColumn,
  type FileTable,
  type FormatOptions,
  type TableFormat,
} from '../file-table.ts';

/** A table for a paper, in the manner of booktabs, the best value of a metric in bold. */
export const latex: TableFormat = { kind: 'text', endings: ['.tex'], forPeople: true, joinsSpread: true, lines };

function* lines(table: FileTable, { caption, label }: FormatOptions): Generator<string> {
  yield '% needs \\usepackage{booktabs}\n';
  const floats = caption !== undefined || label !== undefined;
  if (floats) yield '\\begin{table}\n\\centering\n';
  if (caption !== undefined) yield `\\caption{${escaped(caption)}}\n`;
  // A label is a name, not a text: what it cannot hold is left out.
  if (label !== undefined) yield `\\label{${label.replace(/[\\{}%#~^&$\s]/g, '')}}\n`;
  yield* tabular(table);
  if (floats) yield '\\end{table}\n';
}

function* tabular(table: FileTable): Generator<string> {
  const { columns } = table;
  const rows = [...table.rows];
  const best = findBestRows(columns, rows);
  const isRight = findNumericColumns(columns, rows);
  yield `\\begin{tabular}{${isRight.map((right) => (right ? 'r' : 'l')).join('')}}\n\\toprule\n`;
  yield line(columns.map((column) => escaped(formatHeader(column))));
  yield '\\midrule\n';
  for (const [at, row] of rows.entries()) {
    yield line(columns.map((column, i) => cellText(row[i], column, best[i]?.has(at) === true)));
  }
  yield '\\bottomrule\n\\end{tabular}\n';
}

function line(texts: readonly string[]): string {
  return `${texts.join(' & ')} \\\\\n`;
}

/** A cell without value is a dash, as papers have it. */
function cellText(cell: Cell, column: FileColumn, isBest: boolean): string {
  const text = formatPlain(formatShownCell(cell, column));
  if (text === '') return '--';
  const [mean = '', std] = text.split(' ± ');
  if (std !== undefined && isNumber(mean) && isNumber(std)) return inMath(`${mean} \\pm ${std}`, isBest);
  // In mathematics a minus is a minus and not a hyphen; an e would be a variable.
  if (text.startsWith('-') && isNumber(text)) return inMath(text, isBest);
  return isBest ? `\\textbf{${escaped(text)}}` : escaped(text);
}

function inMath(text: string, isBest: boolean): string {
  const plain = text
    .replaceAll(',', '{,}')
    .replaceAll('%', '\\%')
    .replace(/(?<=\d)e\+?(-?)0*(\d+)/gi, ' \\times 10^{$1$2}');
  return isBest ? `$\\mathbf{${plain}}$` : `$${plain}$`;
}

function isNumber(text: string): boolean {
  return parseNumber(text.replaceAll(',', '').replace(/%$/, '')) !== undefined;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
};

/**
 * Every character stands for itself, in the old font encoding too; control characters are spaces. Two hyphens are no dash, and
 * what begins like an argument of the line end before it (`[`, `*`) is no argument.
 */
function escaped(text: string): string {
  return text
    .replace(/[\\~^<>|$&#_%{}]/g, (char) => ESCAPES[char] ?? `\\${char}`)
    .replace(/[\u0000-\u001f\u007f]+/g, ' ')
    .replace(/-(?=-)/g, '-{}')
    .replace(/^\s*([[*])/, '{$1}');
}
