import * as fs from 'node:fs';
import type { crc32 as Crc32 } from 'node:zlib';
import { basename, dirname, join } from 'node:path';
import { runEffect, toWordedError } from './fault.ts';
import { randomId } from './random.ts';

/**
 * Files, synchronously: a command does little else, and the order of its steps is what makes it safe.
 * Every change goes through {@link runEffect}, where tests crash it.
 */

export function withErrorText<T>(doing: string, path: FilePath, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw toWordedError(error, doing, String(path));
  }
}

/** A name that is not UTF-8 can only be given as bytes. */
export type FilePath = string | Buffer;

function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}

function missing(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** @throws SheafError `file.*` when it cannot be read */
export function readText(path: string): string {
  return withErrorText('cannot read', path, () => fs.readFileSync(path, 'utf8'));
}

/** Undefined when there is no such file. @throws SheafError `file.*` when it is there but cannot be read */
export function readTextIfThere(path: string): string | undefined {
  try {
    return fs.readFileSync(path, 'utf8');
  } catch (error) {
    if (missing(error)) return undefined;
    throw toWordedError(error, 'cannot read', path);
  }
}

/** Names in a folder, sorted; none when there is no such folder. */
export function listFolder(path: string): string[] {
  try {
    return fs.readdirSync(path).toSorted();
  } catch (error) {
    if (missing(error)) return [];
    throw toWordedError(error, 'cannot list', path);
  }
}

export interface FileFacts {
  readonly size: number;
  readonly mtimeMs: number;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  readonly dev: bigint;
  readonly ino: bigint;
  readonly uid: number;
  readonly mode: number;
  /** How many names it has: hard links count. */
  readonly links: number;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
}

/** Undefined when nothing is there. Links are not followed unless asked. */
export function getFileFacts(path: FilePath, options: { follow?: boolean } = {}): FileFacts | undefined {
  try {
    const read = options.follow ? fs.statSync : fs.lstatSync;
    // An error takes longer to make than the answer that nothing is there.
    const stat = read(path, { bigint: true, throwIfNoEntry: false });
    return stat && factsOf(stat);
  } catch (error) {
    if (missing(error) || codeOf(error) === 'ELOOP') return undefined;
    throw toWordedError(error, 'cannot look at', String(path));
  }
}

/** What the system says of a file. */
export function factsOf(stat: fs.BigIntStats): FileFacts {
  return {
    size: Number(stat.size),
    mtimeMs: Number(stat.mtimeNs / 1_000_000n),
    mtimeNs: stat.mtimeNs,
    ctimeNs: stat.ctimeNs,
    dev: stat.dev,
    ino: stat.ino,
    uid: Number(stat.uid),
    mode: Number(stat.mode) & 0o7777,
    links: Number(stat.nlink),
    kind: stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : stat.isSymbolicLink() ? 'link' : 'other',
  };
}

/**
 * Makes a folder and its parents; fine when it is there. In a folder that a group shares, what is made without a mode is
 * shared, too: the umask of most users would keep the others of the group out.
 */
export function makeFolder(path: string, mode?: number): void {
  withErrorText('cannot make', path, () => runEffect('mkdir', path, () => makeWithParents(path, mode)));
}

/** Not Node's own `recursive`: it tries for ever where the system says "missing" though the parent is there. */
function makeWithParents(path: string, mode: number | undefined): void {
  if (makeUnlessThere(path, mode)) return;
  // Another process may have made it since.
  if (getFileFacts(dirname(path)) === undefined) makeWithParents(dirname(path), mode);
  if (!makeUnlessThere(path, mode)) fs.mkdirSync(path, mode);
}

/** False when a folder on the way to it is missing. */
function makeUnlessThere(path: string, mode: number | undefined): boolean {
  try {
    fs.mkdirSync(path, mode);
    if (mode === undefined) shareAsParent(path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    // Whatever keeps it from being made, a read-only disk say, is no matter when it is there.
    if (getFileFacts(path, { follow: true })?.kind === 'folder') return true;
    throw error;
  }
}

/** Group-writable, with the group handed down: as `sheaf init --shared` makes folders. */
const SHARED = 0o2070;

function shareAsParent(path: string): void {
  const { mode } = fs.statSync(dirname(path));
  if (isSharedMode(mode)) fs.chmodSync(path, mode & 0o7777);
}

function isSharedMode(mode: number): boolean {
  return (mode & SHARED) === SHARED;
}

/** Whether a folder is there that a group shares: see {@link makeFolder}. */
export function isSharedFolder(path: string): boolean {
  const mode = fs.statSync(path, { throwIfNoEntry: false })?.mode;
  return mode !== undefined && isSharedMode(mode);
}

/** Replaces a file as {@link replaceFile} does, by one text. */
export function writeAtomic(path: string, text: string, options: ReplaceOptions = {}): void {
  replaceFile(path, (append) => append(text), options);
}

export interface ReplaceOptions {
  /** Also survive a power cut: fsync of file and folder. */
  readonly durable?: boolean;
  readonly mode?: number;
}

/**
 * Replaces a file so that a reader sees the old or the new one, whole.
 *
 * @param write appends the new content, piece by piece; when it throws, the old file stays
 */
export function replaceFile(
  path: string,
  write: (append: (part: string | Uint8Array) => void) => void,
  options: ReplaceOptions = {},
): void {
  withErrorText('cannot write', path, () => {
    const temporary = join(dirname(path), `.${basename(path).slice(0, 100)}.${randomId(8)}.tmp`);
    const fd = fs.openSync(temporary, 'wx', options.mode ?? 0o666);
    try {
      try {
        write((part) => writeAll(fd, typeof part === 'string' ? Buffer.from(part) : part, temporary));
        if (options.durable) runEffect('fsync', temporary, () => fs.fsyncSync(fd));
      } finally {
        fs.closeSync(fd);
      }
      runEffect('rename', path, () => fs.renameSync(temporary, path));
    } catch (error) {
      fs.rmSync(temporary, { force: true });
      throw error;
    }
    if (options.durable) syncFolder(dirname(path));
  });
}

/** Writes a file in a folder that nobody else can know yet: no rename needed. */
export function writeNew(path: string, text: string, mode = 0o666): void {
  withErrorText('cannot write', path, () => {
    const fd = fs.openSync(path, 'wx', mode);
    try {
      writeAll(fd, Buffer.from(text), path);
    } finally {
      fs.closeSync(fd);
    }
  });
}

/** Writes a file in place: for marks of which only the last one counts and that may be torn. */
export function overwrite(path: string, text: string): void {
  withErrorText('cannot write', path, () => runEffect('write', path, () => fs.writeFileSync(path, text)));
}

/** Makes the entries of a folder survive a power cut. */
export function syncFolder(path: string): void {
  withErrorText('cannot write', path, () => {
    const fd = fs.openSync(path, 'r');
    try {
      runEffect('fsync', path, () => fs.fsyncSync(fd));
    } catch (error) {
      // Some network file systems refuse to sync a folder: they do it by themselves.
      if (codeOf(error) !== 'EINVAL' && codeOf(error) !== 'EBADF') throw error;
    } finally {
      fs.closeSync(fd);
    }
  });
}

function writeAll(fd: number, bytes: Uint8Array, path: string): void {
  runEffect(
    'write',
    path,
    () => {
      for (let done = 0; done < bytes.length;) done += fs.writeSync(fd, bytes, done);
    },
    () => fs.writeSync(fd, bytes, 0, bytes.length >> 1),
  );
}

export type AppendResult = { readonly start: number; readonly end: number };

/**
 * Appends in one write and one fsync; on any failure the file is cut back to what it was.
 * When the last byte there is no newline (a torn write of a crashed process), one is put before.
 *
 * @returns where the text begins and ends in the file, in bytes
 * @throws SheafError `file.*`; nothing of `text` is in the file then
 */
export function appendDurably(path: string, text: string): AppendResult {
  return withErrorText('cannot write', path, () => {
    // Without O_CREAT: a file that someone removed must not come back without its first line.
    const fd = fs.openSync(path, fs.constants.O_RDWR | fs.constants.O_APPEND);
    try {
      const { size } = fs.fstatSync(fd);
      const mend = size > 0 && lastByte(fd, size) !== NEWLINE ? '\n' : '';
      const bytes = Buffer.from(mend + text);
      try {
        writeAll(fd, bytes, path);
        runEffect('fsync', path, () => fs.fsyncSync(fd));
      } catch (error) {
        cutBack(fd, size, path);
        throw error;
      }
      return { start: size + mend.length, end: size + bytes.length };
    } finally {
      fs.closeSync(fd);
    }
  });
}

const NEWLINE = 10;

function lastByte(fd: number, size: number): number | undefined {
  const byte = Buffer.alloc(1);
  fs.readSync(fd, byte, 0, 1, size - 1);
  return byte[0];
}

function cutBack(fd: number, size: number, path: string): void {
  runEffect('truncate', path, () => fs.ftruncateSync(fd, size));
  fs.fsyncSync(fd);
}

/** Makes a file that must not exist yet, with its first content, durably. False when it exists. */
export function createDurably(path: string, text: string): boolean {
  let fd: number;
  try {
    fd = fs.openSync(path, 'wx');
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw toWordedError(error, 'cannot make', path);
  }
  withErrorText('cannot write', path, () => {
    try {
      writeAll(fd, Buffer.from(text), path);
      runEffect('fsync', path, () => fs.fsyncSync(fd));
    } catch (error) {
      fs.rmSync(path, { force: true });
      throw error;
    } finally {
      fs.closeSync(fd);
    }
    syncFolder(dirname(path));
  });
  return true;
}

/**
 * A claim: a symbolic link whose target is text that names the owner, made atomically with its content.
 *
 * @returns the owner: `target` itself when the claim is now held by it. That it "exists" with our own
 *   text is success too: a file server may answer a repeated request so.
 */
export function claimLink(path: string, target: string): string {
  try {
    runEffect('link', path, () => fs.symlinkSync(target, path));
    return target;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw toWordedError(error, 'cannot make', path);
  }
  try {
    return fs.readlinkSync(path);
  } catch (error) {
    // Its holder let go of it in between.
    if (missing(error)) return claimLink(path, target);
    throw toWordedError(error, 'cannot read', path);
  }
}

/** The text of a claim; undefined when nobody holds it. */
export function readClaim(path: string): string | undefined {
  try {
    return fs.readlinkSync(path);
  } catch (error) {
    if (missing(error) || codeOf(error) === 'EINVAL') return undefined;
    throw toWordedError(error, 'cannot read', path);
  }
}

export function setMode(path: FilePath, mode: number): void {
  withErrorText('cannot change the mode of', path, () => fs.chmodSync(path, mode));
}

export function renamePath(from: string, to: string): void {
  withErrorText('cannot rename', from, () => runEffect('rename', to, () => fs.renameSync(from, to)));
}

/** Gives a folder that is not empty a name that nobody has; false when something has it. */
export function publishFolder(from: string, to: string): boolean {
  try {
    runEffect('rename', to, () => fs.renameSync(from, to));
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOTDIR') return false;
    throw toWordedError(error, 'cannot make', to);
  }
}

/** Removes a file or a whole folder; fine when it is gone. */
export function removePath(path: string): void {
  withErrorText('cannot remove', path, () => runEffect('remove', path, () => removeWhole(path)));
}

/** Removes a folder unless something is in it; fine when it is gone. */
export function removeEmptyFolder(path: string): void {
  withErrorText('cannot remove', path, () =>
    runEffect('remove', path, () => {
      try {
        fs.rmdirSync(path);
      } catch (error) {
        if (!missing(error) && codeOf(error) !== 'ENOTEMPTY' && codeOf(error) !== 'EEXIST') throw error;
      }
    }),
  );
}

/** How long a removal is retried while other programs change the folder, in milliseconds. */
const REMOVAL_MS = 10_000;

/** Node's `rmSync` returns as if all were gone if a file vanishes while it reads a folder, or throws if one appears. */
function removeWhole(path: string): void {
  const end = performance.now() + REMOVAL_MS;
  for (;;) {
    const late = performance.now() > end;
    try {
      fs.rmSync(path, { recursive: true, force: true });
    } catch (error) {
      if (codeOf(error) !== 'ENOTEMPTY' || late) throw error;
    }
    if (getFileFacts(path) === undefined) return;
    if (late) throw new Error('other programs keep changing what is in it');
  }
}

export function realPath(path: string): string {
  return withErrorText('cannot find', path, () => fs.realpathSync.native(path));
}

export function isWritable(path: string): boolean {
  return permits(path, fs.constants.W_OK);
}

export function isReadable(path: FilePath): boolean {
  return permits(path, fs.constants.R_OK);
}

/** Whether a folder's disk, or the user's quota there, has no room left: a small file is tried. */
export function isFull(folder: string): boolean {
  const path = join(folder, `.room-${randomId(8)}.tmp`);
  try {
    runEffect('write', path, () => fs.writeFileSync(path, Buffer.alloc(ROOM_BYTES), { flag: 'wx', flush: true }));
    return false;
  } catch (error) {
    const code = codeOf(error);
    return code === 'ENOSPC' || code === 'EDQUOT';
  } finally {
    fs.rmSync(path, { force: true });
  }
}

const ROOM_BYTES = 1 << 16;

function permits(path: FilePath, access: number): boolean {
  try {
    fs.accessSync(path, access);
    return true;
  } catch {
    return false;
  }
}

/** `nfs`, `lustre`, … by the magic number of the file system; undefined for those of one host. */
export function networkFileSystem(path: string): string | undefined {
  const type = Number(fs.statfsSync(path).type) >>> 0;
  return NETWORK_FILE_SYSTEMS[type];
}

/** Magic numbers from Linux's `statfs(2)` and the file systems' own headers. */
const NETWORK_FILE_SYSTEMS: Readonly<Record<number, string>> = {
  0x6969: 'nfs',
  0x0bd00bd0: 'lustre',
  0x47504653: 'gpfs',
  0x19830326: 'beegfs',
  0xff534d42: 'cifs',
  0xfe534d42: 'smb2',
  0x517b: 'smb',
  0x00c36400: 'ceph',
  0x5346414f: 'afs',
  0x01021997: '9p',
  0x65735546: 'fuse',
};

/** Loaded when first needed: listing what has not changed checks no checksum. */
let crc32: typeof Crc32 | undefined;

/** CRC-32 (ISO 3309) of a text's UTF-8 bytes, or of bytes, as eight hexadecimal digits. */
export function checksum(data: string | Uint8Array): string {
  crc32 ??= process.getBuiltinModule('node:zlib').crc32;
  return crc32(data).toString(16).padStart(8, '0');
}

/** Bytes `start` to `end` of a file; shorter when the file is. */
export function readRange(path: FilePath, start: number, end: number): Buffer {
  return withErrorText('cannot read', path, () => {
    const fd = fs.openSync(path, 'r');
    try {
      const buffer = Buffer.allocUnsafe(Math.max(0, end - start));
      let done = 0;
      while (done < buffer.length) {
        const got = fs.readSync(fd, buffer, done, buffer.length - done, start + done);
        if (got === 0) break;
        done += got;
      }
      return buffer.subarray(0, done);
    } finally {
      fs.closeSync(fd);
    }
  });
}

/** Chunks of a file from `start` to its end. A chunk is only valid until the next one is asked for. */
export function* readChunks(path: FilePath, start: number, chunkBytes: number = 1 << 20): Generator<Buffer> {
  const fd = withErrorText('cannot read', path, () => fs.openSync(path, 'r'));
  try {
    const buffer = Buffer.allocUnsafe(chunkBytes);
    for (let at = start; ;) {
      const got = withErrorText('cannot read', path, () => fs.readSync(fd, buffer, 0, chunkBytes, at));
      if (got === 0) return;
      yield buffer.subarray(0, got);
      at += got;
    }
  } finally {
    fs.closeSync(fd);
  }
}
