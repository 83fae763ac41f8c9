import { writeParquet, type ParquetColumn, type ReplaceOptions } from '../../system/index.ts';
import { formatExact, type Cell } from '../cell.ts';
import type { FileColumn, FileTable, TableFormat } from '../file-table.ts';

/** Columns of one type each: whole numbers, numbers, booleans, times, otherwise texts. */
export const parquet: TableFormat = { kind: 'file', endings: ['.parquet'], forPeople: false, write };

async function write(path: string, table: FileTable, options: ReplaceOptions): Promise<void> {
  const cells: Cell[][] = table.columns.map(() => []);
  for (const row of table.rows) cells.forEach((column, i) => column.push(row[i]));
  await writeParquet(
    path,
    table.columns.map((column, i) => typed(column, cells[i] ?? [])),
    options,
  );
}

function typed({ name, kind }: FileColumn, cells: readonly Cell[]): ParquetColumn {
  const filled = cells.filter((cell) => cell !== undefined && cell !== null);
  if (kind === 'time') return { name, kind: 'timestamp', values: cells.map(timeOf) };
  if (filled.length > 0 && filled.every((cell) => typeof cell === 'number')) {
    const values = cells.map((cell) => (typeof cell === 'number' ? cell : null));
    return { name, kind: filled.every(Number.isSafeInteger) ? 'int64' : 'double', values };
  }
  if (filled.length > 0 && filled.every((cell) => typeof cell === 'boolean')) {
    return { name, kind: 'boolean', values: cells.map((cell) => (typeof cell === 'boolean' ? cell : null)) };
  }
  return {
    name,
    kind: 'string',
    values: cells.map((cell) => (cell === undefined || cell === null ? null : formatExact(cell))),
  };
}

/** Milliseconds since 1970, from ISO 8601. */
function timeOf(cell: Cell): number | null {
  return typeof cell === 'string' ? Date.parse(cell) : null;
}
