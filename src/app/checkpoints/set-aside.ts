import { dirname, join, relative, sep } from 'node:path';
import {
  getFileFacts,
  listFolder,
  makeFolder,
  removeEmptyFolder,
  removePath,
  renamePath,
  syncFolder,
} from '../../system/index.ts';

/**
 * Checkpoints on their way out are set aside in the folder of their experiment, as `.pruned/<batch>/<i>.<depth>/<path>`:
 * the path from that folder, and how many names it has. Hidden, so that neither the pattern of a job nor harvest finds
 * them there.
 */
const FOLDER = '.pruned';

/** What a command holds while it prunes an experiment. @param claims folder of claims */
export function getPruneLock(claims: string, key: string): string {
  return join(claims, 'prune', key);
}

/** The batches that are set aside, also those of a command that was interrupted. @param folder that of the experiment */
export function listBatches(folder: string): string[] {
  return getFileFacts(join(folder, FOLDER))?.kind === 'folder' ? listFolder(join(folder, FOLDER)) : [];
}

/**
 * Moves checkpoints out of the way, each at once, durably.
 *
 * @param folder that of the experiment
 * @param paths relative to it; nothing on the way to them is a link, see `findObstacle`
 * @throws SheafError `file.*`; some may have been moved then
 */
export function setAside(folder: string, batch: string, paths: readonly string[]): void {
  const moves = paths.map((path, i): Move => {
    const root = join(folder, FOLDER, batch, `${i}.${path.split(sep).length}`);
    return { from: join(folder, path), to: join(root, path) };
  });
  for (const { to } of moves) makeFolder(dirname(to));
  for (const { from, to } of moves) renamePath(from, to);
  syncFolders(folder, moves);
}

/** Where the checkpoints of a batch are, and where they were. */
interface Move {
  readonly from: string;
  readonly to: string;
}

/**
 * Moves checkpoints back to where they were; one whose place was taken by another one stays.
 *
 * @param isWanted which of them, by their paths relative to the folder of the experiment; by default all
 * @returns how many it moved
 */
export function putBack(folder: string, batch: string, isWanted: (path: string) => boolean = () => true): number {
  const aside = listAside(folder, batch).filter(({ path }) => isWanted(path));
  const moves = aside.flatMap(({ path, at }): Move[] => {
    const to = join(folder, path);
    return getFileFacts(to) === undefined ? [{ from: at, to }] : [];
  });
  for (const { to } of moves) if (getFileFacts(dirname(to)) === undefined) makeFolder(dirname(to));
  for (const { from, to } of moves) renamePath(from, to);
  syncFolders(folder, moves);
  return moves.length;
}

/** What is set aside in a batch, by its path relative to the folder of the experiment. */
export function listAside(folder: string, batch: string): { readonly path: string; readonly at: string }[] {
  const place = join(folder, FOLDER, batch);
  return listFolder(place).flatMap((name) => {
    const root = join(place, name);
    let at = root;
    for (let depth = Number(name.split('.')[1]); depth > 0; depth -= 1) {
      const [inner] = listFolder(at);
      // It was interrupted before it got there.
      if (inner === undefined) return [];
      at = join(at, inner);
    }
    return [{ path: relative(root, at), at }];
  });
}

/** Deletes what is set aside in a batch permanently. */
export function deleteBatch(folder: string, batch: string): void {
  removePath(join(folder, FOLDER, batch));
  removeEmptyFolder(join(folder, FOLDER));
}

/** Removes the folder of all batches, if one that was interrupted left it without any. */
export function removeWithoutBatches(folder: string): void {
  if (getFileFacts(join(folder, FOLDER)) !== undefined) removeEmptyFolder(join(folder, FOLDER));
}

/** A folder on the way to a new one is new itself, so that all up to that of the experiment count. */
function syncFolders(folder: string, moves: readonly Move[]): void {
  const changed = new Set<string>();
  for (const path of moves.flatMap(({ from, to }) => [dirname(from), dirname(to)])) {
    for (let each = path; each.length >= folder.length && !changed.has(each); each = dirname(each)) changed.add(each);
  }
  for (const each of changed) syncFolder(each);
}
