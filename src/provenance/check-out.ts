import { dirname } from 'node:path';
import type { SnapshotRecord } from '../core/experiment/code.ts';
import { failure, inputError } from '../core/errors.ts';
import { getFileFacts, listFolder, makeFolder, nowMs, publishFolder, realPath, setChanged } from '../system/index.ts';
import { formatBytePath } from './byte-path.ts';
import { checkGit } from './git.ts';
import { listNames } from './excluded-files.ts';
import { findRepository, type Repository, type WithoutGit } from './repository.ts';
import { checkoutPath, copyTree, openStore, publishReadOnly, removeTree, workingPath } from './store.ts';
import { findDamagedFiles, isComplete, writeListing } from './checkout-integrity.ts';
import { writeFiles } from './write-files.ts';

/** A snapshot of a project. */
export interface SnapshotPlace {
  /** The project's folder, absolute. */
  readonly folder: string;
  /** Folder of the checkouts, absolute. */
  readonly store: string;
  readonly record: SnapshotRecord;
}

/**
 * Makes sure that the checkout of a snapshot is there, whole and read-only; all runs with the same code share it. One
 * that has lost files is replaced: what jobs have open of it they keep.
 *
 * @returns its folder, absolute
 * @throws SheafError `code.gone`, `code.git`, `code.store`, `file.*`
 */
export async function checkOut({ folder, store, record }: SnapshotPlace): Promise<string> {
  const { tree } = record;
  openStore(store);
  const path = checkoutPath(store, tree);
  // Its age says when it was last wanted. Set before it is checked, so that `pruneCode` sees one of the two.
  setChanged(path, nowMs());
  if (await isWholeIn(folder, store, record)) return path;
  const repository = await repositoryWith(folder, store, record);
  const copy = workingPath(store);
  try {
    await writeFiles(repository, tree, copy);
    writeListing(store, tree, copy);
    await publishReadOnly(store, copy, path, () => findDamagedFiles(store, tree)?.length === 0);
  } finally {
    await removeTree(copy);
  }
  return path;
}

/**
 * Writes the code of a snapshot into a folder of the user's, to be changed freely.
 *
 * @throws SheafError `checkout.not_empty`, `code.gone`, `code.git`, `file.*`
 */
export async function writeOut({ folder, store, record, to }: SnapshotPlace & { readonly to: string }): Promise<void> {
  const facts = getFileFacts(to, { follow: true });
  if (facts !== undefined && (facts.kind !== 'folder' || listFolder(to).length > 0)) {
    throw inputError(
      'checkout.not_empty',
      `${to} is there and ${facts.kind === 'folder' ? 'not empty' : 'no folder'}`,
      {
        fix: 'name a folder that does not exist yet',
        now: 'nothing was written',
      },
    );
  }
  const end = facts === undefined ? to : realPath(to);
  makeFolder(dirname(end));
  const copy = workingPath(dirname(end));
  try {
    const repository = await repositoryThatHas(folder, record, 'none');
    // Not the checkout, if it can be: a run, or root, may have written there.
    if (repository === undefined && (await isWholeIn(folder, store, record)))
      await copyTree(checkoutPath(store, record.tree), copy);
    else await writeFiles(repository ?? (await repositoryWith(folder, store, record)), record.tree, copy);
    if (!publishFolder(copy, end)) throw failure('checkout.not_empty', `something has just been written into ${end}`);
  } finally {
    await removeTree(copy);
  }
}

/** Whether a snapshot can still be brought back. */
export async function hasCode({ folder, store, record }: SnapshotPlace): Promise<boolean> {
  return (await isWholeIn(folder, store, record)) || (await repositoryThatHas(folder, record)) !== undefined;
}

async function isWholeIn(folder: string, store: string, record: SnapshotRecord): Promise<boolean> {
  return await isComplete(store, record, () => repositoryThatHas(folder, record));
}

/** Whether a repository still has a snapshot. */
export async function hasTree(top: string, tree: string): Promise<boolean> {
  return await checkGit('look for the snapshot', top, ['cat-file', '-e', `${tree}^{tree}`]);
}

/** @throws SheafError `code.gone` */
async function repositoryWith(folder: string, store: string, record: SnapshotRecord): Promise<Repository> {
  const repository = await repositoryThatHas(folder, record);
  if (repository !== undefined) return repository;
  const { kind, tree } = record;
  const damaged = (findDamagedFiles(store, tree) ?? []).map(formatBytePath);
  const lost = damaged.length === 0 ? '' : `its copy in .sheaf/code has lost ${listNames(damaged)}`;
  const replaced = 'the git repository in which it was kept has been replaced or removed';
  throw failure('code.gone', `the code snapshot ${tree.slice(0, 12)} is not there any more`, {
    at: { file: folder },
    why:
      kind === 'files'
        ? lost || 'its only copy was removed from .sheaf/code, or has lost files'
        : [replaced, lost].filter((text) => text !== '').join(', and '),
    fix: kind === 'files' ? 'bring .sheaf/code back from a backup' : 'bring back the repository in which it was taken',
  });
}

/** The project's repository, if a snapshot is in it. @throws SheafError `code.git` */
async function repositoryThatHas(
  folder: string,
  { kind, tree }: SnapshotRecord,
  withoutGit?: WithoutGit,
): Promise<Repository | undefined> {
  const repository = kind === 'git' ? await findRepository(folder, withoutGit) : undefined;
  return repository !== undefined && (await hasTree(repository.top, tree)) ? repository : undefined;
}
