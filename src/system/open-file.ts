import * as fs from 'node:fs';
import { failure } from '../core/errors.ts';
import { toWordedError } from './fault.ts';
import { factsOf, withErrorText, type FileFacts, type FilePath } from './files.ts';

/** A plain file that was opened: its name may come to mean another file, this one stays the same. */
export interface OpenFile extends Disposable {
  readonly facts: FileFacts;
  /** Bytes `start` to `end`; fewer if the file is shorter. @throws SheafError `file.*` */
  read(start: number, end: number): Buffer;
  /**
   * Pieces from `start` to `end`, read beside the work on the piece before. A piece is valid until the next one is asked for.
   *
   * @param overlap how many bytes of a piece its next one begins with, for what lies across both; fewer than a piece has
   * @throws SheafError `file.*`
   */
  pieces(start: number, end: number, overlap?: number): AsyncGenerator<Buffer>;
}

const PIECE = 1 << 20;

/** Wraps a descriptor of a plain file, which is closed with it. @param path for messages */
export function wrapFile(fd: number, facts: FileFacts, path: FilePath): OpenFile {
  const read = (start: number, end: number): Buffer =>
    withErrorText('cannot read', path, () => {
      const bytes = Buffer.allocUnsafe(Math.max(0, end - start));
      let done = 0;
      while (done < bytes.length) {
        const got = fs.readSync(fd, bytes, done, bytes.length - done, start + done);
        if (got === 0) break;
        done += got;
      }
      return bytes.subarray(0, done);
    });
  let [pending, isClosed] = [0, false];
  const closeIfIdle = (): void => {
    // A descriptor that is closed under a read may by then be that of another file.
    if (isClosed && pending === 0) fs.closeSync(fd);
  };
  const readPiece = (buffer: Buffer, at: number): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      if (isClosed) throw new Error(`${path.toString()} was closed`);
      pending += 1;
      fs.read(fd, buffer, 0, buffer.length, at, (error, got) => {
        pending -= 1;
        closeIfIdle();
        if (error) reject(toWordedError(error, 'cannot read', String(path)) as Error);
        else resolve(buffer.subarray(0, got));
      });
    });
  async function* pieces(start: number, end: number, overlap = 0): AsyncGenerator<Buffer> {
    const [one, other] = [Buffer.allocUnsafe(PIECE), Buffer.allocUnsafe(PIECE)];
    const readAt = (buffer: Buffer, at: number) => readPiece(buffer.subarray(0, Math.min(PIECE, end - at)), at);
    let [now, spare] = [one, other];
    let next = start < end ? readAt(now, start) : undefined;
    for (let at = start; next !== undefined;) {
      const piece = await next;
      if (piece.length === 0) return;
      const isLast = at + piece.length >= end || piece.length <= overlap;
      at += piece.length - overlap;
      [now, spare] = [spare, now];
      next = isLast ? undefined : readAt(now, at);
      // Nobody hears of its failure after a stop here.
      next?.catch(() => undefined);
      yield piece;
    }
  }
  const close = (): void => {
    if (isClosed) return;
    isClosed = true;
    closeIfIdle();
  };
  return { facts, read, pieces, [Symbol.dispose]: close };
}

