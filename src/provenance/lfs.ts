import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { getFileFacts, readChunks, readTextIfThere } from '../system/index.ts';
import { joinBytePath, formatBytePath, type BytePath } from './byte-path.ts';
import type { FileChange } from './changes.ts';
import { listEntries, readBlobs, type IndexEntry } from './entries.ts';
import { runGitOrThrow, runGit, type GitOptions } from './git.ts';
import type { Repository } from './repository.ts';

/**
 * Git LFS keeps large files out of git: in their place git has pointers, a few lines of text. All that is needed is
 * done here, so that it works where git-lfs is not installed, and never downloads.
 */
export interface LfsPointer {
  /** SHA-256 of the content. */
  readonly oid: string;
  readonly size: number;
}

/** Longer files are no pointers. */
const POINTER_BYTES = 1024;

export function parsePointer(text: string): LfsPointer | undefined {
  if (text.length >= POINTER_BYTES || !text.startsWith('version https://git-lfs.github.com/spec/')) return undefined;
  const oid = /^oid sha256:([0-9a-f]{64})$/m.exec(text)?.[1];
  const size = /^size (\d+)$/m.exec(text)?.[1];
  return oid === undefined || size === undefined ? undefined : { oid, size: Number(size) };
}

/** Files of an index that LFS takes care of, as `.gitattributes` say. */
export async function listLfsEntries(folder: string, options: GitOptions): Promise<IndexEntry[]> {
  const entries = await listEntries(folder, options, [':(top,attr:filter=lfs)']);
  return entries.filter(({ mode }) => mode.startsWith('100'));
}

/** What the blobs of files of LFS hold, where they are as short as pointers are. */
export async function readPointers(top: string, entries: readonly IndexEntry[]): Promise<ReadonlyMap<string, string>> {
  const input = entries.map(({ oid }) => `${oid}\n`).join('');
  const sizes = await runGitOrThrow(
    'look for pointers of LFS',
    top,
    ['cat-file', '--batch-check=%(objectname) %(objectsize)'],
    {
      input,
    },
  );
  const short = sizes.split('\n').filter((line) => Number(line.split(' ')[1]) < POINTER_BYTES);
  return await readBlobs(
    top,
    short.map((line) => line.slice(0, line.indexOf(' '))),
  );
}

/** Without those that only seem changed, since the file has the content to which the index has the pointer. */
export async function removeSmudged(top: string, changes: readonly FileChange[]): Promise<FileChange[]> {
  const input = changes.map(({ path }) => `${path}\0`).join('');
  const text = await runGitOrThrow('read .gitattributes', top, ['check-attr', '-z', '--stdin', 'filter'], { input });
  const words = text.split('\0');
  const lfs = new Set(words.filter((_, at) => at % 3 === 0 && words[at + 2] === 'lfs'));
  const blobs = await readBlobs(
    top,
    changes.filter(({ path }) => lfs.has(path)).map(({ blob }) => blob),
  );
  return changes.filter(({ path, blob }) => {
    const pointer = lfs.has(path) ? parsePointer(blobs.get(blob) ?? '') : undefined;
    return pointer === undefined || !holds(joinBytePath(top, path), pointer);
  });
}

function holds(path: Buffer, { oid, size }: LfsPointer): boolean {
  const facts = getFileFacts(path);
  return facts?.kind === 'file' && facts.size === size && hashFile(path) === oid;
}

/** @throws SheafError `file.*` */
export function hashFile(path: Buffer): string {
  const hash = createHash('sha256');
  for (const chunk of readChunks(path, 0)) hash.update(chunk);
  return hash.digest('hex');
}

/** The file with the content of a pointer; undefined when it is not on this machine. */
export type LfsStore = (path: BytePath, pointer: LfsPointer) => string | undefined;

export async function openLfsStore({ top, gitDir }: Repository): Promise<LfsStore> {
  const { stdout } = await runGit(top, ['config', '--get', 'lfs.storage'], { encoding: 'utf8' });
  const own = resolve(gitDir, stdout.replace(/\n$/, '') || 'lfs');
  return (path, { oid, size }) => {
    const inside = (storage: string): string | undefined => {
      const file = join(storage, 'objects', oid.slice(0, 2), oid.slice(2, 4), oid);
      return getFileFacts(file, { follow: true })?.size === size ? file : undefined;
    };
    const found = inside(own);
    if (found !== undefined) return found;
    const nested = foldersAbove(path).map((folder) => join(nestedGitDir(join(top, folder)), 'lfs'));
    return nested.map(inside).find((file) => file !== undefined);
  };
}

/** Any of them may be a repository of its own, a submodule. */
function foldersAbove(path: BytePath): string[] {
  const parts = formatBytePath(path).split('/');
  return parts.slice(1).map((_, at) => parts.slice(0, at + 1).join('/'));
}

/** `.git` of a repository: a folder, or a file that names it. */
function nestedGitDir(folder: string): string {
  const path = join(folder, '.git');
  if (getFileFacts(path, { follow: true })?.kind !== 'file') return path;
  const named = /^gitdir: (.*)$/m.exec(readTextIfThere(path) ?? '')?.[1];
  return named === undefined ? path : resolve(folder, named);
}
