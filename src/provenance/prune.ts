import { join } from 'node:path';
import { getFileFacts, folderBytes, listFolder, nowMs, publishFolder, removePath } from '../system/index.ts';
import { findMissingObjects } from './entries.ts';
import { findRepository } from './repository.ts';
import {
  checkoutPath,
  findLeftovers,
  listingPath,
  manifestPath,
  moveAway,
  openOldCheckouts,
  removeTree,
} from './store.ts';

export interface PruneRequest {
  /** Folder of the checkouts, absolute: `.sheaf/code` of a project. */
  readonly store: string;
  /** Trees of runs that may still start, or are running. */
  readonly needed: ReadonlySet<string>;
  /** The same, asked again just before each removal. */
  readonly neededNow?: () => Promise<ReadonlySet<string>>;
}

/** A checkout that can go: git can make it again. */
export interface Prunable {
  readonly tree: string;
  readonly path: string;
  readonly bytes: number;
}

/**
 * Checkouts that no run needs. Never one whose code is nowhere else: a copy by manifest, or one whose repository has
 * been replaced; nor one that was wanted within the last hour, by a submit that is under way.
 *
 * @throws SheafError `code.git`, `file.*`
 */
export async function findPrunableCode({ store, needed }: PruneRequest): Promise<Prunable[]> {
  const recent = nowMs() - RECENT_MS;
  const trees = listFolder(store).filter((name) => {
    if (!/^[0-9a-f]{40,64}$/.test(name) || needed.has(name)) return false;
    const facts = getFileFacts(checkoutPath(store, name));
    return facts?.kind === 'folder' && facts.mtimeMs < recent && getFileFacts(manifestPath(store, name)) === undefined;
  });
  const repository = trees.length === 0 ? undefined : await findRepository(join(store, '../..'), 'none');
  if (repository === undefined) return [];
  const gone = new Set(await findMissingObjects(repository.top, trees));
  return trees
    .filter((tree) => !gone.has(tree))
    .map((tree) => ({ tree, path: checkoutPath(store, tree), bytes: folderBytes(checkoutPath(store, tree)) }));
}

const RECENT_MS = 3_600_000;

/**
 * Removes what {@link findPrunableCode} lists, and what commands that died have left in the store. The objects of git stay.
 * Checkouts that stay can be removed with `rm -rf` afterwards, those of older versions too.
 *
 * @returns the checkouts that were removed
 */
export async function pruneCode(request: PruneRequest): Promise<Prunable[]> {
  const all = await findPrunableCode(request);
  const removed: Prunable[] = [];
  for (const one of all) if (await removeUnlessWanted(request, one)) removed.push(one);
  for (const path of findLeftovers(request.store)) await removeTree(path);
  openOldCheckouts(request.store);
  return removed;
}

/** A submit may have wanted it since it was listed: checked again when no other submit can find it. */
async function removeUnlessWanted({ store, neededNow }: PruneRequest, { tree, path }: Prunable): Promise<boolean> {
  const away = moveAway(store, path);
  if (away === undefined) return false;
  const isWanted =
    (getFileFacts(away)?.mtimeMs ?? 0) >= nowMs() - RECENT_MS || (await neededNow?.())?.has(tree) === true;
  if (isWanted && publishFolder(away, path)) return false;
  await removeTree(away);
  // If the same checkout has been made again since, its listing belongs to it.
  if (getFileFacts(path) === undefined) removePath(listingPath(store, tree));
  return !isWanted;
}
