import type { DatabaseSync } from 'node:sqlite';
import { prepareOnce, type SqlValue } from './sqlite.ts';

/** Cells of one statement: much of what a row costs is the call, and a long statement takes long to prepare. */
const CELLS = 160;

/** Rows that wait to be written, in the order in which they were added. */
export interface BulkInsert {
  add(...cells: readonly SqlValue[]): void;
  /** Writes all that wait. */
  flush(): void;
}

/**
 * Inserts many rows with few statements.
 *
 * @param into as `INSERT INTO tag`
 * @param row as `(?, ?, 'fixed')`, with as many marks as a row has cells
 */
export function openBulkInsert(database: DatabaseSync, into: string, row: string): BulkInsert {
  const width = row.split('?').length - 1;
  const rows = Math.ceil(CELLS / width);
  const insertOne = `${into} VALUES ${row}`;
  const insertMany = `${into} VALUES ${Array.from({ length: rows }, () => row).join(', ')}`;
  let waiting: SqlValue[] = [];
  return {
    add: (...cells) => {
      for (const cell of cells) waiting.push(cell);
      if (waiting.length < rows * width) return;
      prepareOnce(database, insertMany).run(...waiting);
      waiting = [];
    },
    flush: () => {
      for (let start = 0; start < waiting.length; start += width) {
        prepareOnce(database, insertOne).run(...waiting.slice(start, start + width));
      }
      waiting = [];
    },
  };
}
