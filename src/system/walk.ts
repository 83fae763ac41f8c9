import * as fs from 'node:fs';

/** A file, folder or link that a walk came by. */
export interface WalkedEntry {
  /** Below the folder where the walk began; empty for that folder itself. */
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  /** Allocated on the disk, as `du` counts: a sparse file has less than its length. */
  readonly bytes: number;
  /** What names of one file share; absent if it has only this name. */
  readonly inode?: string;
}

export interface Walker {
  readonly visit: (entry: WalkedEntry) => void;
  /** A folder or file that cannot be read, and why: `EACCES`. */
  readonly skip: (path: string, code: string) => void;
}

/** `st_blocks` counts in these, whatever the block size of the file system. */
const BLOCK = 512;

/** Entries between two times of giving way. */
const STEP = 500;

/**
 * Visits a folder and all that is below it, without following links. What vanishes is left out.
 *
 * For disk use: it counts blocks and hard links, and what cannot be read is named. `listTree` is for fingerprints of data: it
 * keeps the bytes of names, lengths, times and targets of links, within a limit of time.
 *
 * A generator only to give way: the caller can stop between two steps, or let the event loop run.
 */
export function* walkTree(root: string, { visit, skip }: Walker): Generator<void> {
  const folders: [full: string | Buffer, path: string][] = [];
  const look = (full: string | Buffer, path: string): void => {
    try {
      const stats = fs.lstatSync(full, IF_THERE);
      if (stats === undefined) return;
      const kind = kindOf(stats);
      const bytes = stats.blocks * BLOCK;
      if (kind === 'folder') folders.push([full, path]);
      if (kind === 'folder' || stats.nlink === 1) visit({ path, kind, bytes });
      else visit({ path, kind, bytes, inode: `${stats.dev}:${stats.ino}` });
    } catch (error) {
      noteSkipped(error, path, skip);
    }
  };
  look(root, '');
  let looked = 0;
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    const [full, path] = next;
    for (const name of namesIn(full, path, skip)) {
      const isText = typeof name === 'string';
      const inner = isText && typeof full === 'string' ? `${full}/${name}` : joinBytes(full, name);
      const text = isText ? name : name.toString();
      look(inner, path === '' ? text : `${path}/${text}`);
      looked += 1;
      if (looked % STEP === 0) yield;
    }
    yield;
  }
}

const IF_THERE = { throwIfNoEntry: false } as const;

function kindOf(stats: fs.Stats): WalkedEntry['kind'] {
  return stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : stats.isSymbolicLink() ? 'link' : 'other';
}

/** Names as text; as bytes if one of them is not UTF-8. */
function namesIn(folder: string | Buffer, path: string, skip: Walker['skip']): readonly (string | Buffer)[] {
  try {
    const names = fs.readdirSync(folder);
    return names.some((name) => name.includes('\uFFFD')) ? fs.readdirSync(folder, { encoding: 'buffer' }) : names;
  } catch (error) {
    noteSkipped(error, path, skip);
    return [];
  }
}

function noteSkipped(error: unknown, path: string, skip: Walker['skip']): void {
  const { code = 'unknown' } = error as NodeJS.ErrnoException;
  if (code !== 'ENOENT' && code !== 'ENOTDIR') skip(path, code);
}

function joinBytes(folder: string | Buffer, name: string | Buffer): Buffer {
  return Buffer.concat([Buffer.from(folder as string), Buffer.from('/'), Buffer.from(name as string)]);
}

/**
 * When a folder was last changed: milliseconds since 1970, with fractions; undefined when nothing is there or that is
 * not known. For looking at many.
 */
export function changeTime(path: string): number | undefined {
  try {
    return fs.lstatSync(path, IF_THERE)?.ctimeMs;
  } catch {
    return undefined;
  }
}

/** Blocks of one file or folder, in bytes; 0 when nothing is there. */
export function allocatedBytes(path: string): number {
  return (fs.lstatSync(path, IF_THERE)?.blocks ?? 0) * BLOCK;
}

/** The number of the group that a file belongs to; undefined when nothing is there. */
export function groupOf(path: string): number | undefined {
  return fs.statSync(path, IF_THERE)?.gid;
}

/** What is left on the file system of a folder; absent: it does not say. */
export interface FreeSpace {
  readonly bytes?: number;
  /** Files, folders and links: inodes. */
  readonly files?: number;
}

/** What an ordinary user may still write there, by `statfs`. Some file systems know no number of inodes. */
export function getFreeSpace(path: string): FreeSpace {
  try {
    const { bsize, blocks, bavail, files, ffree } = fs.statfsSync(path);
    return { ...(blocks > 0 && { bytes: bavail * bsize }), ...(files > 0 && { files: ffree }) };
  } catch {
    return {};
  }
}
