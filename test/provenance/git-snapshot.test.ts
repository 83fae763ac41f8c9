import { appendFileSync, rmSync, utimesSync, writeFileSync, lstatSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { hasCode } from '../../src/provenance/index.ts';
import { temporaryFolder } from '../support/project-folder.ts';
import {
  checkedOutFiles,
  commitAll,
  filesIn,
  git,
  repository,
  snapshot,
  snapshotFiles,
  storeOf,
  userState,
  write,
} from './project.ts';

const IGNORE = '.sheaf/\nexperiments/\n';

test('a snapshot holds the tree as it is: staged, changed, deleted, renamed and new files, not the ignored ones', async () => {
  const folder = repository({
    'a.py': 'a\n',
    'gone.py': 'gone\n',
    'old.py': 'x\n',
    'staged.py': '1\n',
    'twice.py': '1\n',
    keep: 'k\n',
  });
  write(folder, {
    'a.py': 'a\nmore\n',
    'new/b.py': 'b\n',
    'staged.py': '2\n',
    'twice.py': '2\n',
    '.gitignore': `${IGNORE}*.log\n`,
    'x.log': 'no\n',
  });
  rmSync(join(folder, 'gone.py'));
  git(folder, 'mv', 'old.py', 'renamed.py');
  git(folder, 'add', 'staged.py', 'twice.py');
  write(folder, { 'twice.py': '3\n', 'intended.py': 'i\n', 'run.sh': { run: 'echo\n' }, link: { link: 'a.py' } });
  git(folder, 'add', '-N', 'intended.py');

  const { record, warnings } = await snapshot(folder);
  expect(await checkedOutFiles(folder, record)).toEqual({
    '.gitignore': `${IGNORE}*.log\n`,
    'a.py': 'a\nmore\n',
    'new/b.py': 'b\n',
    'renamed.py': 'x\n',
    'staged.py': '2\n',
    'twice.py': '3\n',
    'intended.py': 'i\n',
    'run.sh': '#! echo\n',
    keep: 'k\n',
    link: '-> a.py',
  });
  expect(warnings).toEqual([]);
  expect(record).toMatchObject({ mode: 'snapshot', kind: 'git', prefix: '', branch: 'main' });
  expect(record.commit).toBe(git(folder, 'rev-parse', 'HEAD').trim());
  // .gitignore, a, gone, old, renamed, staged, twice, intended; run.sh, link, new/b.py.
  expect(record.dirty).toEqual({ changedFiles: 8, untrackedFiles: 3, addedLines: 6, removedLines: 4 });
});

test('index, files, branches, stash and configuration are byte for byte as before, and no hook runs', async () => {
  const folder = repository({ 'a.py': 'a\n', 'b.py': 'b\n' });
  write(folder, { 'b.py': 'stashed\n' });
  git(folder, 'stash');
  write(folder, { 'a.py': 'changed\n', 'b.py': 'staged\n', new: 'n\n' });
  git(folder, 'add', 'b.py');
  const hooks = [
    'post-index-change',
    'reference-transaction',
    'pre-commit',
    'post-commit',
    'post-checkout',
    'fsmonitor-watchman',
  ];
  for (const hook of hooks)
    write(folder, {
      [`.git/hooks/${hook}`]: { run: `#!/bin/sh\ntouch "${'$'}(git rev-parse --git-dir)/ran-${hook}"\n` },
    });
  git(folder, 'config', 'core.fsmonitor', '.git/hooks/fsmonitor-watchman');
  git(folder, 'config', 'gpg.program', 'false');
  git(folder, 'config', 'commit.gpgSign', 'true');
  git(folder, 'config', 'core.logAllRefUpdates', 'always');
  const before = userState(folder);
  const stat = lstatSync(join(folder, '.git/index'), { bigint: true });

  await snapshotFiles(folder);
  expect(userState(folder)).toEqual(before);
  expect(lstatSync(join(folder, '.git/index'), { bigint: true })).toMatchObject({
    ino: stat.ino,
    mtimeNs: stat.mtimeNs,
  });
});

test('the variables of a git that is at work do not lead it astray', async () => {
  const folder = repository({ 'a.py': 'a\n' });
  const other = repository({ 'other.py': 'o\n' });
  const misleading = { GIT_DIR: join(other, '.git'), GIT_INDEX_FILE: join(other, '.git/index'), GIT_WORK_TREE: other };
  Object.assign(process.env, misleading);
  onTestFinished(() => {
    for (const name of Object.keys(misleading)) delete process.env[name];
  });
  const { record } = await snapshot(folder);
  expect(Object.keys(await checkedOutFiles(folder, record))).toContain('a.py');
});

test('a change in the same second, of the same size, is not missed', async () => {
  const folder = repository({ 'a.py': '1\n' });
  const index = join(folder, '.git/index');
  git(folder, 'config', 'core.trustctime', 'false');
  // As coarse as the clock of a file server: file and index were changed at the same time.
  const second = 1_500_000_000;
  utimesSync(join(folder, 'a.py'), second, second);
  git(folder, 'update-index', '--refresh');
  writeFileSync(join(folder, 'a.py'), '2\n');
  utimesSync(join(folder, 'a.py'), second, second);
  utimesSync(index, second, second);
  expect(await snapshotFiles(folder)).toMatchObject({ 'a.py': '2\n' });
});

test('names of all kinds stay what they are', async () => {
  const names = [
    '-rf',
    '--',
    'a b',
    `it's "q"`,
    'new\nline',
    'tab\there',
    'back\\slash',
    '*',
    '[a]',
    ':(top)x',
    '$(touch broken)',
    'é ü 漢',
    '!x',
    '#x',
    ' ',
    'a/-b/ c',
  ];
  const folder = repository(Object.fromEntries(names.map((name) => [name, `${name}\n`])));
  for (const name of names.slice(0, 8)) appendFileSync(join(folder, name), 'changed\n');
  write(folder, Object.fromEntries(names.map((name) => [`new/${name}`, 'n\n'])));
  const bytes = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from('caf\xe9.py', 'latin1')]);
  writeFileSync(bytes, 'latin\n');
  const files = await snapshotFiles(folder);
  const expected = Object.fromEntries(names.map((name, at) => [name, `${name}\n${at < 8 ? 'changed\n' : ''}`]));
  expect(files).toEqual({
    '.gitignore': IGNORE,
    ...expected,
    ...Object.fromEntries(names.map((name) => [`new/${name}`, 'n\n'])),
    'caf\xe9.py': 'latin\n',
  });
});

