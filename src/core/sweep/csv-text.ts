/** One row of a CSV file. */
export interface SweepCsvRow {
  readonly cells: readonly string[];
  /** The line where it begins, from 1: a quoted cell may hold several lines. */
  readonly line: number;
}

/**
 * Reads CSV as RFC 4180 describes it: cells with commas, quotes or line ends are in quotes, a quote inside is doubled.
 * Line ends may be LF or CRLF; a byte order mark and empty lines are skipped.
 *
 * @param fail makes the error for quotes that do not match, in the given line
 */
export function readCsv(text: string, fail: (line: number, message: string) => Error): SweepCsvRow[] {
  const rows: SweepCsvRow[] = [];
  let cells: string[] = [];
  let [at, line, rowLine] = [text.startsWith('\ufeff') ? 1 : 0, 1, 1];
  while (at < text.length || cells.length > 0) {
    const cell = text[at] === '"' ? quotedCell(text, at) : bareCell(text, at);
    if (cell === undefined) throw fail(line, 'a quote is not closed, or text follows it');
    cells.push(cell.text);
    line += cell.text.split('\n').length - 1;
    at = cell.end + 1;
    if (text[cell.end] === ',') continue;
    if (cells.length > 1 || cells[0] !== '') rows.push({ cells, line: rowLine });
    cells = [];
    line += 1;
    rowLine = line;
  }
  return rows;
}

/** `end` is the place of the comma or line feed behind the cell, or the end of the text. */
interface Cell {
  readonly text: string;
  readonly end: number;
}

function bareCell(text: string, at: number): Cell {
  let end = at;
  while (end < text.length && text[end] !== ',' && text[end] !== '\n') end += 1;
  const carriage = text[end] === '\n' && end > at && text[end - 1] === '\r';
  return { text: text.slice(at, carriage ? end - 1 : end), end };
}

function quotedCell(text: string, at: number): Cell | undefined {
  let close = text.indexOf('"', at + 1);
  while (close !== -1 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
  if (close === -1) return undefined;
  const end = text.startsWith('\r\n', close + 1) ? close + 2 : close + 1;
  const next = text[end];
  if (next !== undefined && next !== ',' && next !== '\n') return undefined;
  return { text: text.slice(at + 1, close).replaceAll('""', '"'), end };
}
