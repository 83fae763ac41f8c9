import type { ExcludedFile } from '../core/experiment/code.ts';
import { getFileFacts } from '../system/index.ts';
import { joinBytePath, formatBytePath, type BytePath } from './byte-path.ts';
import type { FileChange } from './changes.ts';
import { GITLINK, type IndexEntry } from './entries.ts';
import { isReserved, explainSecretName } from './secret-files.ts';
import type { SizedFile } from './excluded-files.ts';
import { readWorkTree, type WorkTreeState } from './private-index.ts';
import { findRepository, type Repository } from './repository.ts';

/** What holds for all repositories of a snapshot. */
export interface SnapshotScope {
  /** Folders that are no code, relative to the top of the snapshot. */
  readonly reserved: readonly BytePath[];
  /** An unused path for an index of our own. */
  readonly newIndex: () => string;
}

/** One repository of a snapshot: the project's own, a submodule, or one in a folder of it. */
export interface RepositoryScan {
  readonly repository: Repository;
  /** Its folder in the snapshot: `''`, or `third_party/lib`. */
  readonly base: BytePath;
  /** Our index of it. */
  readonly index: string;
  /** All files that git tracks there. */
  readonly entries: readonly IndexEntry[];
  /** Of those, and of the untracked files, what goes into the snapshot. */
  readonly changed: readonly FileChange[];
  readonly untracked: readonly BytePath[];
  readonly nested: readonly RepositoryScan[];
  /** Whether one of its paths goes into the snapshot. */
  readonly takes: (path: BytePath) => boolean;
  readonly leftOut: readonly ExcludedFile[];
  /** Files that no commit keeps, by their paths in the snapshot. */
  readonly loose: readonly SizedFile[];
  /** Folders that could not be looked into, for people. */
  readonly unreadable: readonly string[];
}

/** A part and all that are in it. */
export function withNested(part: RepositoryScan): RepositoryScan[] {
  return [part, ...part.nested.flatMap(withNested)];
}

/**
 * Looks at a repository and at those in it; writes nothing but indexes of ours.
 *
 * @param foreign no repository around it keeps its commit: all of its files are loose
 * @throws SheafError `code.git`
 */
export async function scanRepository(
  repository: Repository,
  base: BytePath,
  scope: SnapshotScope,
  foreign = false,
): Promise<RepositoryScan> {
  const { top } = repository;
  const inSnapshot = (path: BytePath): BytePath => (base === '' ? path : `${base}/${path}`);
  const index = scope.newIndex();
  const seen = await readWorkTree(repository.index, top, index);
  const out = findExcluded(seen, top, inSnapshot, scope.reserved);
  const takes = (path: BytePath): boolean => !out.has(path) && !isReserved(inSnapshot(path), scope.reserved);

  const untracked = seen.untracked.filter((path) => takes(path) && !path.endsWith('/'));
  const { nested, absent } = await scanNested(seen, top, takes, (found, path, isForeign) =>
    scanRepository(found, inSnapshot(path), scope, foreign || isForeign),
  );
  const own = foreign ? seen.entries.filter(({ mode, path }) => mode !== GITLINK && takes(path)) : [];
  const loose = [...untracked, ...own.map(({ path }) => path)];
  for (const path of absent) out.set(path, 'submodule_absent');
  return {
    repository,
    base,
    index,
    entries: seen.entries,
    changed: seen.changed.filter(({ path }) => takes(path)),
    untracked,
    nested,
    takes,
    leftOut: [...out].map(([path, why]) => ({ path: formatBytePath(inSnapshot(path)), why })),
    loose: loose.map((path) => ({ path: inSnapshot(path), bytes: getFileFacts(joinBytePath(top, path))?.size ?? 0 })),
    unreadable: seen.unreadable.map((path) => (base === '' ? path : `${formatBytePath(base)}/${path}`)),
  };
}

/** Paths that are left out for what they are called, or are. */
function findExcluded(
  { entries, changed, untracked }: WorkTreeState,
  top: string,
  inSnapshot: (path: BytePath) => BytePath,
  reserved: readonly BytePath[],
): Map<BytePath, ExcludedFile['why']> {
  const out = new Map<BytePath, ExcludedFile['why']>();
  for (const path of [...entries.map((entry) => entry.path), ...untracked]) {
    const why = explainSecretName(inSnapshot(path));
    if (why !== undefined && !isReserved(inSnapshot(path), reserved)) out.set(path, why);
  }
  for (const { path, unstaged } of changed) {
    if (unstaged && getFileFacts(joinBytePath(top, path))?.kind === 'other') out.set(path, 'special_file');
  }
  return out;
}

/** Looks at the repositories inside of one; `absent` are submodules that have not been checked out. */
async function scanNested(
  { entries, untracked }: WorkTreeState,
  top: string,
  takes: (path: BytePath) => boolean,
  lookAt: (repository: Repository, path: BytePath, foreign: boolean) => Promise<RepositoryScan>,
): Promise<{ nested: RepositoryScan[]; absent: BytePath[] }> {
  const submodules = entries.filter(({ mode, path }) => mode === GITLINK && takes(path)).map(({ path }) => path);
  const foreign = untracked.filter((path) => path.endsWith('/') && takes(path)).map((path) => path.slice(0, -1));
  const nested: RepositoryScan[] = [];
  const absent: BytePath[] = [];
  for (const path of [...submodules, ...foreign]) {
    const repository = await findRepositoryAt(joinBytePath(top, path));
    if (repository === undefined) absent.push(path);
    else nested.push(await lookAt(repository, path, foreign.includes(path)));
  }
  return { nested, absent };
}

/** The repository whose top a folder is; undefined when it is not one. */
async function findRepositoryAt(folder: Buffer): Promise<Repository | undefined> {
  if (getFileFacts(Buffer.concat([folder, Buffer.from('/.git')])) === undefined) return undefined;
  const repository = await findRepository(folder.toString('utf8'));
  return repository?.prefix === '' ? repository : undefined;
}
