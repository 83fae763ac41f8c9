import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { failure } from '../core/errors.ts';
import { nowMs, sleep } from '../system/index.ts';

/** What SQLite takes and gives here. */
export type SqlValue = null | number | string;

declare module 'node:sqlite' {
  /** The types of the lowest Node know nothing of rows. */
  interface StatementSync {
    get(...values: SqlValue[]): Record<string, SqlValue> | undefined;
    all(...values: SqlValue[]): Record<string, SqlValue>[];
    get(named: Record<string, SqlValue>): Record<string, SqlValue> | undefined;
    all(named: Record<string, SqlValue>): Record<string, SqlValue>[];
  }
}

/**
 * Opens a database file, or one in memory (`:memory:`).
 *
 * @throws SheafError `store.sqlite` when Node comes without SQLite
 */
export function openDatabase(path: string): DatabaseSync {
  const sqlite = loadSqlite();
  if (sqlite === undefined) {
    throw failure('store.sqlite', `${process.execPath} comes without SQLite (node:sqlite)`, {
      why: 'it was built without it, or NODE_OPTIONS switches it off',
      fix: 'unset NODE_OPTIONS, or choose another Node: export SHEAF_NODE=/path/to/node',
    });
  }
  return new sqlite.DatabaseSync(path);
}

/** Before 24.15, Node warns at the load that its SQLite is experimental, which no user of this program can act on. */
function loadSqlite(): { readonly DatabaseSync: typeof DatabaseSync } | undefined {
  const emitWarning: unknown = Reflect.get(process, 'emitWarning');
  process.emitWarning = () => undefined;
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    Reflect.set(process, 'emitWarning', emitWarning);
  }
}

/** Closes a database, also one that is closed already: Node before 22.15 does not say whether it is. */
export function closeDatabase(database: DatabaseSync): void {
  try {
    database.close();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_INVALID_STATE') throw error;
  }
}

/** Some errors end the transaction by themselves; then there is nothing to roll back. */
export function rollBack(database: DatabaseSync): void {
  try {
    database.exec('ROLLBACK');
  } catch (error) {
    if (!isSqliteError(error)) throw error;
  }
}

/** Reads in one transaction, so that all is as of one moment whatever others write. */
export function asOfOneMoment<T>(database: DatabaseSync, read: (database: DatabaseSync) => T): T {
  database.exec('BEGIN');
  try {
    return read(database);
  } finally {
    rollBack(database);
  }
}

/** SQLite's primary result codes, https://www.sqlite.org/rescode.html */
const [BUSY, LOCKED, CORRUPT, NOT_A_DATABASE] = [5, 6, 11, 26];

function codeOf(error: unknown): number | undefined {
  const code = (error as { errcode?: number } | undefined)?.errcode;
  return code === undefined ? undefined : code & 0xff;
}

/** Another connection holds the lock. */
export function isBusy(error: unknown): boolean {
  const code = codeOf(error);
  return code === BUSY || code === LOCKED;
}

/** The file is not, or no longer, a sound database. */
export function isBroken(error: unknown): boolean {
  const code = codeOf(error);
  return code === CORRUPT || code === NOT_A_DATABASE;
}

/** Any error of SQLite itself: the database could not do what was asked. */
export function isSqliteError(error: unknown): boolean {
  return codeOf(error) !== undefined;
}

const TRY_MS = 10;

export interface RetryOptions {
  readonly giveUpMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Done at once when the lock is there, before other work of this process can use the connection. */
  readonly next?: () => void;
}

/**
 * Does what needs a lock in short tries, so that Ctrl-C works between them. Leaves the database without a busy timeout.
 *
 * @throws the busy error of SQLite when others still hold the lock after `giveUpMs`
 */
export async function retryShortly(
  database: DatabaseSync,
  sql: string,
  { giveUpMs, signal, next }: RetryOptions,
): Promise<void> {
  const startMs = nowMs();
  database.exec('PRAGMA busy_timeout = 0');
  while (!isTaken(database, sql, nowMs() - startMs > giveUpMs)) {
    await sleep(TRY_MS + Math.random() * TRY_MS, signal);
  }
  next?.();
}

/** @param isLast then the lock that others hold is an error */
function isTaken(database: DatabaseSync, sql: string, isLast: boolean): boolean {
  try {
    database.exec(sql);
    return true;
  } catch (error) {
    if (!isBusy(error) || isLast) throw error;
    return false;
  }
}

/** A row by the order of its columns. */
export type SqlRow = readonly SqlValue[];

/** A statement whose rows {@link listOf} reads: rows as lists take half the time of objects, and Node has them from 22.16 on. */
export function prepareLists(database: DatabaseSync, sql: string): StatementSync {
  const statement: StatementSync & { setReturnArrays?(on: boolean): void } = database.prepare(sql);
  statement.setReturnArrays?.(true);
  return statement;
}

/** A row of a statement of {@link prepareLists}, in either of Node's forms. */
export function listOf(row: object): SqlRow {
  return Array.isArray(row) ? row : Object.values(row);
}

/** All rows of a statement of {@link prepareLists}. */
export function rowsOf(statement: StatementSync, values: readonly SqlValue[]): readonly SqlRow[] {
  const rows: readonly object[] = statement.all(...values);
  return Array.isArray(rows[0]) ? (rows as readonly SqlRow[]) : rows.map(listOf);
}

const PREPARED = new WeakMap<DatabaseSync, Map<string, StatementSync>>();

/** The statement for `sql`, prepared once for each database. Only for texts of which there are few. */
export function prepareOnce(database: DatabaseSync, sql: string): StatementSync {
  let statements = PREPARED.get(database);
  if (statements === undefined) {
    statements = new Map();
    PREPARED.set(database, statements);
  }
  let statement = statements.get(sql);
  if (statement === undefined) {
    statement = database.prepare(sql);
    statements.set(sql, statement);
  }
  return statement;
}

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
