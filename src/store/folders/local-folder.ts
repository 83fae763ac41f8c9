import type { Environment } from '../../core/value.ts';
import { basename, join } from 'node:path';
import { failure } from '../../core/errors.ts';
import { hash64 } from '../../core/text/hash.ts';
import { getFileFacts, makeFolder, networkFileSystem, realPath, userId } from '../../system/index.ts';

/**
 * The folder, local to this host and private to this user, that holds the writer and the view of a
 * project. `$SHEAF_LOCAL_DIR` if set, otherwise the first usable one; undefined if there is none.
 *
 * @throws SheafError `local.refused` when `$SHEAF_LOCAL_DIR` is given and will not do
 */
export function localFolder(root: string, env: Environment): string | undefined {
  return privateFolder(projectName(root), env);
}

/** A folder on this host that only this user can enter, below where {@link localFolder} is. Made if missing. */
export function privateFolder(name: string, env: Environment): string | undefined {
  const given = env['SHEAF_LOCAL_DIR'];
  if (given !== undefined && given !== '') {
    const refusal = refusalOf([join(given, name)]);
    if (refusal === undefined) return join(given, name);
    throw failure('local.refused', `SHEAF_LOCAL_DIR=${given} cannot be used: ${refusal}`, {
      fix: 'point it to a folder of your own on a disk of this machine, or unset it',
    });
  }
  const parents = ['/var/tmp', '/tmp', '/dev/shm'].map((parent) => join(parent, `sheaf-${userId()}`));
  const usable = parents.find((parent) => refusalOf([parent, join(parent, name)]) === undefined);
  return usable === undefined ? undefined : join(usable, name);
}

/** Readable, and different for each place a project can be in. */
function projectName(root: string): string {
  const path = realPath(root);
  const hash = hash64(path).toString(16).padStart(16, '0');
  const name = basename(path)
    .replace(/[^A-Za-z0-9._-]/g, '')
    .slice(0, 32);
  return `${name}-${hash}`;
}

/** Makes the folders, parents first; says why they cannot be used. */
function refusalOf(folders: readonly string[]): string | undefined {
  try {
    return folders.map(unfit).find((refusal) => refusal !== undefined);
  } catch (error) {
    if (error instanceof Error) return error.message;
    throw error;
  }
}

function unfit(path: string): string | undefined {
  makeFolder(path, 0o700);
  const facts = getFileFacts(path);
  if (facts === undefined) return `${path} vanished`;
  if (facts.kind !== 'folder') return `${path} is not a folder`;
  if (facts.uid !== userId()) return `${path} belongs to someone else`;
  if ((facts.mode & 0o077) !== 0) return `${path} can be entered by others (its mode is not 0700)`;
  const network = networkFileSystem(path);
  return network === undefined ? undefined : `${path} is on a network file system (${network})`;
}
