import { NOT_OBSERVED } from '../../../../core/experiment/code.ts';
import { formatCount } from '../../../../core/text/phrases.ts';
import type { CodeJson, CodeSeenJson } from '../../../../json/index.ts';

/** Which code ran: a snapshot, or what was in the project folder. */
export function describeMode(code: CodeJson | null, seen: CodeSeenJson | null): string {
  if (code === null) return 'no code is on record';
  if (code.mode === null) return 'nothing yet: the first submit takes a snapshot of the code';
  if (code.mode === 'live') return 'the files in the project folder; no copy was kept';
  if (seen?.where === 'live') {
    return `${seen.program ?? 'a program'} ran ${seen.path ?? 'files'} in the project folder, not the snapshot`;
  }
  const what = code.kind === 'git' ? 'a snapshot in the git repository' : 'a copy of the files';
  return seen?.where === 'not observed' ? `${what}, ${NOT_OBSERVED}` : what;
}

type Dirty = Extract<CodeJson, { mode: 'live' }>['dirty'];

/** `2 changed files, 1 new file, 12 lines added, 3 removed`; empty if everything was committed. */
export function describeDirty(dirty: Dirty): string {
  if (dirty === null) return '';
  const { changed_files: changed, untracked_files: fresh, added_lines: added, removed_lines: removed } = dirty;
  return [
    ...(changed === 0 ? [] : [formatCount(changed, 'changed file')]),
    ...(fresh === 0 ? [] : [formatCount(fresh, 'new file')]),
    ...(added === 0 ? [] : [`${formatCount(added, 'line')} added`]),
    ...(removed === 0 ? [] : [`${formatCount(removed, 'line')} removed`]),
  ].join(', ');
}
