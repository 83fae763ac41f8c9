import { join } from 'node:path';
import { copyFile, getFileFacts, randomId, removePath, setChanged } from '../system/index.ts';
import { joinBytePath, type BytePath } from './byte-path.ts';
import { readChanges, type Changes } from './changes.ts';
import { listEntries, updateIndex, type IndexEntry } from './entries.ts';
import { removeSmudged } from './lfs.ts';

/** What an index lists, and how the files differ from it. */
export interface WorkTreeState extends Changes {
  readonly entries: readonly IndexEntry[];
}

/**
 * Reads the work tree with an index of our own, begun as a copy of the repository's: it knows by their times which
 * files have not changed. Files that git is configured to skip are read, too.
 *
 * @param index an unused path
 * @throws SheafError `code.git`
 */
export async function readWorkTree(repositoryIndex: string, top: string, index: string): Promise<WorkTreeState> {
  copyIndex(repositoryIndex, index);
  const [entries, changes] = await Promise.all([listEntries(top, { index }), readChanges(top, index)]);
  const unlooked = entries.filter((entry) => entry.unlooked).map(({ path }) => path);
  const look = unlooked.length === 0 ? { ...changes, entries } : await readWholeWorkTree(top, index, unlooked);
  return look.changed.length === 0 ? look : { ...look, changed: await removeSmudged(top, look.changed) };
}

/** Gives paths for indexes of our own in a folder, and removes what git made there when `act` ends. */
export async function withPrivateIndexes<T>(folder: string, act: (newIndex: () => string) => Promise<T>): Promise<T> {
  const indexes: string[] = [];
  const newIndex = (): string => {
    const path = join(folder, `.index-${randomId(12)}`);
    indexes.push(path);
    return path;
  };
  try {
    return await act(newIndex);
  } finally {
    for (const path of indexes) for (const end of ['', '.lock']) removePath(path + end);
  }
}

function copyIndex(from: string, to: string): void {
  const facts = getFileFacts(from);
  if (facts === undefined) return;
  copyFile(from, to);
  // A file as new as the index may have changed just after git looked, and is read again: a copy must not look newer.
  setChanged(to, Math.floor(facts.mtimeMs / 1000) * 1000);
}

/** Those that a sparse checkout has left out are out, and no change. */
async function readWholeWorkTree(top: string, index: string, unlooked: readonly BytePath[]): Promise<WorkTreeState> {
  const absent = new Set(unlooked.filter((path) => getFileFacts(joinBytePath(top, path)) === undefined));
  const present = unlooked.filter((path) => !absent.has(path));
  await updateIndex(top, index, ['--force-remove'], [...absent]);
  // Each of the two flags has to be taken away by itself.
  await updateIndex(top, index, ['--no-assume-unchanged'], present);
  await updateIndex(top, index, ['--no-skip-worktree'], present);
  const [entries, changes] = await Promise.all([listEntries(top, { index }), readChanges(top, index)]);
  return { ...changes, changed: changes.changed.filter(({ path }) => !absent.has(path)), entries };
}
