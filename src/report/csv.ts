import { notFinite, numberOf } from '../core/written.ts';
import { exactText, type Cell } from './cell.ts';

export interface CsvOptions {
  /** Default `,`. */
  readonly separator?: ',' | '\t';
  /** Write texts that a spreadsheet would run as formulas as they are. */
  readonly raw?: boolean;
}

/**
 * Writes a header and rows as CSV, one line at a time, each with its line feed.
 *
 * Quoting is that of RFC 4180; lines end in LF alone, as `cut`, `awk` and `tail` need, and as all readers accept. A cell
 * without value is empty, an empty text is `""`. A text that begins like a formula gets a `'` in front unless `raw`;
 * numbers never do.
 */
export function* csvLines(
  header: readonly string[],
  rows: Iterable<readonly Cell[]>,
  { separator = ',', raw = false }: CsvOptions = {},
): Generator<string> {
  const line = (cells: readonly Cell[]): string => {
    const texts = cells.map((cell) => csvCell(cell, separator, raw));
    // A lone empty cell must not become an empty line, which readers skip.
    return `${texts.length === 1 && texts[0] === '' ? '""' : texts.join(separator)}\n`;
  };
  yield line(header);
  for (const row of rows) yield line(row);
}

/** One cell, as it stands in a line. */
export function csvCell(cell: Cell, separator: string, raw: boolean): string {
  if (cell === '') return '""';
  const text = exactText(cell);
  const safe = raw || typeof cell === 'number' || !isFormula(text) ? text : `'${text}`;
  return /["\r\n]/.test(safe) || safe.includes(separator) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The beginnings that Excel, LibreOffice and Google Sheets take for a formula, full-width forms included. */
const FORMULA = /^[=+\-@\t\r\n\uff0b\uff0d\uff1d\uff20]/;

function isFormula(text: string): boolean {
  return FORMULA.test(text) && numberOf(text) === undefined && notFinite(text) === undefined;
}
