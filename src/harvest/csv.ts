import type { CsvRule } from '../core/harvest-rule.ts';
import { nearest } from '../core/nearest.ts';
import { counted } from '../core/number-text.ts';
import { LONGEST_ROW, newRowSplitter, type CsvRow, type RowFault } from './csv-rows.ts';
import { newPicker, type Picker } from './pick.ts';
import type { Finding, FoundFile, NamedRule, ReadOptions, Source } from './source.ts';
import { textChunks } from './text-chunks.ts';
import { listed, missing } from './words.ts';

/** A column of a CSV file with a header line. */
export const csv: Source<CsvRule> = {
  describe: ({ column, pick }) => `csv ${column} ${pick}`,
  read: readCsv,
};

async function readCsv(
  file: FoundFile,
  rules: readonly NamedRule<CsvRule>[],
  options: ReadOptions,
): Promise<readonly Finding[]> {
  const table = newTable(
    file,
    rules.map(({ rule }) => rule),
  );
  const splitter = newRowSplitter();
  for await (const text of textChunks(file, options)) {
    if (!table.take(splitter.push(text)) || splitter.fault()?.kind === 'long row') break;
  }
  if (!file.unfinished) table.take(splitter.rest());
  return table.conclude(unlessOpen(splitter.fault(), file));
}

/** A row that a running program is still writing is no fault. */
function unlessOpen(fault: RowFault | undefined, file: FoundFile): RowFault | undefined {
  return fault?.kind === 'open quote' && file.unfinished ? undefined : fault;
}

interface Table {
  /** False when no further row can change anything. */
  readonly take: (rows: readonly CsvRow[]) => boolean;
  readonly conclude: (fault: RowFault | undefined) => Finding[];
}

function newTable(file: FoundFile, rules: readonly CsvRule[]): Table {
  const pickers = rules.map((rule) => newPicker(rule.pick, file.shown));
  let header: readonly string[] | undefined;
  let columns: readonly number[] = [];
  let ragged: CsvRow | undefined;
  let rows = 0;

  function take(batch: readonly CsvRow[]): boolean {
    for (const row of batch) {
      if (header === undefined) readHeader(row.cells);
      else if (ragged === undefined && !sameNames(row.cells, header)) takeRow(row, header);
    }
    return ragged === undefined;
  }

  function readHeader(cells: readonly string[]): void {
    const names = cells.map((name) => name.trim());
    header = names;
    columns = rules.map(({ column }) => names.indexOf(column.trim()));
  }

  function takeRow(row: CsvRow, names: readonly string[]): void {
    if (row.cells.length !== names.length) {
      ragged = row;
      return;
    }
    rows += 1;
    columns.forEach((column, i) => {
      const text = row.cells[column]?.trim() ?? '';
      if (text !== '') pickers[i]?.add(text, row.line);
    });
  }

  function conclude(fault: RowFault | undefined): Finding[] {
    const whole = wholeFault(file, header, fault, ragged);
    return rules.map((rule, i) => {
      if (whole) return whole;
      return columnFault(file, header ?? [], rule) ?? resultOf(pickers[i], rule);
    });
  }

  function resultOf(picker: Picker | undefined, { column }: CsvRule): Finding {
    const nothing =
      rows === 0
        ? `${file.shown} has a header but no rows`
        : `the column ${column} of ${file.shown} is empty in all ${counted(rows, 'row')}`;
    return picker?.result() ?? missing('empty', nothing);
  }

  return { take, conclude };
}

/** Runs that are resumed write the header again; it is no row. */
function sameNames(cells: readonly string[], header: readonly string[]): boolean {
  return cells.length === header.length && cells.every((cell, i) => cell.trim() === header[i]);
}

/** A fault for which no column of the file can be trusted. */
function wholeFault(
  file: FoundFile,
  header: readonly string[] | undefined,
  fault: RowFault | undefined,
  ragged: CsvRow | undefined,
): Finding | undefined {
  if (header && ragged) {
    const said = `line ${ragged.line} of ${file.shown} has ${counted(ragged.cells.length, 'cell')}, but the header has ${header.length}`;
    return missing('bad_file', said, {
      fix: 'write as many cells in each row as in the header; leave cells empty that have no value',
    });
  }
  if (fault) return missing('bad_file', faultWords(file, fault));
  return header ? undefined : missing('empty', `${file.shown} ${file.size > 0 ? 'has no whole line' : 'is empty'}`);
}

function faultWords({ shown }: FoundFile, { kind, line }: RowFault): string {
  switch (kind) {
    case 'open quote':
      return `a quote in the row that begins at line ${line} of ${shown} is never closed`;
    case 'long row':
      return `the row that begins at line ${line} of ${shown} is longer than ${counted(LONGEST_ROW, 'character')}; a quote may not be closed`;
  }
}

function columnFault({ shown }: FoundFile, header: readonly string[], { column }: CsvRule): Finding | undefined {
  const name = column.trim();
  const times = header.filter((other) => other === name).length;
  if (times === 1) return undefined;
  if (times > 1)
    return missing('bad_file', `${shown} has ${times} columns named ${name}`, { fix: 'give each column its own name' });
  const near = nearest(name, header);
  const said = `${shown} has no column ${name}; it has ${listed(header)}`;
  return missing('no_column', said, near.length === 0 ? {} : { fix: `did you mean ${near.join(' or ')}?` });
}
