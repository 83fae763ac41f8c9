import type { Mode } from '../core/settings/harvest-rule.ts';
import type { NumberFormat } from '../core/text/number-format.ts';
import type { ReplaceOptions } from '../system/index.ts';
import { formatExact, type Cell } from './cell.ts';
import { findBestPlaces } from './compare.ts';
import { formatMean } from '../core/stats/format-summary.ts';
import type { Summary } from '../core/stats/statistics.ts';
import { isMap } from '../core/value.ts';

/** A column as formats see it. */
export interface FileColumn {
  readonly name: string;
  readonly unit?: string;
  readonly format?: NumberFormat;
  /** `time`: ISO 8601 texts. `spread`: cells are maps with `n`, `mean` and `std`. */
  readonly kind?: 'time' | 'spread';
  /** Which value is best. */
  readonly mode?: Mode;
}

/** A table that becomes a file. Rows are made while they are written, once. */
export interface FileTable {
  readonly columns: readonly FileColumn[];
  readonly rows: Iterable<readonly Cell[]>;
}

/** Further options of formats; each format uses those that it knows. */
export interface FormatOptions {
  /** Leave texts that a spreadsheet would run as formulas as they are. */
  readonly raw?: boolean;
  readonly caption?: string;
  readonly label?: string;
}

/** One way to write a table. */
export type TableFormat = {
  /** Of names of files: `.csv`. */
  readonly endings: readonly string[];
  /** Numbers as they were written or as their column says, units in headers. Programs get numbers and bare names. */
  readonly forPeople: boolean;
  /** Groups have one column a metric, `mean ± std`, instead of one for each statistic. */
  readonly joinsSpread?: boolean;
} & (
  | { readonly kind: 'text'; readonly lines: (table: FileTable, options: FormatOptions) => Iterable<string> }
  | {
      readonly kind: 'file';
      readonly write: (path: string, table: FileTable, options: ReplaceOptions) => Promise<void>;
    }
);

/** `Accuracy (%)`. */
export function formatHeader({ name, unit }: FileColumn): string {
  return unit === undefined || unit === '' ? name : `${name} (${unit})`;
}

/** A cell as its column wants it: only numbers are formatted, a spread always. */
export function formatShownCell(cell: Cell, column: FileColumn): Cell {
  if (column.kind === 'spread') return spreadText(cell, column);
  if (column.format === undefined) return cell;
  return typeof cell === 'number' ? column.format(cell) : cell;
}

/** The rows as their columns want them. */
export function listShownRows({ columns, rows }: FileTable): FileTable['rows'] {
  return columns.some(({ format, kind }) => format !== undefined || kind === 'spread')
    ? formatted(columns, rows)
    : rows;
}

function* formatted(columns: FileTable['columns'], rows: FileTable['rows']): Generator<Cell[]> {
  for (const row of rows) yield columns.map((column, i) => formatShownCell(row[i], column));
}

function spreadText(cell: Cell, { format }: FileColumn): string {
  const spread = spreadOf(cell);
  if (spread.mean === undefined || format === undefined) return formatMean(spread);
  return spread.std === undefined ? format(spread.mean) : `${format(spread.mean)} ± ${format(spread.std)}`;
}

/** The parts of a summary that a cell of a spread has. */
function spreadOf(cell: Cell): Summary {
  if (!isMap(cell)) return { n: 0 };
  const { n, mean, std } = cell;
  return {
    n: typeof n === 'number' ? n : 0,
    ...(typeof mean === 'number' && { mean }),
    ...(typeof std === 'number' && { std }),
  };
}

/** For each column that has a best value, the rows that have it. */
export function findBestRows(
  columns: readonly FileColumn[],
  rows: readonly (readonly Cell[])[],
): ReadonlySet<number>[] {
  return columns.map((column, i) => {
    const numbers = rows.map((row) => comparable(row[i], column));
    return new Set(findBestPlaces(numbers, column.mode));
  });
}

function comparable(cell: Cell, { kind }: FileColumn): number | undefined {
  const number = kind === 'spread' ? spreadOf(cell).mean : cell;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** Columns whose filled cells are all numbers, which stand to the right. */
export function findNumericColumns(columns: readonly FileColumn[], rows: readonly (readonly Cell[])[]): boolean[] {
  return columns.map(({ kind }, i) => {
    const filled = rows.map((row) => row[i]).filter((cell) => cell !== undefined && cell !== null);
    return kind === 'spread' || (filled.length > 0 && filled.every((cell) => isNumeric(formatExact(cell))));
  });
}

function isNumeric(text: string): boolean {
  return text !== '' && !Number.isNaN(Number(text));
}
