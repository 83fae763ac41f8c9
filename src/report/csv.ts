import { parseNonFinite, parseNumber } from '../core/number-source.ts';
import { formatExact, type Cell } from './cell.ts';

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
export function* formatCsvLines(
  header: readonly string[],
  rows: Iterable<readonly Cell[]>,
  { separator = ',', raw = false }: CsvOptions = {},
): Generator<string> {
  const line = (cells: readonly Cell[]): string => {
    let text = '';
    for (let i = 0; i < cells.length; i += 1)
      text += (i === 0 ? '' : separator) + formatCsvCell(cells[i], separator, raw);
    // A lone empty cell must not become an empty line, which readers skip.
    return text === '' ? '""\n' : `${text}\n`;
  };
  yield line(header);
  for (const row of rows) yield line(row);
}

/** One cell, as written in a line. */
export function formatCsvCell(cell: Cell, separator: string, raw: boolean): string {
  // Most cells, and none of them needs quotes.
  if (typeof cell === 'number') return formatExact(cell);
  if (cell === '') return '""';
  const text = formatExact(cell);
  const safe = raw || !isFormula(text) ? text : `'${text}`;
  return QUOTED.test(safe) || safe.includes(separator) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const QUOTED = /["\r\n]/;

/** The beginnings that Excel, LibreOffice and Google Sheets take for a formula, full-width forms included. */
const FORMULA = /^[=+\-@\t\r\n\uff0b\uff0d\uff1d\uff20]/;

/** As formats of columns write numbers: `-1,234.5`, `-12.5%`. */
const FORMATTED = /^[-+][\d,]*\d(?:\.\d+)?(?:e[-+]\d+)?%?$/;

function isFormula(text: string): boolean {
  if (!FORMULA.test(text) || FORMATTED.test(text)) return false;
  return parseNumber(text) === undefined && parseNonFinite(text) === undefined;
}
