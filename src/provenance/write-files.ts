import { join, posix } from 'node:path';
import { toBytePath, type BytePath, joinBytePath } from './byte-path.ts';
import {
  copyFile,
  getFileFacts,
  linkTarget,
  makeFolder,
  makeLink,
  randomId,
  removePath,
  setMode,
} from '../system/index.ts';
import { listEntries, SYMLINK, type IndexEntry } from './entries.ts';
import { runGitOrThrow } from './git.ts';
import { listLfsEntries, openLfsStore, parsePointer, readPointers } from './lfs.ts';
import type { Repository } from './repository.ts';

/**
 * Writes the files of a tree into a new folder, through the filters that the user has set up; files of LFS with their
 * content, where that is on this machine.
 *
 * @throws SheafError `code.git`, `file.*`
 */
export async function writeFiles(repository: Repository, tree: string, folder: string): Promise<void> {
  makeFolder(folder);
  const index = join(folder, `.index-${randomId(12)}`);
  const options = { gitDir: repository.gitDir, workTree: folder, index };
  try {
    await runGitOrThrow('read the snapshot', folder, ['read-tree', tree], options);
    // Not `git archive`: that leaves out, and rewrites, what attributes say.
    await runGitOrThrow(
      'check out the snapshot',
      folder,
      ['-c', 'checkout.workers=4', 'checkout-index', '-a', '-q'],
      options,
    );
    const [entries, lfs] = await Promise.all([listEntries(folder, options), listLfsEntries(folder, options)]);
    for (const { mode, path } of entries) if (mode === SYMLINK) keepLeading(repository.top, folder, path);
    if (lfs.length > 0) await putContent(repository, folder, lfs);
  } finally {
    removePath(index);
  }
}

/** Makes a relative link that leaves the tree lead where it does in the work tree. */
export function keepLeading(top: string, folder: string, path: string): void {
  const place = joinBytePath(folder, path);
  // Where links cannot be made, git writes files in their place.
  if (getFileFacts(place)?.kind !== 'link') return;
  const target = getOuterTarget(top, path, linkTarget(place).toString('latin1'));
  if (target !== undefined) makeLink(place, target);
}

async function putContent(repository: Repository, folder: string, files: readonly IndexEntry[]): Promise<void> {
  const [blobs, store] = await Promise.all([readPointers(repository.top, files), openLfsStore(repository)]);
  for (const { path, oid } of files) {
    const pointer = parsePointer(blobs.get(oid) ?? '');
    const content = pointer && store(path, pointer);
    if (content === undefined) continue;
    const place = joinBytePath(folder, path);
    const mode = getFileFacts(place)?.mode ?? 0o644;
    copyFile(content, place, { replace: true });
    setMode(place, mode);
  }
}

/**
 * A relative link that leads out of the snapshot would lead elsewhere from a checkout.
 *
 * @param top the folder of which `path` is a link
 * @returns where it leads, absolute; undefined for a link that may stay as it is
 */
function getOuterTarget(top: string, path: BytePath, target: BytePath): Buffer | undefined {
  if (target.startsWith('/')) return undefined;
  const place = posix.join(posix.dirname(path), target);
  if (place !== '..' && !place.startsWith('../')) return undefined;
  return Buffer.from(posix.join(toBytePath(top), place), 'latin1');
}
