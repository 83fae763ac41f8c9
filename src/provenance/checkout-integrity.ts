import type { SnapshotRecord } from '../core/experiment/code.ts';
import { getFileFacts, fileSize, folderEntries, listFolder, readTextIfThere, writeAtomic } from '../system/index.ts';
import { joinBytePath, formatBytePath, type BytePath } from './byte-path.ts';
import { runGitOrThrow } from './git.ts';
import type { Repository } from './repository.ts';
import { checkoutPath, listingPath, manifestPath } from './store.ts';

/**
 * Whether a checkout still has all of its files: what lies on scratch disks is removed file by file when it is old.
 *
 * Beside each there is a listing, `size path` and a NUL for each file. A file is damaged that is gone or has another
 * length; what was added, such as `__pycache__` by root, whom read-only folders do not stop, is no damage.
 */

/** Keeps which files a folder has, as those of the checkout of a tree. */
export function writeListing(store: string, tree: string, folder: string): void {
  const lines = filesOf(folder).map((path) => `${fileSize(joinBytePath(folder, path)) ?? 0} ${path}\0`);
  writeAtomic(listingPath(store, tree), lines.join(''), { durable: true });
}

/** Files of a checkout that are damaged; undefined when there is no checkout, or no listing of it. */
export function findDamagedFiles(store: string, tree: string): BytePath[] | undefined {
  const folder = checkoutPath(store, tree);
  const listing = getFileFacts(folder)?.kind === 'folder' ? readTextIfThere(listingPath(store, tree)) : undefined;
  if (listing === undefined) return undefined;
  return listing.split('\0').flatMap((line) => {
    const [size = ''] = line.split(' ', 1);
    const path = line.slice(size.length + 1);
    return path === '' || fileSize(joinBytePath(folder, path)) === Number(size) ? [] : [path];
  });
}

/** A checkout that runs wrote into, as versions did whose runs shared it. */
export interface AlteredCheckout {
  readonly tree: string;
  /** Files that the snapshot has not, or has otherwise, for people; bytecode of Python does not count. */
  readonly files: readonly string[];
  /** It is the only copy of its code. */
  readonly isOnlyCopy: boolean;
}

/** Checkouts with files that were added, or changed since the checkout was made. */
export function findAlteredCheckouts(store: string): AlteredCheckout[] {
  return listFolder(store).flatMap((tree): AlteredCheckout[] => {
    const listing = readTextIfThere(listingPath(store, tree));
    const made = getFileFacts(listingPath(store, tree))?.mtimeMs;
    if (listing === undefined || made === undefined) return [];
    const sizes = new Map(
      listing.split('\0').map((line) => [line.slice(line.indexOf(' ') + 1), Number.parseInt(line, 10)]),
    );
    const folder = checkoutPath(store, tree);
    const files = filesOf(folder).filter((path) => {
      if (/(?:^|\/)__pycache__\//.test(path)) return false;
      const facts = getFileFacts(joinBytePath(folder, path));
      return facts !== undefined && (sizes.get(path) !== facts.size || facts.mtimeMs > made + TICK_MS);
    });
    const isOnlyCopy = getFileFacts(manifestPath(store, tree)) !== undefined;
    return files.length === 0 ? [] : [{ tree, files: files.map(formatBytePath), isOnlyCopy }];
  });
}

/** Clocks of file servers are that coarse. */
const TICK_MS = 2_000;

/**
 * Whether the checkout of a snapshot is there with all of its files. If the listing was lost, it is made again when
 * there are as many files as there should be.
 *
 * @param repository where its tree is, asked for only when needed
 * @throws SheafError `code.git`
 */
export async function isComplete(
  store: string,
  record: SnapshotRecord,
  repository: () => Promise<Repository | undefined>,
): Promise<boolean> {
  const { tree } = record;
  const folder = checkoutPath(store, tree);
  if (getFileFacts(folder)?.kind !== 'folder') return false;
  const damaged = findDamagedFiles(store, tree);
  if (damaged !== undefined) return damaged.length === 0;
  const count = await countOf(store, record, repository);
  if (count === undefined || filesOf(folder).length !== count) return false;
  writeListing(store, tree, folder);
  return true;
}

/** How many files a snapshot has, as git or its manifest says; undefined when neither is there. */
async function countOf(
  store: string,
  { kind, tree }: SnapshotRecord,
  repository: () => Promise<Repository | undefined>,
): Promise<number | undefined> {
  if (kind === 'files') {
    const manifest = readTextIfThere(manifestPath(store, tree));
    return manifest === undefined ? undefined : manifest.split('\n').length - 1;
  }
  const found = await repository();
  if (found === undefined) return undefined;
  const text = await runGitOrThrow('list the files of the snapshot', found.top, [
    'ls-tree',
    '-r',
    '-z',
    '--full-tree',
    tree,
  ]);
  return text.split('\0').filter((line) => /^\d+ blob /.test(line)).length;
}

/** All files and links in a folder. */
function filesOf(folder: string): BytePath[] {
  const visit = (inner: BytePath): BytePath[] =>
    folderEntries(joinBytePath(folder, inner)).flatMap(({ name, kind }) => {
      const path = inner === '' ? name.toString('latin1') : `${inner}/${name.toString('latin1')}`;
      return kind === 'folder' ? visit(path) : [path];
    });
  return visit('');
}
