import type { TableRule } from '../../core/settings/harvest-rule.ts';
import { formatCount } from '../../core/text/phrases.ts';
import { LONGEST_ROW, makeRowSplitter, type CsvRow, type RowFault } from '../read/csv-rows.ts';
import type { MetricFinding, NamedRule, ReadOptions, Source } from '../base/source.ts';
import type { FoundFile } from '../base/found-file.ts';
import { STEP_NAMES } from '../read/step-names.ts';
import { newCells, tableSource } from './table.ts';
import { readTextChunks } from '../read/byte-chunks.ts';
import { makeExcerpt, formatNames, makeMissing, suggestNear } from '../base/words.ts';

/** A column of a CSV file with a header line. */
export const csv: Source<TableRule> = tableSource((file, rules, options) => readCsv(file, rules, options));

/** A column of a file with tabs between cells and a header line. */
export const tsv: Source<TableRule> = tableSource((file, rules, options) => readCsv(file, rules, options, '\t'));

async function readCsv(
  file: FoundFile,
  rules: readonly NamedRule<TableRule>[],
  options: ReadOptions,
  separator?: string,
): Promise<readonly MetricFinding[]> {
  const table = newTable(
    file,
    rules.map(({ rule }) => rule),
  );
  const splitter = makeRowSplitter(separator);
  for await (const text of readTextChunks(file, options)) {
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
  readonly conclude: (fault: RowFault | undefined) => MetricFinding[];
}

function newTable(file: FoundFile, rules: readonly TableRule[]): Table {
  const columns = rules.map((rule) => newColumn(rule, file));
  let header: readonly string[] | undefined;
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
    header = cells.map((name) => name.trim());
    for (const column of columns) column.begin(header);
  }

  function takeRow(row: CsvRow, names: readonly string[]): void {
    if (row.cells.length !== names.length) {
      ragged = row;
      return;
    }
    rows += 1;
    for (const column of columns) column.take(row.cells, row.line);
  }

  function conclude(fault: RowFault | undefined): MetricFinding[] {
    const whole = wholeFault(file, header, fault, ragged);
    const nothing = rows === 0 ? `${file.shown} has a header but no rows` : undefined;
    return rules.map(
      (rule, i) =>
        whole ??
        headerFault(file, header ?? [], rule) ??
        columns[i]?.result(rows) ??
        makeMissing(
          'empty',
          nothing ?? `the column ${rule.column} of ${file.shown} is empty in all ${formatCount(rows, 'row')}`,
        ),
    );
  }

  return { take, conclude };
}

/** One rule on its way through the rows. */
interface Column {
  readonly begin: (header: readonly string[]) => void;
  readonly take: (cells: readonly string[], line: number) => void;
  readonly result: (rows: number) => MetricFinding | undefined;
}

function newColumn(rule: TableRule, file: FoundFile): Column {
  const cells = newCells(rule, file);
  const conditions = Object.entries(rule.where ?? {});
  const others = newOthers();
  let [column, step] = [-1, -1];
  let filters: readonly (readonly [column: number, text: string])[] = [];
  let names: readonly string[] = [];

  function begin(header: readonly string[]): void {
    names = header;
    column = header.indexOf(rule.column.trim());
    step = stepColumn(rule, header);
    filters = conditions.map(([name, text]) => [header.indexOf(name.trim()), text.trim()]);
  }

  function take(row: readonly string[], line: number): void {
    const other = filters.find(([at, wanted]) => row[at]?.trim() !== wanted);
    if (other !== undefined) return others.add(names[other[0]], row[other[0]]);
    const text = row[column]?.trim() ?? '';
    if (text !== '') cells.add(text, line, step === -1 ? undefined : (row[step] ?? '').trim(), names[step]);
  }

  return { begin, take, result: (rows) => cells.result(rows, others.words()) };
}

/** At most this many texts of a column are named that a condition has not found. */
const MOST_OTHERS = 5;

/** The values in the columns of conditions: `split has train, val`. */
function newOthers(): {
  add: (column: string | undefined, text: string | undefined) => void;
  words: () => string | undefined;
} {
  const seen = new Map<string, Set<string>>();
  return {
    add: (column = '', text = '') => {
      const texts = seen.get(column) ?? new Set();
      if (texts.size <= MOST_OTHERS) seen.set(column, texts.add(text.trim()));
    },
    words: () => {
      const columns = [...seen].map(([name, texts]) => {
        const shown = makeExcerpt([...texts].slice(0, MOST_OTHERS).join(', '));
        return `${name} has ${shown}${texts.size > MOST_OTHERS ? ', …' : ''}`;
      });
      return columns.length === 0 ? undefined : columns.join('; ');
    },
  };
}

/** The column of the steps; -1 when there is none. */
function stepColumn({ step }: TableRule, header: readonly string[]): number {
  if (step !== undefined) return header.indexOf(step.trim());
  const name = STEP_NAMES.find((known) => header.includes(known));
  return name === undefined ? -1 : header.indexOf(name);
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
): MetricFinding | undefined {
  if (header && ragged) {
    const said = `line ${ragged.line} of ${file.shown} has ${formatCount(ragged.cells.length, 'cell')}, but the header has ${header.length}`;
    return makeMissing('bad_file', said, {
      fix: 'write as many cells in each row as in the header; leave cells empty that have no value',
    });
  }
  if (fault) return makeMissing('bad_file', faultWords(file, fault));
  return header ? undefined : makeMissing('empty', `${file.shown} ${file.size > 0 ? 'has no whole line' : 'is empty'}`);
}

function faultWords({ shown }: FoundFile, { kind, line }: RowFault): string {
  switch (kind) {
    case 'open quote':
      return `a quote in the row that begins at line ${line} of ${shown} is never closed`;
    case 'long row':
      return `the row that begins at line ${line} of ${shown} is longer than ${formatCount(LONGEST_ROW, 'character')}; a quote may not be closed`;
  }
}

/** Columns that a rule names and the file does not have, or has several times. */
function headerFault(file: FoundFile, header: readonly string[], rule: TableRule): MetricFinding | undefined {
  const named = [rule.column, ...Object.keys(rule.where ?? {}), ...(rule.step === undefined ? [] : [rule.step])];
  return named.map((column) => columnFault(file, header, column)).find((fault) => fault !== undefined);
}

function columnFault({ shown }: FoundFile, header: readonly string[], column: string): MetricFinding | undefined {
  const name = column.trim();
  const times = header.filter((other) => other === name).length;
  if (times === 1) return undefined;
  if (times > 1)
    return makeMissing('bad_file', `${shown} has ${times} columns named ${name}`, {
      fix: 'give each column its own name',
    });
  const said = `${shown} has no column ${name}; it has ${formatNames(header)}`;
  return makeMissing('no_column', said, suggestNear(name, header));
}