test('the whole repository is taken when the project is a folder of it', async () => {
  const top = repository({ 'lib/util.py': 'u\n', 'vision/a b/train.py': 't\n' });
  const folder = join(top, 'vision/a b');
  write(top, {
    'vision/a b/experiments/x/out.log': 'no\n',
    'lib/new.py': 'n\n',
    'vision/a b/.sheaf/journal/j': 'no\n',
  });
  writeFileSync(join(top, '.gitignore'), '');
  const { record } = await snapshot(folder);
  expect(record.prefix).toBe('vision/a b');
  expect(await checkedOutFiles(folder, record)).toEqual({
    '.gitignore': '',
    'lib/util.py': 'u\n',
    'lib/new.py': 'n\n',
    'vision/a b/train.py': 't\n',
  });
});

test('before the first commit, and with a detached HEAD', async () => {
  const folder = temporaryFolder();
  git(folder, 'init', '-q', '-b', 'trunk');
  write(folder, { 'a.py': 'a\n', 'b.py': 'b\n' });
  git(folder, 'add', 'a.py');
  const { record } = await snapshot(folder);
  expect(record).toMatchObject({ branch: 'trunk', dirty: { changedFiles: 1, untrackedFiles: 1, addedLines: 1 } });
  expect(record.commit).toBeUndefined();
  expect(await checkedOutFiles(folder, record)).toEqual({ 'a.py': 'a\n', 'b.py': 'b\n' });

  commitAll(folder);
  git(folder, 'checkout', '-q', '--detach');
  const detached = (await snapshot(folder)).record;
  expect(detached.branch).toBeUndefined();
  expect(detached.dirty).toBeUndefined();
  expect(detached.commit).toMatch(/^[0-9a-f]{40}$/);
  expect(detached.tree).toBe(record.tree);
});

test('reset, branch deleted and everything collected: the snapshot and its commit are still there', async () => {
  const folder = repository({ 'a.py': 'a\n' });
  const start = git(folder, 'rev-parse', 'HEAD').trim();
  write(folder, { 'a.py': 'committed\n' });
  commitAll(folder);
  write(folder, { 'a.py': 'dirty\n', 'b.py': 'b\n' });
  const { record } = await snapshot(folder);
  git(folder, 'reset', '-q', '--hard', start);
  git(folder, 'clean', '-q', '-fd');
  git(folder, 'reflog', 'expire', '--expire=now', '--all');
  git(folder, 'gc', '-q', '--prune=now');
  expect(await hasCode({ folder, store: storeOf(folder), record })).toBe(true);
  expect(await checkedOutFiles(folder, record)).toMatchObject({ 'a.py': 'dirty\n', 'b.py': 'b\n' });
  expect(git(folder, 'show', `${record.commit}:a.py`)).toBe('committed\n');
});

test('the same code gives the same tree and one ref for every user, and for many at once', async () => {
  const folder = repository({ 'a.py': 'a\n' });
  write(folder, { 'b.py': 'b\n' });
  const all = await Promise.all(Array.from({ length: 12 }, () => snapshot(folder)));
  expect(new Set(all.map(({ record }) => JSON.stringify(record))).size).toBe(1);
  expect(git(folder, 'for-each-ref', 'refs/sheaf').trim().split('\n')).toHaveLength(1);
  expect(filesIn(storeOf(folder))).toEqual({ scanned: `${all[0]?.record.tree}\n` });
});
