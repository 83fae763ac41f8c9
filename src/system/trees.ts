import * as fs from 'node:fs';
import { runEffect, toWordedError } from './fault.ts';
import { withErrorText, type FilePath } from './files.ts';

/** Trees of files whose names may be any bytes. */

export interface FolderEntry {
  readonly name: Buffer;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
}

/** What is in a folder, in no order. @throws SheafError `file.*` when it cannot be listed */
export function folderEntries(path: FilePath): FolderEntry[] {
  // The types of the lowest Node do not have names as bytes.
  const options = { withFileTypes: true, encoding: 'buffer' as BufferEncoding } as const;
  const entries = withErrorText('cannot list', path, () => fs.readdirSync(path, options));
  return entries.map((entry) => ({
    name: entry.name as string | Buffer as Buffer,
    kind: kindOf(entry),
  }));
}

/** What is in a folder, by names as text, in no order; one that is not UTF-8 names nothing. @throws SheafError `file.*` */
export function textEntries(path: string): (Omit<FolderEntry, 'name'> & { readonly name: string })[] {
  const entries = withErrorText('cannot list', path, () => fs.readdirSync(path, { withFileTypes: true }));
  return entries.map((entry) => ({ name: entry.name, kind: kindOf(entry) }));
}

function kindOf(entry: fs.Dirent | fs.Stats): FolderEntry['kind'] {
  return entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : entry.isSymbolicLink() ? 'link' : 'other';
}

/** Copies a file, sharing its blocks where the file system can; it must not be there yet unless `replace`. */
export function copyFile(from: FilePath, to: FilePath, options: { replace?: boolean } = {}): void {
  const mode = fs.constants.COPYFILE_FICLONE | (options.replace ? 0 : fs.constants.COPYFILE_EXCL);
  withErrorText('cannot copy', from, () => runEffect('write', String(to), () => fs.copyFileSync(from, to, mode)));
}

/** Whether two paths are plain files that hold the same bytes. Links are not followed; what cannot be read is no. */
export function sameContent(a: FilePath, b: FilePath): boolean {
  try {
    const [left, right] = [fs.lstatSync(a), fs.lstatSync(b)];
    if (!left.isFile() || !right.isFile() || left.size !== right.size) return false;
    return opened(a, (one) => opened(b, (other) => sameBytes(one, other)));
  } catch {
    return false;
  }
}

function opened<T>(path: FilePath, act: (fd: number) => T): T {
  const fd = fs.openSync(path, 'r');
  try {
    return act(fd);
  } finally {
    fs.closeSync(fd);
  }
}

const CHUNK = 1 << 16;

function sameBytes(left: number, right: number): boolean {
  const [a, b] = [Buffer.alloc(CHUNK), Buffer.alloc(CHUNK)];
  for (;;) {
    const got = fs.readSync(left, a);
    const other = fs.readSync(right, b);
    if (got !== other || !a.subarray(0, got).equals(b.subarray(0, got))) return false;
    if (got === 0) return true;
  }
}

/** Makes a symbolic link; replaces what is there. */
export function makeLink(path: FilePath, target: FilePath): void {
  withErrorText('cannot make', path, () =>
    runEffect('link', String(path), () => {
      fs.rmSync(path, { force: true });
      fs.symlinkSync(target, path);
    }),
  );
}

/** The target of a symbolic link, as it is written there. */
export function linkTarget(path: FilePath): Buffer {
  return withErrorText('cannot read', path, () => fs.readlinkSync(path, { encoding: 'buffer' }));
}

/** Makes one folder below one that is there; fine when it is there. */
export function makeSubfolder(path: FilePath): void {
  if (fs.existsSync(path)) return;
  withErrorText('cannot make', path, () => runEffect('mkdir', String(path), () => fs.mkdirSync(path)));
}

/** Sets when a file was changed last, ms since 1970; false when that is not permitted. */
export function setChanged(path: string, ms: number): boolean {
  try {
    fs.utimesSync(path, ms / 1000, ms / 1000);
    return true;
  } catch {
    return false;
  }
}

/** Length of a file or link, without following it; undefined when nothing is there. For looking at many. */
export function fileSize(path: FilePath): number | undefined {
  return statOf(path, fs.lstatSync)?.size;
}

/** What matters of many files. */
export interface BriefFacts {
  readonly kind: FolderEntry['kind'];
  readonly size: number;
  /** Whole. */
  readonly mtimeMs: number;
}

/** Undefined when nothing is there. Links are not followed unless asked. For looking at many. @throws SheafError `file.*` */
export function getBriefFacts(path: FilePath, options: { follow?: boolean } = {}): BriefFacts | undefined {
  const stats = statOf(path, options.follow ? fs.statSync : fs.lstatSync);
  return stats && { kind: kindOf(stats), size: stats.size, mtimeMs: Math.floor(stats.mtimeMs) };
}

function statOf(path: FilePath, read: typeof fs.statSync): fs.Stats | undefined {
  try {
    return read(path, { throwIfNoEntry: false });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTDIR' || code === 'ELOOP') return undefined;
    throw toWordedError(error, 'cannot look at', String(path));
  }
}

/** Bytes of all files in a folder, by their lengths. */
export function folderBytes(path: FilePath): number {
  const prefix = Buffer.concat([typeof path === 'string' ? Buffer.from(path) : path, Buffer.from('/')]);
  return folderEntries(path).reduce((sum, { name, kind }) => {
    const inner = Buffer.concat([prefix, name]);
    if (kind === 'folder') return sum + folderBytes(inner);
    return sum + (fs.lstatSync(inner, { throwIfNoEntry: false })?.size ?? 0);
  }, 0);
}
