import type { BytePath } from './byte-path.ts';
import { runGitOrThrow, type GitOptions } from './git.ts';

/** A file in an index. */
export interface IndexEntry {
  /** `100644`, `100755`, `120000` (a symbolic link), `160000` (a commit of another repository). */
  readonly mode: string;
  readonly oid: string;
  readonly path: BytePath;
  /** Git does not look at the file: `assume-unchanged`, `skip-worktree`, a sparse checkout. */
  readonly unlooked: boolean;
}

export const GITLINK = '160000';
export const SYMLINK = '120000';

/** @param pathspecs all files when there are none */
export async function listEntries(
  folder: string,
  options: GitOptions,
  pathspecs: readonly string[] = [],
): Promise<IndexEntry[]> {
  const args = ['ls-files', '-s', '-v', '-z', '--', ...pathspecs];
  const text = await runGitOrThrow('list the files of the repository', folder, args, options);
  return text.split('\0').flatMap((line) => {
    const tab = line.indexOf('\t');
    if (tab < 0) return [];
    const [tag = '', mode = '', oid = ''] = line.slice(0, tab).split(' ');
    return [{ mode, oid, path: line.slice(tab + 1), unlooked: tag !== tag.toUpperCase() || tag === 'S' }];
  });
}

/** Puts files into an index of ours, whatever is on disk. */
export async function putEntries(
  folder: string,
  index: string,
  entries: readonly Pick<IndexEntry, 'mode' | 'oid' | 'path'>[],
): Promise<void> {
  if (entries.length === 0) return;
  const input = entries.map(({ mode, oid, path }) => `${mode} ${oid} 0\t${path}\0`).join('');
  await runGitOrThrow('bring our index up to date', folder, ['update-index', '-z', '--index-info'], { index, input });
}

/** Runs `git update-index` with flags for some paths of an index of ours. */
export async function updateIndex(
  folder: string,
  index: string,
  flags: readonly string[],
  paths: readonly BytePath[],
): Promise<void> {
  if (paths.length === 0) return;
  const input = paths.map((path) => `${path}\0`).join('');
  await runGitOrThrow('take in the changed files', folder, ['update-index', '-z', ...flags, '--stdin'], {
    index,
    input,
  });
}

/** What blobs hold, one character a byte; those that are not there are not in the map. */
export async function readBlobs(folder: string, oids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  if (oids.length === 0) return found;
  const input = oids.map((oid) => `${oid}\n`).join('');
  const text = await runGitOrThrow('read files of the repository', folder, ['cat-file', '--batch'], { input });
  for (let at = 0; at < text.length;) {
    const end = text.indexOf('\n', at);
    const [oid = '', type, size] = text.slice(at, end).split(' ');
    at = end + 1;
    if (type === 'missing') continue;
    found.set(oid, text.slice(at, at + Number(size)));
    at += Number(size) + 1;
  }
  return found;
}

/** Which of the objects a repository lacks. */
export async function findMissingObjects(folder: string, oids: readonly string[]): Promise<string[]> {
  if (oids.length === 0) return [];
  const input = oids.map((oid) => `${oid}\n`).join('');
  const text = await runGitOrThrow('look for objects', folder, ['cat-file', '--batch-check'], { input });
  return text.split('\n').flatMap((line) => (line.endsWith(' missing') ? [line.slice(0, line.indexOf(' '))] : []));
}
