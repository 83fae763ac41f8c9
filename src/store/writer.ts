import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { EventBody, Via } from '../core/experiment/event.ts';
import { failure, type SheafError } from '../core/errors.ts';
import {
  appendDurably,
  bootId,
  createDurably,
  getFileFacts,
  hostName,
  makeFolder,
  nowMs,
  randomId,
  readRange,
  removePath,
  userId,
  userName,
} from '../system/index.ts';
import { decodeLine, encodeEvent, encodeHeader } from './journal-line.ts';
import type { ProjectPaths } from './folders/paths.ts';
import { retryShortly, isBroken, isBusy, isSqliteError, openDatabase } from './sqlite.ts';

/** The row of `writer.sqlite`: who writes, and how far the file is known to go. */
interface WriterRow {
  readonly id: string;
  readonly file: string;
  readonly seq: number;
  readonly lt: number;
  /** Bytes of the journal file after the last append. */
  readonly length: number;
  readonly boot: string;
  /** Device and inode of `writer.sqlite` itself: a copy of it must not write. */
  readonly self: string;
}

const SCHEMA = `CREATE TABLE IF NOT EXISTS writer (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  id TEXT NOT NULL, file TEXT NOT NULL, seq INTEGER NOT NULL, lt INTEGER NOT NULL,
  length INTEGER NOT NULL, boot TEXT NOT NULL, self TEXT NOT NULL) STRICT`;

const GIVE_UP_MS = 60_000;

/** The journal file that commands of this user on this host append to, and the mutex between them. */
export interface Writer {
  /**
   * Appends the events in one write and one fsync.
   *
   * @param highestLt the highest logical time that the caller has seen
   * @throws SheafError when they cannot be written; none of them is recorded then
   */
  append(bodies: readonly EventBody[], highestLt: number, signal?: AbortSignal): Promise<void>;
}

/** @param by through what its user acts, see {@link Via} */
export function openWriter(paths: ProjectPaths, localFolder: string, by?: Via): Writer {
  return {
    append: async (bodies, highestLt, signal) => {
      // It may have been wiped since the command began.
      makeFolder(localFolder, 0o700);
      const database = await takenDatabase(join(localFolder, 'writer.sqlite'), signal);
      try {
        const row = identity(database, paths, localFolder);
        appendAs(database, row, paths, bodies, highestLt, by);
      } finally {
        // Closing rolls back what was not committed and releases the mutex.
        database.close();
      }
    },
  };
}

/** The database with the mutex taken. */
async function takenDatabase(path: string, signal?: AbortSignal): Promise<DatabaseSync> {
  try {
    return await taken(path, signal);
  } catch (error) {
    if (!isBroken(error)) throw error;
    // It holds nothing that cannot be recreated: the next writer gets a new id and a new file.
    removePath(path);
    removePath(`${path}-journal`);
    return taken(path, signal);
  }
}

async function taken(path: string, signal?: AbortSignal): Promise<DatabaseSync> {
  const database = openDatabase(path);
  try {
    // What a power cut may spoil here is recreated after it, so waiting for the disk gains nothing. It reads the file.
    await retryShortly(database, 'PRAGMA synchronous = OFF', { giveUpMs: GIVE_UP_MS, signal });
    // Exclusive: no reader can keep the commit waiting.
    await retryShortly(database, 'BEGIN EXCLUSIVE', { giveUpMs: GIVE_UP_MS, signal });
    database.exec(SCHEMA);
    return database;
  } catch (error) {
    database.close();
    throw isBusy(error) ? busy() : error;
  }
}

function busy(): SheafError {
  return failure('store.busy', 'another sheaf command on this host has been writing for a minute', {
    now: 'nothing was changed',
    fix: 'look for a stopped sheaf process (ps -u "$USER"), end it, then run the command again',
  });
}

/** The writer to append as: the one in the database if it is still valid, otherwise a new one. */
function identity(database: DatabaseSync, paths: ProjectPaths, localFolder: string): WriterRow {
  const row = database.prepare('SELECT * FROM writer').get() as WriterRow | undefined;
  const self = selfOf(join(localFolder, 'writer.sqlite'));
  if (row && row.self === self && row.boot === bootId()) {
    const length = getFileFacts(join(paths.journal, row.file))?.size;
    if (length === row.length) return row;
    // Longer: a command was killed between its append and its commit; its events count.
    if (length !== undefined && length > row.length) return caughtUp(row, paths, length);
  }
  return newWriter(database, paths, self);
}

function selfOf(path: string): string {
  const facts = getFileFacts(path);
  return facts ? `${facts.dev}:${facts.ino}` : 'gone';
}

function caughtUp(row: WriterRow, paths: ProjectPaths, length: number): WriterRow {
  let { seq, lt } = row;
  const tail = readRange(join(paths.journal, row.file), row.length, length);
  for (let start = 0; start < tail.length;) {
    const newline = tail.indexOf(10, start);
    const end = newline === -1 ? tail.length : newline;
    const decoded = decodeLine(tail.subarray(start, end), row.id);
    if (decoded.kind === 'event') {
      seq = Math.max(seq, decoded.event.seq);
      lt = Math.max(lt, decoded.event.lt);
    }
    start = end + 1;
  }
  return { ...row, seq, lt, length };
}

function newWriter(database: DatabaseSync, paths: ProjectPaths, self: string): WriterRow {
  makeFolder(paths.journal);
  for (;;) {
    const id = randomId(8);
    const file = `${hostName()}-${userId()}-${id}.jsonl`;
    const header = encodeHeader({ type: 'journal', writer: id, host: hostName(), user: userName() }, nowMs());
    if (!createDurably(join(paths.journal, file), header)) continue;
    const row = { id, file, seq: 0, lt: 0, length: Buffer.byteLength(header), boot: bootId(), self };
    database.prepare('INSERT OR REPLACE INTO writer VALUES (1, :id, :file, :seq, :lt, :length, :boot, :self)').run(row);
    return row;
  }
}

function appendAs(
  database: DatabaseSync,
  row: WriterRow,
  paths: ProjectPaths,
  bodies: readonly EventBody[],
  highestLt: number,
  by: Via | undefined,
): void {
  const atMs = nowMs();
  const [user, host] = [userName(), hostName()];
  let { seq, lt } = row;
  const base = Math.max(atMs, highestLt, lt);
  lt = base;
  const meta = { writer: row.id, atMs, user, host, ...(by && { by }) };
  const text = bodies.map((body) => encodeEvent({ ...meta, seq: ++seq, lt: ++lt }, body)).join('');
  const { end } = appendDurably(join(paths.journal, row.file), text);
  remember(database, seq, lt, end);
}

/** The events are durable by now: should this fail, the next command reads on from what was known. */
function remember(database: DatabaseSync, seq: number, lt: number, length: number): void {
  try {
    database.prepare('UPDATE writer SET seq = ?, lt = ?, length = ?').run(seq, lt, length);
    database.exec('COMMIT');
  } catch (error) {
    if (!isSqliteError(error)) throw error;
  }
}
