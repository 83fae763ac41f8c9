import { expect, it } from 'vitest';
import { describeCode, type Dirty } from './code.ts';

const commit = '5f3c2a1b9d0e4f6a7b8c9d0e1f2a3b4c5d6e7f80';
const dirty: Dirty = { changedFiles: 3, untrackedFiles: 1, addedLines: 10, removedLines: 2 };

it('code is described by its commit and by what differs from it', () => {
  const snapshot = { mode: 'snapshot', kind: 'git', tree: 'abcdef0123', prefix: '' } as const;
  expect(describeCode({ ...snapshot, commit, branch: 'main' })).toBe('commit 5f3c2a1 of main');
  expect(describeCode({ ...snapshot, commit, dirty })).toBe(
    'commit 5f3c2a1, with 3 changed files and 1 untracked file',
  );
  expect(describeCode({ ...snapshot, branch: 'main', dirty: { ...dirty, changedFiles: 0 } })).toBe(
    'main before its first commit, with 1 untracked file',
  );
  expect(describeCode({ ...snapshot, kind: 'files' })).toBe('files abcdef0');
  expect(describeCode({ mode: 'live', commit, branch: 'main' })).toBe('live, at commit 5f3c2a1 of main');
  expect(describeCode({ mode: 'live' })).toBe('live');
});
