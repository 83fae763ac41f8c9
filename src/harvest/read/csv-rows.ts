import { countNewlines } from './line-blocks.ts';

/** A row of a CSV file. */
export interface CsvRow {
  readonly cells: readonly string[];
  /** The line on which it begins, from 1; a cell in quotes may hold newlines. */
  readonly line: number;
}

/** Characters of one row: a quote that is never closed must not fill the memory. */
export const LONGEST_ROW: number = 1 << 20;

export interface RowSplitter {
  /** Rows that `text`, the next part of the file, completes; blank lines are left out. */
  readonly push: (text: string) => CsvRow[];
  /** The last row, when it has no newline. */
  readonly rest: () => CsvRow[];
  /** Why it cannot go on, or may not end here. */
  readonly fault: () => RowFault | undefined;
}

export interface RowFault {
  readonly kind: 'open quote' | 'long row';
  /** Where the row begins. */
  readonly line: number;
}

/**
 * Splits CSV as RFC 4180 and Python's `csv` do.
 *
 * @param given the separator; by default the one of `,`, `;` and tab that the header has most of
 */
export function makeRowSplitter(given?: string): RowSplitter {
  let head = '';
  let reader = given === undefined ? undefined : newRowReader(given);

  function begin(separator: string): CsvRow[] {
    reader = newRowReader(separator);
    return reader.push(head);
  }

  function push(text: string): CsvRow[] {
    if (reader) return reader.push(text);
    head += text;
    const separator = headerSeparator(head);
    return separator === undefined && head.length <= LONGEST_ROW ? [] : begin(separator ?? ',');
  }

  function rest(): CsvRow[] {
    const rows = reader ? [] : begin(headerSeparator(`${head}\n`) ?? ',');
    return [...rows, ...(reader?.rest() ?? [])];
  }

  return { push, rest, fault: () => reader?.fault() };
}

const SEPARATORS = [',', ';', '\t'];

/** Undefined while the header is not whole. */
function headerSeparator(text: string): string | undefined {
  const header = text.replace(/^[\r\n]+/, '');
  const line = /^(?:[^"\r\n]+|"[^"]*")*/.exec(header)?.[0] ?? '';
  if (!/[\r\n]/.test(header[line.length] ?? '')) return undefined;
  const plain = line.replace(/"[^"]*"/g, '');
  const counts = SEPARATORS.map((separator) => plain.split(separator).length);
  return SEPARATORS[counts.indexOf(Math.max(...counts))];
}

/** How far the cell that is being read has come. `quote`: a quote inside quotes, which may end them. */
type CellState = 'start' | 'plain' | 'quoted' | 'quote';

function newRowReader(separator: string): RowSplitter {
  const plainRun = new RegExp(`[^${separator}\r\n]*`, 'y');
  const quotedRun = /[^"]*/y;
  let done: CsvRow[] = [];
  let cells: string[] = [];
  let [cell, state]: [string, CellState] = ['', 'start'];
  let [line, begun, length] = [1, 1, 0];
  let tooLong: number | undefined;

  function push(text: string): CsvRow[] {
    done = [];
    for (let at = 0; at < text.length && tooLong === undefined;) at = step(text, at);
    return done;
  }

  /** @returns where the next step begins */
  function step(text: string, at: number): number {
    if (state === 'quoted') return text[at] === '"' ? enter('quote', at + 1) : takeRun(quotedRun, text, at);
    const char = text[at];
    if (char === '"' && state === 'start') return enter('quoted', at + 1);
    if (char === '"' && state === 'quote') return takeText('"', 'quoted', at + 1);
    if (char === separator) return endCell(at + 1);
    if (char === '\r' || char === '\n') return endRow(char, at + 1);
    state = 'plain';
    return takeRun(plainRun, text, at);
  }

  function enter(next: CellState, at: number): number {
    state = next;
    return at;
  }

  function takeRun(run: RegExp, text: string, at: number): number {
    run.lastIndex = at;
    run.test(text);
    return takeText(text.slice(at, run.lastIndex), state, run.lastIndex);
  }

  function takeText(text: string, next: CellState, at: number): number {
    cell += text;
    length += text.length;
    if (next === 'quoted') line += countNewlines(text);
    if (length > LONGEST_ROW) tooLong = begun;
    return enter(next, at);
  }

  function endCell(at: number): number {
    cells.push(cell);
    cell = '';
    return enter('start', at);
  }

  function endRow(newline: string, at: number): number {
    finishRow();
    if (newline === '\n') line += 1;
    begun = line;
    return at;
  }

  function finishRow(): void {
    endCell(0);
    if (cells.length > 1 || cells[0]?.trim() !== '') done.push({ cells, line: begun });
    [cells, length] = [[], 0];
  }

  function rest(): CsvRow[] {
    done = [];
    if (fault() === undefined) finishRow();
    return done;
  }

  function fault(): RowFault | undefined {
    if (tooLong !== undefined) return { kind: 'long row', line: tooLong };
    return state === 'quoted' ? { kind: 'open quote', line: begun } : undefined;
  }

  return { push, rest, fault };
}
