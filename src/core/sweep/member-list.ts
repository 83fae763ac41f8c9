import { inputError, SheafError, throwProblems, type Problem } from '../errors.ts';
import { readCsvLines, unquoteCsvCell } from '../text/csv-lines.ts';
import { readJsonRows } from './json-text.ts';
import type { ReadValue, SweepValue, ValueTable } from './space.ts';

const MOST_PROBLEMS = 20;

/**
 * Reads the members of a sweep from a file: CSV with a header line, or a JSON array of objects (which may be nested).
 * Every row gives every parameter, so that nothing is left out by mistake; write `null` for no value.
 *
 * @param file its name as the user knows it, for messages
 * @param read reads the cells of a CSV file as the command line reads flags
 * @throws SheafError `sweep.list.syntax`, `sweep.list.header`, `sweep.list.row`, `sweep.list.empty`, with file and line
 */
export function parseMemberList(text: string, kind: 'csv' | 'json', file: string, read: ReadValue): ValueTable {
  const table = kind === 'csv' ? fromCsv(text, file, read) : fromJson(text, file);
  if (table.rows.length === 0) {
    throw inputError('sweep.list.empty', `${file} has no rows`, {
      at: { file },
      fix: kind === 'csv' ? 'add a line for each member below the header' : 'write [{"learning_rate": 0.1}, …]',
    });
  }
  return table;
}

function syntaxFault(file: string, kind: 'CSV' | 'JSON'): (line: number, message: string) => SheafError {
  return (line, message) =>
    inputError('sweep.list.syntax', message, { at: { file, line }, why: `${file} is read as ${kind}` });
}

function rowProblem(file: string, line: number, message: string, parts: Pick<Problem, 'why' | 'fix'>): Problem {
  return { code: 'sweep.list.row', message, at: { file, line }, ...parts };
}

interface CsvRow {
  readonly cells: readonly string[];
  /** The line where it begins, from 1. */
  readonly line: number;
}

/** The rows of a CSV file; a byte order mark and empty lines are skipped. */
function readRows(text: string, file: string): CsvRow[] {
  const { lines, badLine } = readCsvLines(text.replace(/^\ufeff/, ''), ',');
  if (badLine !== undefined) throw syntaxFault(file, 'CSV')(badLine, 'a quote is not closed, or text follows it');
  return lines
    .filter(({ cells }) => cells.length > 1 || cells[0] !== '')
    .map(({ cells, number }) => ({ cells: cells.map(unquoteCsvCell), line: number }));
}

function fromCsv(text: string, file: string, read: ReadValue): ValueTable {
  const [header, ...rows] = readRows(text, file);
  if (header === undefined) return { names: [], rows: [] };
  const names = headerNames(header, file);
  throwProblems(rows.flatMap((row) => csvRowProblems(row, names, file)).slice(0, MOST_PROBLEMS));
  return {
    names,
    rows: rows.map(({ cells, line }) => cells.map((cell, i) => readCell(cell, names[i] ?? '', file, line, read))),
  };
}

function headerNames({ cells, line }: CsvRow, file: string): string[] {
  const names = cells.map((cell) => cell.trim());
  const empty = names.indexOf('');
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (empty === -1 && twice === undefined) return names;
  throw inputError(
    'sweep.list.header',
    twice === undefined || empty !== -1 ? `column ${empty + 1} has no name` : `there are two columns named ${twice}`,
    {
      at: { file, line },
      why: 'the first line names the parameter of each column',
      fix: empty === 0 ? 'name it; pandas leaves its index out with to_csv(…, index=False)' : 'name each column once',
    },
  );
}

function csvRowProblems({ cells, line }: CsvRow, names: readonly string[], file: string): Problem[] {
  if (cells.length !== names.length) {
    return [
      rowProblem(file, line, `the row has ${cells.length} cells and the header ${names.length}`, {
        why:
          cells.length < names.length
            ? `${names.slice(cells.length).join(', ')} would have no value`
            : 'a value has no column',
        fix: 'give one cell for each column; put a value with commas in double quotes',
      }),
    ];
  }
  return names
    .filter((_, i) => cells[i]?.trim() === '')
    .map((name) =>
      rowProblem(file, line, `${name} is empty`, { fix: "write null for no value, or '' for an empty text" }),
    );
}

function readCell(cell: string, name: string, file: string, line: number, read: ReadValue): SweepValue {
  try {
    return read(name, cell.trim());
  } catch (error) {
    if (!(error instanceof SheafError)) throw error;
    throw inputError(error.code, error.message, { ...error.problems[0], at: { file, line } });
  }
}

function fromJson(text: string, file: string): ValueTable {
  const rows = readJsonRows(text, syntaxFault(file, 'JSON'));
  const names = [...new Set(rows.flatMap(({ values }) => [...values.keys()]))];
  throwProblems(
    rows
      .flatMap(({ line, values }) =>
        names
          .filter((name) => !values.has(name))
          .map((name) =>
            rowProblem(file, line, `the object has no "${name}"`, {
              why: 'another one has, and a member without it would silently get the default',
              fix: `add "${name}", or null for no value`,
            }),
          ),
      )
      .slice(0, MOST_PROBLEMS),
  );
  return { names, rows: rows.map(({ values }) => names.map((name) => values.get(name) ?? { value: null })) };
}
