/** Differences of a work tree from its commit. */
export interface Dirty {
  readonly changedFiles: number;
  readonly untrackedFiles: number;
  readonly addedLines: number;
  readonly removedLines: number;
}

/** Where a work tree stands. */
export interface GitState {
  /** Absent before the first commit. */
  readonly commit?: string;
  /** Absent when HEAD is detached. */
  readonly branch?: string;
}

/** Which code a run has. It freezes at the first submit. */
export type CodeRecord = SnapshotRecord | LiveRecord;

export interface SnapshotRecord extends GitState {
  readonly mode: 'snapshot';
  /** `git`: an object of the repository, under `refs/sheaf/`. `files`: a copy by manifest, without git. */
  readonly kind: 'git' | 'files';
  /** Hash of all files: the same tree is kept, and checked out, once. */
  readonly tree: string;
  /** The project's folder within the snapshot: `''`, or `experiments/vision`. */
  readonly prefix: string;
  /** Absent when nothing differs from the commit. */
  readonly dirty?: Dirty;
  /** What was excluded from it and why, at most 20; `leftOutCount` counts all. */
  readonly leftOut?: readonly ExcludedFile[];
  readonly leftOutCount?: number;
}

/** It ran in the project folder: what the files were is not known. */
export interface LiveRecord extends GitState {
  readonly mode: 'live';
  readonly dirty?: Dirty;
}

/** Where the code was that the program of a run was seen to run, while the job was to run a snapshot. */
export interface CodeSeen {
  /** `live`: in the project folder, which the program went back to. */
  readonly where: 'snapshot' | 'live';
  /** For code that was `live`: the program, and the script or folder. */
  readonly program?: string;
  readonly path?: string;
}

/** A path that is not in a snapshot. */
export interface ExcludedFile {
  readonly path: string;
  readonly why: 'secret' | 'private_key' | 'submodule_absent' | 'lfs_absent' | 'special_file';
}

/** In words, for people and scripts: `commit 5f3c2a1 of main, with 3 changed files`. */
export function describeCode(code: CodeRecord): string {
  const state = formatGitState(code);
  if (code.mode === 'live') return state === '' ? 'live' : `live, at ${state}`;
  return state === '' ? `files ${code.tree.slice(0, 7)}` : state;
}

/** Marks a snapshot if no check has seen its program. */
export const NOT_OBSERVED = 'given to the job; which files its program ran was not observed';

/**
 * What ran of a snapshot, in words, for people: the snapshot, unless its program was seen to leave it.
 *
 * @param seen undefined: it has not ended
 * @param size what follows the description of the snapshot, such as how many lines differ
 */
export function describeRanCode(
  code: CodeRecord,
  seen: CodeSeen | 'not observed' | undefined,
  size: string = '',
): string {
  const words = `${describeCode(code)}${size}`;
  if (seen === 'not observed') return `${words} (${NOT_OBSERVED})`;
  if (seen?.where !== 'live') return words;
  return `live (left the snapshot): ${seen.program ?? 'a program'} ran ${seen.path ?? 'elsewhere'}, not ${words}`;
}

/** The state of a work tree, in words; empty when nothing is known. */
export function formatGitState({ commit, branch, dirty }: GitState & { readonly dirty?: Dirty }): string {
  const place = [
    commit === undefined ? [] : [`commit ${commit.slice(0, 7)}`],
    branch === undefined ? [] : [commit === undefined ? `${branch} before its first commit` : branch],
  ];
  const changes = dirty === undefined ? '' : dirtyWords(dirty);
  return [place.flat().join(' of '), changes].filter((text) => text !== '').join(', with ');
}

function dirtyWords({ changedFiles, untrackedFiles }: Dirty): string {
  const count = (n: number, what: string): string[] => (n === 0 ? [] : [`${n} ${what} file${n === 1 ? '' : 's'}`]);
  return [...count(changedFiles, 'changed'), ...count(untrackedFiles, 'untracked')].join(' and ');
}
