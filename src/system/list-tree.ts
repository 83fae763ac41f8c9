import * as fs from 'node:fs';
import { nowMs, yieldToEventLoop } from './clock.ts';

/** A file, or a link that is not followed. */
export interface TreeEntry {
  /** Relative to the tree, one character a byte (latin1); empty for a tree that is one file. */
  readonly path: string;
  /** Length of a file in bytes; 0 for a link. */
  readonly bytes: number;
  /** When it was changed last, in whole milliseconds since 1970. */
  readonly changedMs: number;
  /** What a link points to, one character a byte; absent for files. */
  readonly target?: string;
}

export interface ListedTree {
  /** In no order. */
  readonly entries: readonly TreeEntry[];
  /** The time was over before the end. */
  readonly late: boolean;
  /** Folders that cannot be listed, and files whose facts cannot be read. */
  readonly unreadable: number;
}

export interface ListOptions {
  readonly limitMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Called about ten times a second, with the number of files so far. */
  readonly onFiles?: (count: number) => void;
}

/** Entries that are read from a folder at once, and looked at before the clock is. */
const AT_ONCE = 1024;
/** The longest that signals and timers wait. */
const TURN_MS = 20;
const TELL_MS = 100;

/**
 * Lists the files and links of a tree, without following links inside it: the path itself may be a link. What vanishes
 * during the walk is left out, and so is what is no file, folder or link. For disk use there is `walkTree`, which looks at
 * each folder, too, and does not follow the path.
 *
 * @throws whatever `signal` is aborted with
 */
export async function listTree(root: string, { limitMs, signal, onFiles }: ListOptions): Promise<ListedTree> {
  signal?.throwIfAborted();
  const begunMs = nowMs();
  const entries: TreeEntry[] = [];
  const folders: string[] = [];
  const placeOf = (path: string): string | Buffer => (path === '' ? root : join(root, path));
  let [unreadable, turnMs, toldMs] = [0, begunMs, begunMs];

  const attempt = <T>(act: () => T): T | undefined => {
    try {
      return act();
    } catch (error) {
      if (!isGone(error)) unreadable += 1;
      return undefined;
    }
  };
  /** @returns whether the time is over */
  const pause = async (): Promise<boolean> => {
    const atMs = nowMs();
    if (atMs - toldMs >= TELL_MS) {
      toldMs = atMs;
      onFiles?.(entries.length);
    }
    if (atMs - turnMs >= TURN_MS) {
      await yieldToEventLoop();
      signal?.throwIfAborted();
      turnMs = nowMs();
    }
    return atMs - begunMs >= limitMs;
  };
  const look = (path: string, isLink: boolean): void => {
    const facts = attempt(() => (path === '' ? fs.statSync : fs.lstatSync)(placeOf(path), { bigint: true }));
    if (facts === undefined) return;
    if (facts.isDirectory()) folders.push(path);
    else if (facts.isFile()) entries.push({ path, bytes: Number(facts.size), changedMs: toMs(facts) });
    else if (isLink && facts.isSymbolicLink()) {
      const target = attempt(() => fs.readlinkSync(placeOf(path), 'latin1'));
      if (target !== undefined) entries.push({ path, bytes: 0, changedMs: toMs(facts), target });
    }
  };

  look('', false);
  for (let path = folders.pop(); path !== undefined; path = folders.pop()) {
    const folder = attempt(() => fs.opendirSync(placeOf(path), OPENING) as unknown as ByteFolder);
    if (folder === undefined) continue;
    try {
      for (let count = 1; ; count += 1) {
        const entry = attempt(() => folder.readSync());
        if (!entry) break;
        const inner = `${path}${path === '' ? '' : '/'}${entry.name.toString('latin1')}`;
        // Of a folder, only its name matters.
        if (entry.isDirectory()) folders.push(inner);
        else look(inner, true);
        if (count % AT_ONCE === 0 && (await pause())) return { entries, late: true, unreadable };
      }
    } finally {
      folder.closeSync();
    }
    if (await pause()) return { entries, late: folders.length > 0, unreadable };
  }
  return { entries, late: false, unreadable };
}

/** A folder whose names are bytes; the types of Node do not have it. */
interface ByteFolder {
  readonly readSync: () => { readonly name: Buffer; readonly isDirectory: () => boolean } | null;
  readonly closeSync: () => void;
}

const OPENING = { encoding: 'buffer' as BufferEncoding, bufferSize: AT_ONCE };

/** As text where that is the same bytes, which costs less. */
function join(root: string, path: string): string | Buffer {
  return ASCII.test(path) ? `${root}/${path}` : Buffer.concat([Buffer.from(`${root}/`), Buffer.from(path, 'latin1')]);
}

const ASCII = /^[\x00-\x7f]*$/;

/** Rounded down, as the system rounds; a number of Node would round up what is just below a second. */
function toMs({ mtimeNs, mtimeMs }: fs.BigIntStats): number {
  const ms = Number(mtimeMs);
  return mtimeNs < 0n && mtimeNs % NS_PER_MS !== 0n ? ms - 1 : ms;
}

const NS_PER_MS = 1_000_000n;

function isGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** Reads a file of a tree in pieces. @throws when it cannot be read */
export function* readTreeFile(root: string, path: string): Generator<Buffer> {
  const fd = fs.openSync(path === '' ? root : join(root, path), path === '' ? 'r' : NO_LINK);
  try {
    const piece = Buffer.allocUnsafe(PIECE);
    for (let count = fs.readSync(fd, piece); count > 0; count = fs.readSync(fd, piece)) yield piece.subarray(0, count);
  } finally {
    fs.closeSync(fd);
  }
}

const PIECE = 1 << 20;
const NO_LINK = fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW;
