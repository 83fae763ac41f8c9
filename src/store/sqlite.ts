import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { nowMs, sleep } from '../system/index.ts';

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

/**
 * Does what needs a lock in short tries, so that Ctrl-C works between them. Leaves the database without a busy timeout.
 *
 * @throws the busy error of SQLite when others still hold the lock after `giveUpMs`
 */
export async function inShortTries(
  database: DatabaseSync,
  sql: string,
  giveUpMs: number,
  signal?: AbortSignal,
): Promise<void> {
  const startMs = nowMs();
  database.exec('PRAGMA busy_timeout = 0');
  for (;;) {
    try {
      database.exec(sql);
      return;
    } catch (error) {
      if (!isBusy(error) || nowMs() - startMs > giveUpMs) throw error;
    }
    await sleep(TRY_MS + Math.random() * TRY_MS, signal);
  }
}

const PREPARED = new WeakMap<DatabaseSync, Map<string, StatementSync>>();

/** The statement for `sql`, prepared once for each database. Only for texts of which there are few. */
export function prepared(database: DatabaseSync, sql: string): StatementSync {
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
