import { join } from 'node:path';
import type { ExcludedFile, SnapshotRecord } from '../core/experiment/code.ts';
import { inputError, SheafError } from '../core/errors.ts';
import { getFileFacts, isReadable, readTextIfThere, sleep, writeAtomic } from '../system/index.ts';
import { getBaseName, joinBytePath, isWithin, formatBytePath, type BytePath } from './byte-path.ts';
import { describeDirty } from './changes.ts';
import type { IndexEntry } from './entries.ts';
import { runGitOrThrow, makeGitError, checkGit, runGit } from './git.ts';
import { getExcludedFields, warnOfExcluded, checkUntrackedSize, listNames } from './excluded-files.ts';
import { listLfsEntries, openLfsStore, parsePointer, readPointers } from './lfs.ts';
import { scanRepository, withNested, type RepositoryScan } from './scan-repository.ts';
import { withPrivateIndexes } from './private-index.ts';
import { writeTree } from './snapshot-tree.ts';
import { toGitState, type Repository } from './repository.ts';

/** A snapshot that was taken, and what people should know of it. */
export interface Snapshot {
  readonly record: SnapshotRecord;
  readonly warnings: readonly string[];
}

export interface GitSnapshotRequest {
  readonly repository: Repository;
  readonly store: string;
  /** Folders that are no code, relative to the top of the repository. */
  readonly reserved: readonly BytePath[];
  /** Of these the one with the experiments: tracked files in it are reported. */
  readonly experiments: BytePath | undefined;
  /** Bytes. */
  readonly untrackedLimit: number;
}

/**
 * Keeps the work tree as it is, as a commit under `refs/sheaf/code/`. All is done with an index of our own: the
 * user's index, files, branches and stash stay as they are, and no hook runs.
 *
 * @throws SheafError `code.untracked`, `code.unreadable`, `code.git`
 */
export async function takeGitSnapshot(request: GitSnapshotRequest): Promise<Snapshot> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await tryOnce(request);
    } catch (error) {
      // Files may have been changed or removed while git read them.
      const mayPass = error instanceof SheafError && (error.code === 'code.git' || error.code === 'file.enoent');
      if (tries === MOST_TRIES || !mayPass) throw error;
      await sleep(PAUSE_MS * tries);
    }
  }
}

const MOST_TRIES = 3;
const PAUSE_MS = 50;

function tryOnce(request: GitSnapshotRequest): Promise<Snapshot> {
  const { repository, store, reserved, untrackedLimit } = request;
  return withPrivateIndexes(store, async (newIndex) => {
    const main = await scanRepository(repository, '', { reserved, newIndex });
    const parts = withNested(main);
    checkUntrackedSize(
      parts.flatMap(({ loose }) => loose),
      untrackedLimit,
      true,
    );
    parts.forEach(refuseUnreadable);
    return keep(request, main);
  });
}

/** @throws SheafError `code.unreadable` */
function refuseUnreadable({ repository: { top }, changed, untracked }: RepositoryScan): void {
  const paths = [...changed.flatMap(({ path, unstaged }) => (unstaged ? [path] : [])), ...untracked];
  const closed = paths
    .map((path) => joinBytePath(top, path))
    .filter((path) => getFileFacts(path)?.kind === 'file' && !isReadable(path));
  if (closed.length === 0) return;
  throw inputError(
    'code.unreadable',
    `you may not read ${listNames(closed.map(String))}, and the code snapshot would hold it`,
    {
      fix: 'make it readable (chmod u+r), or name it in .gitignore',
      now: 'nothing was kept',
    },
  );
}