function openIfThere(path: FilePath, flags: number): number | undefined {
  try {
    return fs.openSync(path, flags);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** What is in a folder. */
export interface ListedEntry {
  readonly name: Buffer;
  readonly kind: FileFacts['kind'];
  /** Bytes of a file; what the file system says of anything else. */
  readonly size: number;
  /** When it was changed, in whole milliseconds since 1970. */
  readonly mtimeMs: number;
  /** What a link points to, as it is written there. */
  readonly target?: Buffer;
}

/** A folder that was opened, as {@link OpenFile}. */
export interface OpenFolder extends Disposable {
  /** The first `most` of its entries, sorted by the bytes of their names, and how many there are. @throws SheafError `file.*` */
  list(most: number): Promise<{ readonly entries: ListedEntry[]; readonly total: number }>;
}

/** What {@link openWithin} found. A link, a pipe, a device or a socket is not opened: `depth` names lead to it. */
export type FoundWithin =
  | { readonly kind: 'file'; readonly file: OpenFile }
  | { readonly kind: 'folder'; readonly folder: OpenFolder }
  | { readonly kind: 'link' | 'other' | 'missing'; readonly depth: number };

/** `O_PATH` of Linux: a handle of whatever is there, which opens nothing and never waits. Node does not have it. */
const O_PATH = 0o10000000;
const HANDLE = O_PATH | fs.constants.O_NOFOLLOW;
/** Where Linux has the descriptors of this process as paths: in Node nothing else opens a name in an open folder. */
const DESCRIPTORS = '/proc/self/fd';

/**
 * Walks from a folder down to a file or a folder, name by name: each is opened in the folder that is open by then, so that
 * no link is followed, not even one that takes the place of a folder during the walk. The file that is opened is the one that was seen.
 *
 * @param root a folder, links on the way to it are followed
 * @param names each without `/`, and neither `.` nor `..`
 * @throws SheafError `file.*` when something may not be read; `file.no_walk` on systems without `/proc/self/fd`
 */
export function openWithin(root: string, names: readonly Buffer[]): FoundWithin {
  if (!fs.existsSync(DESCRIPTORS)) {
    throw failure('file.no_walk', `${root} cannot be read safely here`, {
      why: `files of experiments are opened without following links, which needs ${DESCRIPTORS} of Linux`,
      fix: 'run this on Linux, with /proc mounted',
    });
  }
  const path = Buffer.concat([Buffer.from(root), ...names.map((name) => Buffer.concat([Buffer.from('/'), name]))]);
  return withErrorText('cannot read', path, () => {
    let handle = openIfThere(root, O_PATH | fs.constants.O_DIRECTORY);
    if (handle === undefined) return { kind: 'missing', depth: 0 };
    try {
      for (const [i, name] of names.entries()) {
        const inner = openIfThere(Buffer.concat([Buffer.from(`${DESCRIPTORS}/${handle}/`), name]), HANDLE);
        if (inner === undefined) return { kind: 'missing', depth: i + 1 };
        fs.closeSync(handle);
        handle = inner;
        const { kind } = factsOf(fs.fstatSync(handle, { bigint: true }));
        if (kind === 'link' || kind === 'other') return { kind, depth: i + 1 };
      }
      return openHandle(handle, path);
    } finally {
      fs.closeSync(handle);
    }
  });
}

/** Opens what a handle is of, a file or a folder. */
function openHandle(handle: number, path: Buffer): FoundWithin {
  const fd = fs.openSync(`${DESCRIPTORS}/${handle}`, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
  const facts = factsOf(fs.fstatSync(fd, { bigint: true }));
  if (facts.kind === 'file') return { kind: 'file', file: wrapFile(fd, facts, path) };
  const list: OpenFolder['list'] = async (most) => {
    try {
      return await listOpen(fd, most);
    } catch (error) {
      return withErrorText('cannot list', path, () => {
        throw error;
      });
    }
  };
  return { kind: 'folder', folder: { list, [Symbol.dispose]: () => fs.closeSync(fd) } };
}

async function listOpen(fd: number, most: number): Promise<{ entries: ListedEntry[]; total: number }> {
  const names = await fs.promises.readdir(`${DESCRIPTORS}/${fd}`, { encoding: 'buffer' });
  names.sort((a, b) => Buffer.compare(a, b));
  const entries = await Promise.all(names.slice(0, most).map((name) => lookAt(fd, name)));
  return { entries: entries.filter((entry) => entry !== undefined), total: names.length };
}

/** Undefined for what has vanished since it was listed. */
async function lookAt(fd: number, name: Buffer): Promise<ListedEntry | undefined> {
  const place = Buffer.concat([Buffer.from(`${DESCRIPTORS}/${fd}/`), name]);
  try {
    const { kind, size, mtimeMs } = factsOf(await fs.promises.lstat(place, { bigint: true }));
    if (kind !== 'link') return { name, kind, size, mtimeMs };
    return { name, kind, size, mtimeMs, target: await fs.promises.readlink(place, { encoding: 'buffer' }) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // EINVAL: the link was replaced by something else.
    if (code === 'ENOENT' || code === 'EINVAL') return undefined;
    throw error;
  }
}
