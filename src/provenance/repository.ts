import { withoutUndefined } from '../core/value.ts';
import { dirname, join, resolve } from 'node:path';
import type { GitState } from '../core/experiment/code.ts';
import { getFileFacts, randomId } from '../system/index.ts';
import { formatBytePath } from './byte-path.ts';
import { runGitOrThrow, makeGitError, checkGit, runGit } from './git.ts';

/** A repository with a work tree. */
export interface Repository extends GitState {
  /** Its topmost folder, absolute. */
  readonly top: string;
  /** The folder that was asked for, relative to `top`: `''`, or `experiments/vision`. */
  readonly prefix: string;
  /** Its own files, absolute: `.git` of the main work tree. */
  readonly gitDir: string;
  /** Its index, absolute; the file may be missing. */
  readonly index: string;
}

/**
 * Commit and branch of the repository that a folder is in; undefined when git does not help: no repository, or one
 * that ignores the folder.
 *
 * @throws SheafError `code.git` when there is a repository and git refuses to read it, or cannot be started
 */
export async function readGitState(folder: string): Promise<GitState | undefined> {
  const repository = await openRepository(folder);
  return repository && toGitState(repository);
}

export function toGitState({ commit, branch }: GitState): GitState {
  return withoutUndefined({ commit, branch });
}

/** What a missing git program means where a folder seems to be in a repository. */
export type WithoutGit = 'refuse' | 'none';

/** The repository of a folder, as {@link readGitState} finds it. @throws SheafError `code.git` */
export async function openRepository(
  folder: string,
  withoutGit: WithoutGit = 'refuse',
): Promise<Repository | undefined> {
  const repository = await findRepository(folder, withoutGit);
  if (repository === undefined || (repository.prefix !== '' && (await isIgnored(folder)))) return undefined;
  return repository;
}

/** The repository of a folder, ignored there or not. @throws SheafError `code.git` */
export async function findRepository(
  folder: string,
  withoutGit: WithoutGit = 'refuse',
): Promise<Repository | undefined> {
  // git prints an unknown flag as it is: a mark between paths that may hold newlines.
  const mark = `--sheaf-${randomId(12)}`;
  const places = ['--show-toplevel', '--show-prefix', '--git-common-dir'].flatMap((flag) => [flag, mark]);
  const args = ['rev-parse', ...places, '--git-path', 'index', mark, 'HEAD', '--symbolic-full-name', 'HEAD'];
  const result = await runGit(folder, args);
  const parts = result.stdout.split(`${mark}\n`);
  if (parts.length !== 5) {
    const isNone = result.notStarted === undefined ? NO_REPOSITORY.test(result.stderr) : !seemsInRepository(folder);
    if (isNone || (result.notStarted !== undefined && withoutGit === 'none')) return undefined;
    throw makeGitError('read the repository', folder, ['rev-parse', '--show-toplevel'], result);
  }
  const [top, prefix, gitDir, index] = parts.map((part) => formatBytePath(part.replace(/\n$/, ''))) as Four;
  const [commit = '', ref = ''] = parts[4]?.split('\n') ?? [];
  const born = /^[0-9a-f]{40,}$/.test(commit);
  const branch = born ? branchOf(ref) : await unbornBranch(folder);
  return {
    top,
    prefix: prefix.replace(/\/$/, ''),
    gitDir: resolve(folder, gitDir),
    index: resolve(folder, index),
    ...(born && { commit }),
    ...(branch !== undefined && { branch }),
  };
}

type Four = [string, string, string, string];

const NO_REPOSITORY = /not a git repository|must be run in a work tree/;

/** As far as sheaf knows without git: a linked work tree or a submodule has a file there. */
function seemsInRepository(folder: string): boolean {
  const inside = join(folder, '.git');
  const isHere =
    getFileFacts(inside, { follow: true })?.kind === 'file' || getFileFacts(join(inside, 'HEAD')) !== undefined;
  return isHere || (dirname(folder) !== folder && seemsInRepository(dirname(folder)));
}

function branchOf(ref: string): string | undefined {
  return ref.startsWith('refs/heads/') ? formatBytePath(ref.slice('refs/heads/'.length)) : undefined;
}

/** Before the first commit `HEAD` names nothing that `rev-parse` knows. */
async function unbornBranch(folder: string): Promise<string | undefined> {
  const { stdout } = await runGit(folder, ['symbolic-ref', '-q', 'HEAD']);
  return branchOf(stdout.trim());
}

/** A project in a home folder that is a repository of dot files, say. */
async function isIgnored(folder: string): Promise<boolean> {
  if (!(await checkGit('tell whether it ignores the folder', folder, ['check-ignore', '-q', '.']))) return false;
  return (await runGitOrThrow('list its files', folder, ['ls-files', '-z', '--', '.'])) === '';
}