async function keep({ repository, store, experiments }: GitSnapshotRequest, main: RepositoryScan): Promise<Snapshot> {
  const { top, commit, prefix } = repository;
  const scannedFile = join(store, 'scanned');
  const differs = { changed: main.changed, untracked: strangersToo(main) };
  const dirty = await describeDirty(top, commit, differs, main.index);
  const { tree, entries, leftOut: byContent } = await writeTree(main, readTextIfThere(scannedFile)?.trim());
  const [lfsAbsent] = await Promise.all([absentLfs(repository, main.index, entries), nameTree(top, tree, commit)]);
  if (readTextIfThere(scannedFile) !== `${tree}\n`) writeAtomic(scannedFile, `${tree}\n`);

  const leftOut = [...withNested(main).flatMap((part) => part.leftOut), ...byContent, ...lfsAbsent];
  const tracked = main.entries.filter(({ path }) => experiments !== undefined && isWithin(path, experiments));
  return {
    record: {
      mode: 'snapshot',
      kind: 'git',
      tree,
      prefix,
      ...toGitState(repository),
      ...(dirty !== undefined && { dirty }),
      ...getExcludedFields(leftOut),
    },
    warnings: [...warnOfExcluded(leftOut), ...trackedWarning(tracked), ...closedWarning(main)],
  };
}

/** Untracked files, and the folders of repositories that this one does not know. */
function strangersToo({ untracked, nested, entries }: RepositoryScan): BytePath[] {
  const known = new Set(entries.map(({ path }) => path));
  return [...untracked, ...nested.flatMap(({ base }) => (known.has(base) ? [] : [base]))];
}

/** Gives the tree a name in the repository, so that it is never collected; the commit on which it is based neither. */
async function nameTree(top: string, tree: string, parent: string | undefined): Promise<void> {
  const ref = codeRef(tree);
  if (await isNamed(top, ref)) return;
  const parents = parent === undefined ? [] : ['-p', parent];
  const args = ['commit-tree', tree, ...parents, '-m', 'Code of a run, kept by sheaf'];
  const commit = (await runGitOrThrow('keep the snapshot', top, args, { env: NOBODY })).trim();
  const update = ['update-ref', ref, commit];
  const result = await runGit(top, update);
  // Another command may have given it the same name at the same time.
  if (result.exitCode !== 0 && !(await isNamed(top, ref))) throw makeGitError('keep the snapshot', top, update, result);
}

/** Under which a snapshot is kept. */
export function codeRef(tree: string): string {
  return `refs/sheaf/code/${tree}`;
}

async function isNamed(top: string, ref: string): Promise<boolean> {
  return await checkGit('look for the snapshot', top, ['rev-parse', '--verify', '-q', ref]);
}

/** Always the same, so that the same code gives the same commit. */
const NOBODY: Readonly<Record<string, string>> = Object.fromEntries(
  ['AUTHOR', 'COMMITTER'].flatMap((who) => [
    [`GIT_${who}_NAME`, 'sheaf'],
    [`GIT_${who}_EMAIL`, 'sheaf@localhost'],
    [`GIT_${who}_DATE`, '2000-01-01T00:00:00Z'],
  ]),
);

async function absentLfs(
  repository: Repository,
  index: string,
  entries: readonly IndexEntry[],
): Promise<ExcludedFile[]> {
  if (!entries.some(({ path }) => getBaseName(path) === '.gitattributes')) return [];
  const { top } = repository;
  const files = await listLfsEntries(top, { index });
  if (files.length === 0) return [];
  const [blobs, store] = await Promise.all([readPointers(top, files), openLfsStore(repository)]);
  return files.flatMap(({ path, oid }) => {
    const pointer = parsePointer(blobs.get(oid) ?? '');
    if (pointer === undefined || store(path, pointer) !== undefined) return [];
    return [{ path: formatBytePath(path), why: 'lfs_absent' as const }];
  });
}

function trackedWarning(tracked: readonly IndexEntry[]): string[] {
  if (tracked.length === 0) return [];
  const paths = listNames(tracked.map(({ path }) => formatBytePath(path)));
  return [`not in the code snapshot, as the folder is for what runs leave behind: ${paths}`];
}

function closedWarning(main: RepositoryScan): string[] {
  const closed = withNested(main).flatMap(({ unreadable }) => unreadable);
  return closed.length === 0 ? [] : [`not in the code snapshot, as you may not look into it: ${listNames(closed)}`];
}
