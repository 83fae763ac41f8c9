import { dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { SheafEvent } from '../core/experiment/event.ts';
import { nameOrder } from '../core/ids.ts';
import { bootId, getFileFacts, makeFolder, removePath } from '../system/index.ts';
import { beginChange, beginEpoch, endChange, readVersion } from './changes.ts';
import { openFolder } from './fold.ts';
import type { ProjectPaths } from './folders/paths.ts';
import { INDEXES, TABLES, VIEW_VERSION } from './schema.ts';
import { closeDatabase, retryShortly, isBroken, isBusy, isSqliteError, openDatabase, rollBack } from './sqlite.ts';
import {
  isContinued,
  readHeader,
  listJournalFiles,
  readTail,
  retryBad,
  formatStat,
  type BadRange,
  type Folded,
} from './tail.ts';

/** The journal folded into tables: a cache of this host, that may be deleted at any time. */
export interface View {
  readonly database: DatabaseSync;
  /** Folds what is new in the journal. Reports the progress of a long fold. */
  refresh(progress?: (events: number) => void): Promise<void>;
  /** Throws everything away and folds the journal from its beginning. */
  rebuild(progress?: (events: number) => void): Promise<void>;
  /** Bytes of the journal that a refresh would read; all of them if someone deleted the view. */
  countUnread(): number;
  /** Bad ranges of journal files, as of the last refresh. */
  bad(): BadRange[];
  /** What a person should know: files replaced, the view kept in memory only. */
  readonly warnings: string[];
  /** The highest logical time folded. */
  highestLt(): number;
  close(): void;
}

const FILE = 'view.sqlite';
/** Events between two reports of progress. */
const REPORT_EVERY = 10_000;

/**
 * @param localFolder where `view.sqlite` is; undefined, or not usable: the view is made in memory
 */
export function openView(paths: ProjectPaths, localFolder: string | undefined): View {
  const warnings: string[] = [];
  const path = localFolder === undefined ? undefined : join(localFolder, FILE);
  let database = open(path, paths.root, warnings);
  let file = getFileName(path);

  const reopen = (at: string | undefined): void => {
    database.close();
    database = open(at, paths.root, warnings);
    file = getFileName(at);
  };

  /** A process that stays goes on with the file that others use now, when the one before was damaged and made again. */
  const followFile = (): void => {
    if (file !== undefined && getFileName(path) !== file) reopen(path);
  };

  /** Does `act` on the database; one that is broken, gone or not writable is rebuilt, in memory as a last resort. */
  const guarded = async (act: (database: DatabaseSync) => Promise<void>): Promise<void> => {
    for (const again of [path, undefined]) {
      try {
        return await act(database);
      } catch (error) {
        if (!isSqliteError(error) || isBusy(error)) throw error;
        if (again !== undefined && isBroken(error)) dropFiles(again);
        reopen(again);
      }
    }
    await act(database);
  };

  return {
    get database() {
      return database;
    },
    refresh: (progress) => {
      followFile();
      return guarded((current) => catchUp(current, paths, warnings, progress));
    },
    rebuild: (progress) =>
      guarded(async (current) => {
        await inTransaction(current, () => {
          clear(current);
          foldNew(current, paths, progress);
        });
      }),
    countUnread: () => {
      followFile();
      return countUnread(database, paths.journal);
    },
    bad: () => badRanges(database),
    warnings,
    highestLt: () => Number(readMeta(database, 'highest_lt') ?? 0),
    close: () => closeDatabase(database),
  };
}

/** Which file is there; undefined for a view in memory. */
function getFileName(path: string | undefined): string | undefined {
  const facts = path === undefined ? undefined : getFileFacts(path);
  return facts === undefined ? undefined : `${facts.dev}:${facts.ino}`;
}

function open(path: string | undefined, root: string, warnings: string[]): DatabaseSync {
  if (path === undefined) return inMemory(warnings);
  try {
    return openFile(path, root);
  } catch (error) {
    if (!isSqliteError(error)) throw error;
    if (!isBroken(error)) return inMemory(warnings);
    dropFiles(path);
    return openFile(path, root);
  }
}

function inMemory(warnings: string[]): DatabaseSync {
  warnings.push('no local folder can be written: the journal is read from its beginning by each command');
  const database = withFunctions(openDatabase(':memory:'));
  makeTables(database);
  return database;
}

/**
 * SQLite writes 1e-5 as 1.0e-05; globs look at numbers as everything else here writes them. It sorts t-1000 before
 * t-999; lists sort names by their numbers.
 */
function withFunctions(database: DatabaseSync): DatabaseSync {
  database.function('name_order', { deterministic: true }, (name) => (name === null ? null : nameOrder(String(name))));
  database.function('number_text', { deterministic: true }, (number) => (number === null ? null : String(number)));
  return database;
}

/** Opens the file and makes its tables unless it is this project's view, of this version, made in this boot, in place. */
function openFile(path: string, root: string): DatabaseSync {
  makeFolder(dirname(path), 0o700);
  const database = withFunctions(openDatabase(path));
  try {
    database.exec(WAIT_FOR_LOCKS);
    // A power cut may spoil it: the boot is part of its identity, so that it is rebuilt then.
    database.exec(
      'PRAGMA page_size = 8192; PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32768',
    );
    const identity = identityOf(path, root);
    if (hasTables(database) && readMeta(database, 'identity') === identity) return database;
    database.exec('BEGIN IMMEDIATE');
    if (!hasTables(database) || readMeta(database, 'identity') !== identity) {
      makeTables(database);
      writeMeta(database, 'identity', identity);
    }
    database.exec('COMMIT');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** A copied or moved view is not trusted: it may have been copied while it was written. */
function identityOf(path: string, root: string): string {
  const facts = getFileFacts(path);
  return JSON.stringify([VIEW_VERSION, root, bootId().split('.')[0], String(facts?.dev), String(facts?.ino)]);
}

function hasTables(database: DatabaseSync): boolean {
  return isInSchema(database, 'meta');
}

/** Indexes are made after the first fold, which an empty project needs as well: queries name them. */
function hasIndexes(database: DatabaseSync): boolean {
  return isInSchema(database, 'submission_open');
}

function isInSchema(database: DatabaseSync, name: string): boolean {
  return database.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(name) !== undefined;
}

/** Empty tables in place of those that are there. Their versions are higher than any before. */
function makeTables(database: DatabaseSync): void {
  const before = isInSchema(database, 'version') ? readVersion(database) : 0;
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  for (const { name } of tables) database.exec(`DROP TABLE "${String(name)}"`);
  database.exec(TABLES);
  beginEpoch(database, before);
}

/** Deletes the view of a project that was at this place before; another one begins there. */
export function forgetView(localFolder: string): void {
  dropFiles(join(localFolder, FILE));
}

function dropFiles(path: string): void {
  for (const suffix of ['', '-journal']) removePath(path + suffix);
}

/** Empties all tables; what the view is stays known. */
function clear(database: DatabaseSync): void {
  const identity = readMeta(database, 'identity');
  makeTables(database);
  if (identity !== undefined) writeMeta(database, 'identity', identity);
}

function readMeta(database: DatabaseSync, name: string): string | undefined {
  return database.prepare('SELECT value FROM meta WHERE name = ?').get(name)?.['value'] as string | undefined;
}

function writeMeta(database: DatabaseSync, name: string, value: string): void {
  database.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)').run(name, value);
}

function badRanges(database: DatabaseSync): BadRange[] {
  return database.prepare('SELECT * FROM bad ORDER BY name, start').all() as unknown as BadRange[];
}

function foldedFiles(database: DatabaseSync): Map<string, Folded> {
  const rows = database.prepare('SELECT * FROM file').all() as unknown as Folded[];
  return new Map(rows.map((row) => [row.name, row]));
}

async function catchUp(
  database: DatabaseSync,
  paths: ProjectPaths,
  warnings: string[],
  progress?: (events: number) => void,
): Promise<void> {
  if (hasIndexes(database) && isCurrent(database, paths.journal)) return;
  await inTransaction(database, () => {
    const lost = replacedFiles(database, paths.journal);
    if (lost.length > 0) {
      warnings.push(
        `the journal lost what was seen in it before (${lost.join(', ')} replaced by an older or another file); ` +
          'what it holds now is shown. If that was no intention, restore it from a backup',
      );
      clear(database);
    }
    foldNew(database, paths, progress);
  });
}

/** Nothing was written since the last time: looked at by the files' sizes and times alone. */
function isCurrent(database: DatabaseSync, folder: string): boolean {
  const known = foldedFiles(database);
  const names = listJournalFiles(folder);
  if (names.length !== known.size || database.prepare('SELECT 1 FROM bad').get() !== undefined) return false;
  return names.every((name) => {
    const facts = getFileFacts(join(folder, name));
    return facts !== undefined && known.get(name)?.stat === formatStat(facts);
  });
}

function countUnread(database: DatabaseSync, folder: string): number {
  const known = foldedFiles(database);
  return listJournalFiles(folder)
    .map((name) => (getFileFacts(join(folder, name))?.size ?? 0) - (known.get(name)?.bytes ?? 0))
    .reduce((sum, bytes) => sum + Math.max(0, bytes), 0);
}

/** Files that no longer hold what was folded from them. */
function replacedFiles(database: DatabaseSync, folder: string): string[] {
  return [...foldedFiles(database).values()]
    .filter((folded) => {
      const path = join(folder, folded.name);
      const facts = getFileFacts(path);
      if (facts === undefined) return true;
      return formatStat(facts) !== folded.stat && !isContinued(path, folded, facts.size);
    })
    .map((folded) => folded.name);
}

function foldNew(database: DatabaseSync, paths: ProjectPaths, progress?: (events: number) => void): void {
  const change = beginChange(database);
  const folder = openFolder(database, change);
  const fold = (event: SheafEvent): void => {
    folder.fold(event);
    if (folder.count % REPORT_EVERY === 0) progress?.(folder.count);
  };
  const known = foldedFiles(database);
  retryBadRanges(database, paths.journal, known, fold);
  const saveBad = database.prepare('INSERT OR REPLACE INTO bad VALUES (:name, :start, :end, :why)');
  for (const name of listJournalFiles(paths.journal)) {
    const path = join(paths.journal, name);
    const from = known.get(name) ?? beginning(path, name);
    const facts = getFileFacts(path);
    if (from === undefined || facts === undefined || formatStat(facts) === from.stat) continue;
    const { folded, bad } = readTail(paths.journal, from, fold);
    for (const range of bad) saveBad.run({ ...range });
    database
      .prepare('INSERT OR REPLACE INTO file VALUES (:name, :writer, :first, :bytes, :lastEnd, :lastSum, :stat)')
      .run({ ...folded });
  }
  folder.finish();
  if (folder.count > 0) endChange(database, change);
  database.exec(INDEXES);
  writeMeta(database, 'highest_lt', String(Math.max(folder.highestLt, Number(readMeta(database, 'highest_lt') ?? 0))));
}

/** A file seen for the first time; undefined while its first line is not whole. */
function beginning(path: string, name: string): Folded | undefined {
  const header = readHeader(path);
  return header === undefined
    ? undefined
    : {
        name,
        writer: header.writer,
        first: header.sum,
        bytes: header.end,
        lastEnd: header.end,
        lastSum: header.sum,
        stat: '',
      };
}

function retryBadRanges(
  database: DatabaseSync,
  journal: string,
  known: ReadonlyMap<string, Folded>,
  fold: (event: SheafEvent) => void,
): void {
  const ranges = badRanges(database);
  if (ranges.length === 0) return;
  const writers = new Map([...known.values()].map(({ name, writer }) => [name, writer]));
  const still = retryBad(journal, ranges, writers, fold);
  database.exec('DELETE FROM bad');
  const save = database.prepare('INSERT INTO bad VALUES (:name, :start, :end, :why)');
  for (const range of still) save.run({ ...range });
}

const GIVE_UP_MS = 120_000;
const WAIT_FOR_LOCKS = 'PRAGMA busy_timeout = 30000';

function inTransaction(database: DatabaseSync, act: () => void): Promise<void> {
  return retryShortly(database, 'BEGIN IMMEDIATE', { giveUpMs: GIVE_UP_MS, next: () => actAndCommit(database, act) });
}

function actAndCommit(database: DatabaseSync, act: () => void): void {
  database.exec(WAIT_FOR_LOCKS);
  try {
    act();
    database.exec('COMMIT');
  } catch (error) {
    rollBack(database);
    throw error;
  }
}
