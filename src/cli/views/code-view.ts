import type { CodeRecord, CodeSeen, Dirty, GitState } from '../../core/experiment/code.ts';
import type { Json } from '../shell/json.ts';

/** Which code a run has; before its first submit, where the project stood. */
export function codeJson(code: CodeRecord | GitState | undefined): Json {
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

/** What its jobs were seen to run: `snapshot`, `live` or `not observed`. */
export function codeSeenJson(seen: CodeSeen | 'not observed' | undefined): Json {
  if (seen === undefined) return null;
  if (seen === 'not observed') return { where: seen, program: null, path: null };
  return { where: seen.where, program: seen.program ?? null, path: seen.path ?? null };
}

function dirtyJson({ changedFiles, untrackedFiles, addedLines, removedLines }: Dirty): Json {
  return {
    changed_files: changedFiles,
    untracked_files: untrackedFiles,
    added_lines: addedLines,
    removed_lines: removedLines,
  };
}
