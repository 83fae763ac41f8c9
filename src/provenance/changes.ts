import type { Dirty, GitState } from '../core/experiment/code.ts';
import type { BytePath } from './byte-path.ts';
import { runGitOrThrow, makeGitError, runGit } from './git.ts';
import { openRepository, toGitState } from './repository.ts';

/** How files differ from the commit. */
export interface Changes {
  /** Tracked: staged, or changed or deleted since. */
  readonly changed: readonly FileChange[];
  /** Neither tracked nor ignored. One that ends in `/` is the folder of another repository. */
  readonly untracked: readonly BytePath[];
  /** Folders that could not be looked into, for people. */
  readonly unreadable: readonly string[];
}

export interface FileChange {
  readonly path: BytePath;
  /** The file differs from the index, not only the index from the commit. */
  readonly unstaged: boolean;
  /** There is no such file any more: a folder may have taken its place, or a link that of its folder. */
  readonly gone: boolean;
  readonly isSubmodule: boolean;
  /** The blob in the index; meaningless when that has none. */
  readonly blob: string;
}

/**
 * Commit, branch and differences of the work tree that a folder is in, for runs that use it as it is.
 * Undefined as with `gitState`, and where git cannot be started; `dirty` is absent when nothing differs.
 *
 * @throws SheafError `code.git`
 */
export async function describeWorkTree(folder: string): Promise<(GitState & { readonly dirty?: Dirty }) | undefined> {
  const repository = await openRepository(folder, 'none');
  if (repository === undefined) return undefined;
  const { top, commit } = repository;
  const changes = await readChanges(top);
  const dirty = await describeDirty(top, commit, changes);
  return { ...toGitState(repository), ...(dirty !== undefined && { dirty }) };
}

/** @param index in place of the repository's own. @throws SheafError `code.git` */
export async function readChanges(top: string, index?: string): Promise<Changes> {
  const flags = [
    '--no-renames',
    '--no-ahead-behind',
    '--untracked-files=all',
    '--ignored=no',
    '--ignore-submodules=none',
  ];
  const args = ['status', '--porcelain=v2', '-z', ...flags];
  const result = await runGit(top, args, { ...(index !== undefined && { index }) });
  if (result.exitCode !== 0) throw makeGitError('read what changed', top, args, result);
  const unreadable = [...result.stderr.matchAll(/^warning: could not open directory '(.*)': Permission denied$/gm)];
  return { ...parseChanges(result.stdout), unreadable: unreadable.map(([, path = '']) => path) };
}

/** Fields before the path in a line of `git status --porcelain=v2`, by its first letter. */
const FIELDS: Readonly<Record<string, number>> = { '1': 8, u: 10, '?': 1 };

function parseChanges(text: string): Pick<Changes, 'changed' | 'untracked'> {
  const changed: FileChange[] = [];
  const untracked: BytePath[] = [];
  for (const line of text.split('\0')) {
    const fields = FIELDS[line[0] ?? ''];
    if (fields === undefined) continue;
    const { words, rest } = splitWords(line, fields);
    const [kind, xy = '', submodule = ''] = words;
    if (kind === '?') untracked.push(rest);
    else {
      changed.push({
        path: rest,
        unstaged: xy[1] !== '.',
        gone: kind === '1' && xy[1] === 'D',
        isSubmodule: submodule.startsWith('S'),
        blob: words[7] ?? '',
      });
    }
  }
  return { changed, untracked };
}

/** The first `count` words of a line, and all behind them. */
function splitWords(line: string, count: number): { words: string[]; rest: string } {
  const words: string[] = [];
  let at = 0;
  while (words.length < count) {
    const end = line.indexOf(' ', at);
    words.push(line.slice(at, end));
    at = end + 1;
  }
  return { words, rest: line.slice(at) };
}

/** Counts of what differs from the commit; undefined when nothing does. */
export async function describeDirty(
  top: string,
  commit: string | undefined,
  { changed, untracked }: Pick<Changes, 'changed' | 'untracked'>,
  index?: string,
): Promise<Dirty | undefined> {
  if (changed.length + untracked.length === 0) return undefined;
  const files = new Set(changed.map(({ path }) => path));
  const lines = files.size === 0 ? NO_LINES : await changedLines(top, commit, files, index);
  return { changedFiles: files.size, untrackedFiles: untracked.length, ...lines };
}

type Lines = Pick<Dirty, 'addedLines' | 'removedLines'>;

const NO_LINES: Lines = { addedLines: 0, removedLines: 0 };

async function changedLines(
  top: string,
  commit: string | undefined,
  files: ReadonlySet<BytePath>,
  index?: string,
): Promise<Lines> {
  const options = { ...(index !== undefined && { index }) };
  const base = commit ?? (await emptyTree(top));
  const flags = ['--numstat', '-z', '--no-renames', '--ignore-submodules=all'];
  const text = await runGitOrThrow('count changed lines', top, ['diff-index', ...flags, base, '--'], options);
  return text.split('\0').reduce((sum, line): Lines => {
    const [added = '', removed = '', ...path] = line.split('\t');
    if (!files.has(path.join('\t'))) return sum;
    // Of binary files it says `-`.
    return {
      addedLines: sum.addedLines + (Number(added) || 0),
      removedLines: sum.removedLines + (Number(removed) || 0),
    };
  }, NO_LINES);
}

/** What a repository without a commit is compared with. */
async function emptyTree(top: string): Promise<string> {
  return (await runGitOrThrow('name the empty tree', top, ['hash-object', '-t', 'tree', '--stdin'])).trim();
}
