import { dirname } from 'node:path';
import type { SnapshotRecord } from '../core/code.ts';
import { failure, inputError } from '../core/errors.ts';
import { fileFacts, listFolder, makeFolder, nowMs, publishFolder, realPath, setChanged } from '../system/index.ts';
import { gitSays } from './git.ts';
import { findRepository, type Repository } from './repository.ts';
import { checkoutPath, copyTree, publishReadOnly, removeTree, workingPath } from './store.ts';
import { writeFiles } from './write-files.ts';

/** A snapshot of a project. */
export interface CodePlace {
  /** The project's folder, absolute. */
  readonly folder: string;
  /** Where checkouts lie, absolute. */
  readonly store: string;
  readonly record: SnapshotRecord;
}

/**
 * Makes sure that the checkout of a snapshot is there, whole and read-only; all runs with the same code share it.
 *
 * @returns its folder, absolute
 * @throws SheafError `code.gone`, `code.git`, `file.*`
 */
export async function checkOut({ folder, store, record }: CodePlace): Promise<string> {
  const path = checkoutPath(store, record.tree);
  if (fileFacts(path)?.kind === 'folder') {
    // Its age says when it was last wanted: see `prunableCode`.
    setChanged(path, nowMs());
    return path;
  }
  const repository = await repositoryWith(folder, record);
  makeFolder(store);
  const copy = workingPath(store);
  try {
    await writeFiles(repository, record.tree, copy);
    await publishReadOnly(copy, path);
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
export async function writeOut({ folder, store, record, to }: CodePlace & { readonly to: string }): Promise<void> {
  const facts = fileFacts(to, { follow: true });
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
    const checkout = checkoutPath(store, record.tree);
    if (fileFacts(checkout)?.kind === 'folder') await copyTree(checkout, copy);
    else await writeFiles(await repositoryWith(folder, record), record.tree, copy);
    if (!publishFolder(copy, end)) throw failure('checkout.not_empty', `something has just been written into ${end}`);
  } finally {
    await removeTree(copy);
  }
}

/** Whether a snapshot can still be brought back. */
export async function codeIsThere({ folder, store, record }: CodePlace): Promise<boolean> {
  if (fileFacts(checkoutPath(store, record.tree))?.kind === 'folder') return true;
  if (record.kind === 'files') return false;
  const repository = await findRepository(folder);
  return repository !== undefined && (await hasTree(repository.top, record.tree));
}

/** Whether a repository still has a snapshot. */
export async function hasTree(top: string, tree: string): Promise<boolean> {
  return await gitSays('look for the snapshot', top, ['cat-file', '-e', `${tree}^{tree}`]);
}

/** @throws SheafError `code.gone` */
async function repositoryWith(folder: string, { kind, tree }: SnapshotRecord): Promise<Repository> {
  const repository = kind === 'git' ? await findRepository(folder) : undefined;
  if (repository !== undefined && (await hasTree(repository.top, tree))) return repository;
  throw failure('code.gone', `the code snapshot ${tree.slice(0, 12)} is not there any more`, {
    at: { file: folder },
    why:
      kind === 'files'
        ? 'its only copy was removed from .sheaf/code'
        : 'the git repository in which it was kept has been replaced or removed',
    fix: kind === 'files' ? 'bring .sheaf/code back from a backup' : 'bring back the repository in which it was taken',
  });
}
