import { join } from 'node:path';
import type { SnapshotRecord } from '../core/experiment/code.ts';
import { makeFolder } from '../system/index.ts';
import { checkOut, hasTree } from './check-out.ts';
import { runGitOrThrow } from './git.ts';
import { findRepository } from './repository.ts';
import { openStore, removeTree, workingPath } from './store.ts';

/** Plumbing: no setting or program of the user's has a say, nor a pager. */
const COMPARE: readonly string[] = ['diff-tree', '-r', '-p', '-M'];

/**
 * What changed from one snapshot to another, as a unified diff; empty when they are the same.
 *
 * @throws SheafError `code.gone`, `code.git` (git is needed, also for copies by manifest)
 */
export async function diffCode({
  folder,
  store,
  a,
  b,
}: {
  readonly folder: string;
  readonly store: string;
  readonly a: SnapshotRecord;
  readonly b: SnapshotRecord;
}): Promise<string> {
  if (a.tree === b.tree) return '';
  const repository = a.kind === 'git' && b.kind === 'git' ? await findRepository(folder) : undefined;
  if (repository !== undefined) {
    const { top } = repository;
    const [hasA, hasB] = await Promise.all([hasTree(top, a.tree), hasTree(top, b.tree)]);
    if (hasA && hasB)
      return await runGitOrThrow('compare the code', top, [...COMPARE, a.tree, b.tree], { encoding: 'utf8' });
  }
  const folders = [await checkOut({ folder, store, record: a }), await checkOut({ folder, store, record: b })] as const;
  return await diffFolders(store, folders);
}

/**
 * What changed from a commit to a snapshot, as a unified diff; undefined if the repository no longer has both.
 *
 * @throws SheafError `code.git`
 */
export async function diffFromCommit(folder: string, tree: string, commit: string): Promise<string | undefined> {
  const repository = await findRepository(folder);
  if (repository === undefined) return undefined;
  const { top } = repository;
  const has = await Promise.all([hasTree(top, commit), hasTree(top, tree)]);
  if (!has.every(Boolean)) return undefined;
  return await runGitOrThrow('compare the code', top, [...COMPARE, commit, tree], { encoding: 'utf8' });
}

/** By way of a repository that is made for it and removed again. */
async function diffFolders(store: string, [a, b]: readonly [string, string]): Promise<string> {
  const scratch = workingPath(store);
  openStore(store);
  makeFolder(scratch);
  try {
    const gitDir = join(scratch, 'git');
    const env = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
    await runGitOrThrow('compare the code', scratch, ['init', '-q', '--bare', '--template=', gitDir], { env });
    const treeOf = async (workTree: string, name: string): Promise<string> => {
      const options = { env, gitDir, workTree, index: join(scratch, name) };
      await runGitOrThrow('compare the code', workTree, ['add', '-A', '-f', '--', '.'], options);
      return (await runGitOrThrow('compare the code', workTree, ['write-tree'], options)).trim();
    };
    const trees = [await treeOf(a, 'a'), await treeOf(b, 'b')];
    return await runGitOrThrow('compare the code', scratch, [...COMPARE, ...trees], { env, gitDir, encoding: 'utf8' });
  } finally {
    await removeTree(scratch);
  }
}
