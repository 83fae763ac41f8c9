import { inputError, type SheafError } from '../core/errors.ts';
import type { Cell } from './cell.ts';
import { formatCsvCell, type CsvOptions } from './csv.ts';
import { readCsvLines, unquoteCsvCell, type CsvLine } from '../core/text/csv-lines.ts';

/** Rows for a table that exists. */
export interface FreshRows {
  readonly header: readonly string[];
  /** Which column names the rows. */
  readonly key: number;
  readonly rows: Iterable<readonly Cell[]>;
}

export interface MergedText {
  readonly text: string;
  readonly added: number;
  readonly changed: number;
}

/**
 * Updates a CSV table by the names of its rows. Cells that say the same already, columns and rows of other names stay to the
 * byte; new columns come after the last one of ours, new rows at the end.
 *
 * @param file its name in messages
 * @throws SheafError `export.update` for a table whose rows or columns cannot be told apart
 */
export function mergeTable(old: string, fresh: FreshRows, file: string, options: CsvOptions = {}): MergedText {
  const { separator = ',', raw = false } = options;
  const encode = (cell: Cell): string => formatCsvCell(cell, separator, raw);
  const mark = old.startsWith(MARK) ? MARK : '';
  const [header, ...lines] = readTable(old.slice(mark.length), separator, file);
  const ours = fresh.header.map(encode);
  const plan = planOf(header, ours, fresh.key, file);
  const byName = linesByName(lines, plan.key, file);
  const rows = new Map<CsvLine, readonly string[]>();
  const added: CsvLine[] = [];
  const end = header.end === '' ? '\n' : header.end;
  let changed = 0;
  for (const row of fresh.rows) {
    const cells = row.map(encode);
    const line = byName.get(unquoteCsvCell(cells[fresh.key] ?? ''));
    if (line === undefined) {
      const empty = header.cells.map(() => '');
      added.push({ cells: fitted(empty, plan, cells), end, number: 0 });
    } else {
      const [now, before] = [fitted(line.cells, plan, cells), fitted(line.cells, plan)];
      if (now.some((cell, i) => cell !== before[i])) changed += 1;
      rows.set(line, now);
    }
  }
  const written = [
    { ...header, cells: fitted(header.cells, plan, ours) },
    ...lines.map((line) => (isBlank(line) ? line : { ...line, cells: rows.get(line) ?? fitted(line.cells, plan) })),
    ...added,
  ];
  const text = written.map((line, i) => {
    const isJoint = line.end === '' && i < written.length - 1;
    return line.cells.join(separator) + (isJoint ? end : line.end);
  });
  return { text: mark + text.join(''), added: added.length, changed };
}

/** What spreadsheets put before UTF-8. */
const MARK = '\ufeff';

/** The places of our columns in the table. */
interface Plan {
  /** Of the names of rows, in the table. */
  readonly key: number;
  /** For each column of the table the one of ours. */
  readonly ours: readonly (number | undefined)[];
  /** Those of ours that it has not, and where they come. */
  readonly added: readonly number[];
  readonly at: number;
}

function planOf({ cells }: CsvLine, ours: readonly string[], key: number, file: string): Plan {
  const [theirs, names] = [cells.map(unquoteCsvCell), ours.map(unquoteCsvCell)];
  const twice = names.find((name) => theirs.filter((other) => other === name).length > 1);
  if (twice !== undefined) throw refusal(file, `has two columns ${twice}`, 'give one of them another name');
  const place = theirs.indexOf(names[key] ?? '');
  if (place < 0) {
    const columns = theirs.length > 8 ? [...theirs.slice(0, 8), '…'] : theirs;
    throw refusal(
      file,
      `has no column ${names[key]}`,
      'add it, or export to another file',
      `its columns are ${columns.join(' | ')}`,
    );
  }
  const places = names.map((name) => theirs.indexOf(name));
  return {
    key: place,
    ours: theirs.map((name) => (names.includes(name) ? names.indexOf(name) : undefined)),
    added: places.flatMap((at, i) => (at < 0 ? [i] : [])),
    at: Math.max(...places) + 1,
  };
}

/** A line with our new columns, and with our values where they say something else. */
function fitted(cells: readonly string[], plan: Plan, fresh?: readonly string[]): string[] {
  const kept = cells.map((cell, at) => {
    const mine = plan.ours[at];
    const now = mine === undefined ? undefined : fresh?.[mine];
    return now === undefined || unquoteCsvCell(now) === unquoteCsvCell(cell) ? cell : now;
  });
  return [...kept.slice(0, plan.at), ...plan.added.map((i) => fresh?.[i] ?? ''), ...kept.slice(plan.at)];
}

function readTable(text: string, separator: ',' | '\t', file: string): readonly [CsvLine, ...CsvLine[]] {
  const read = readCsvLines(text, separator);
  const [header, ...lines] = read.lines;
  if (read.badLine !== undefined) {
    throw refusal(
      file,
      `does not parse: the quotes of line ${read.badLine} are never closed, or text follows them`,
      MEND,
    );
  }
  const lone = read.lines.find(({ cells }) => cells.some(hasReturn));
  if (lone)
    throw refusal(file, `does not parse: line ${lone.number} has a carriage return that ends no line`, SAVE_AGAIN);
  if (header === undefined) throw refusal(file, 'is empty', 'remove it, or export to another file');
  const width = header.cells.length;
  const odd = lines.find((line) => line.cells.length !== width && !isBlank(line));
  if (odd)
    throw refusal(file, `does not parse: line ${odd.number} has ${odd.cells.length} cells, the header ${width}`, MEND);
  return [header, ...lines];
}

/** As old spreadsheets for the Mac write them, all lines would be one. */
function hasReturn(cell: string): boolean {
  return !cell.startsWith('"') && cell.includes('\r');
}

const SAVE_AGAIN = 'save it with lines that end in LF or CRLF, or export to another file';
const MEND = 'fix that line, or export to another file';

function linesByName(lines: readonly CsvLine[], key: number, file: string): ReadonlyMap<string, CsvLine> {
  const byName = new Map<string, CsvLine>();
  for (const line of lines) {
    const name = unquoteCsvCell(line.cells[key] ?? '');
    // A row without a name, such as a mean that someone added, is none of ours.
    if (name === '') continue;
    const other = byName.get(name);
    if (other)
      throw refusal(file, `has ${name} twice: in lines ${other.number} and ${line.number}`, 'remove one of them');
    byName.set(name, line);
  }
  return byName;
}

function isBlank({ cells }: CsvLine): boolean {
  return cells.length === 1 && cells[0] === '';
}

function refusal(file: string, what: string, fix: string, why?: string): SheafError {
  const now = 'the file is as it was';
  return inputError('export.update', `${file} ${what}`, { ...(why !== undefined && { why }), fix, now });
}
