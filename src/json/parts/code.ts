import type { CodeRecord, CodeSeen, Dirty, GitState, ExcludedFile } from '../../core/experiment/code.ts';

/** Which code a run has; `mode` is null before its first submit, when only the state of the project is known. */
export type CodeJson = GitJson | LiveJson | SnapshotJson;

type Place = { readonly commit: string | null; readonly branch: string | null };
type GitJson = Place & { readonly mode: null };
type LiveJson = Place & { readonly mode: 'live'; readonly dirty: DirtyJson | null };
type SnapshotJson = Place & {
  readonly mode: 'snapshot';
  readonly kind: 'git' | 'files';
  readonly tree: string;
  readonly prefix: string;
  readonly dirty: DirtyJson | null;
  /** At most 20; `left_out_count` counts all. */
  readonly left_out: readonly { readonly path: string; readonly why: ExcludedFile['why'] }[];
  readonly left_out_count: number;
};

export function codeJson(code: CodeRecord | GitState | undefined): CodeJson | null {
  if (code === undefined) return null;
  const place = { commit: code.commit ?? null, branch: code.branch ?? null };
  if (!('mode' in code)) return { mode: null, ...place };
  const dirty = code.dirty === undefined ? null : dirtyJson(code.dirty);
  if (code.mode === 'live') return { mode: code.mode, ...place, dirty };
  const { mode, kind, tree, prefix, leftOut = [], leftOutCount = leftOut.length } = code;
  return {
    mode,
    kind,
    tree,
    prefix,
    ...place,
    dirty,
    left_out: leftOut.map((one) => ({ ...one })),
    left_out_count: leftOutCount,
  };
}

/** Which code the jobs of a run were seen to run. */
export type CodeSeenJson = {
  readonly where: CodeSeen['where'] | 'not observed';
  readonly program: string | null;
  readonly path: string | null;
};

export function codeSeenJson(seen: CodeSeen | 'not observed' | undefined): CodeSeenJson | null {
  if (seen === undefined) return null;
  if (seen === 'not observed') return { where: seen, program: null, path: null };
  return { where: seen.where, program: seen.program ?? null, path: seen.path ?? null };
}

type DirtyJson = {
  readonly changed_files: number;
  readonly untracked_files: number;
  readonly added_lines: number;
  readonly removed_lines: number;
};

function dirtyJson({ changedFiles, untrackedFiles, addedLines, removedLines }: Dirty): DirtyJson {
  return {
    changed_files: changedFiles,
    untracked_files: untrackedFiles,
    added_lines: addedLines,
    removed_lines: removedLines,
  };
}
