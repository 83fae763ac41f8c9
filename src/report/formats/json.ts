import { formatExact, type Cell } from '../cell.ts';
import type { FileTable, TableFormat } from '../file-table.ts';

/** An array with one object a line. What no number of JSON can be is `"nan"`, `"inf"` or `"-inf"`, what is not there `null`. */
export const json: TableFormat = { kind: 'text', endings: ['.json'], forPeople: false, lines: arrayLines };

/** One object a line. */
export const jsonl: TableFormat = {
  kind: 'text',
  endings: ['.jsonl', '.ndjson'],
  forPeople: false,
  lines: function* (table) {
    for (const text of objects(table)) yield `${text}\n`;
  },
};

function* arrayLines(table: FileTable): Generator<string> {
  let before = '[\n';
  for (const text of objects(table)) {
    yield before + text;
    before = ',\n';
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}

function* objects({ columns, rows }: FileTable): Generator<string> {
  const keys = columns.map(({ name }) => `${JSON.stringify(name)}:`);
  for (const row of rows) yield `{${keys.map((key, i) => key + jsonCell(row[i])).join(',')}}`;
}

function jsonCell(cell: Cell): string {
  if (typeof cell === 'number') return Number.isFinite(cell) ? String(cell) : `"${formatExact(cell)}"`;
  return cell === undefined ? 'null' : JSON.stringify(cell);
}
