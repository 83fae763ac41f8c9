import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { checkOut } from '../../src/provenance/index.ts';
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

/** A project with a submodule that has one of its own. */
function withSubmodules(): { folder: string; library: string } {
  const inner = repository({ 'inner.py': 'i\n' });
  const library = repository({ 'lib.py': 'l\n', 'b.py': 'b\n' });
  git(library, 'submodule', '--quiet', 'add', inner, 'deep/inner');
  commitAll(library);
  const folder = repository({ 'a.py': 'a\n' });
  git(folder, 'submodule', '--quiet', 'add', library, 'third party/lib');
  git(folder, 'submodule', '--quiet', 'update', '--init', '--recursive');
  commitAll(folder);
  return { folder, library };
}

test('submodules are taken with their files, recursively, with what is changed and new in them', async () => {
  const { folder } = withSubmodules();
  const at = (path: string): string => `third party/lib/${path}`;
  const clean = await snapshot(folder);
  expect(clean.record.dirty).toBeUndefined();
  expect(await checkedOutFiles(folder, clean.record)).toMatchObject({
    [at('lib.py')]: 'l\n',
    [at('deep/inner/inner.py')]: 'i\n',
  });

  write(folder, {
    [at('lib.py')]: 'dirty\n',
    [at('new.py')]: 'n\n',
    [at('deep/inner/inner.py')]: 'deep\n',
    [at('.env')]: 'no',
  });
  rmSync(join(folder, at('b.py')));
  // Only touched: git would write that down in the index of the submodule.
  utimesSync(join(folder, at('deep/inner/inner.py')), 1_000_000, 1_000_000);
  utimesSync(join(folder, at('.gitignore')), 1_000_000, 1_000_000);
  const before = userState(folder);
  const { record, warnings } = await snapshot(folder);
  expect(userState(folder)).toEqual(before);
  const files = await checkedOutFiles(folder, record);
  expect(files).toMatchObject({
    'a.py': 'a\n',
    [at('lib.py')]: 'dirty\n',
    [at('new.py')]: 'n\n',
    [at('deep/inner/inner.py')]: 'deep\n',
  });
  expect(Object.keys(files)).not.toContain(at('b.py'));
  expect(Object.keys(files)).not.toContain(at('.env'));
  expect(record.dirty).toMatchObject({ changedFiles: 1 });
  expect(warnings).toEqual([expect.stringContaining(at('.env'))]);
  expect((await snapshot(folder)).record).toEqual(record);
});

test('the snapshot of a submodule lives on when the submodule is gone', async () => {
  const { folder } = withSubmodules();
  const { record } = await snapshot(folder);
  git(folder, 'submodule', '--quiet', 'deinit', '-f', '--all');
  rmSync(join(folder, '.git/modules'), { recursive: true });
  git(folder, 'gc', '-q', '--prune=now');
  expect(await checkedOutFiles(folder, record)).toMatchObject({ 'third party/lib/lib.py': 'l\n' });

  const without = await snapshot(folder);
  expect(without.record).toMatchObject({
    leftOut: [{ path: 'third party/lib', why: 'submodule_absent' }],
    leftOutCount: 1,
  });
  expect(without.warnings).toEqual([expect.stringContaining('third party/lib (git submodule update --init')]);
});

test('a repository that only lies in the folder is taken like a folder, and counts as untracked', async () => {
  const folder = repository({ 'a.py': 'a\n' });
  const tool = join(folder, 'tools/tool');
  mkdirSync(dirname(tool), { recursive: true });
  renameSync(repository({ 'tool.py': 't\n', 'big.py': 'x'.repeat(5000) }), tool);
  write(tool, { 'tool.py': 'dirty\n' });
  const { record } = await snapshot(folder);
  expect(await checkedOutFiles(folder, record)).toMatchObject({ 'tools/tool/tool.py': 'dirty\n' });
  expect(record.dirty).toMatchObject({ changedFiles: 0, untrackedFiles: 1 });
  await expect(snapshot(folder, { untrackedLimit: 4000 })).rejects.toMatchObject({ code: 'code.untracked' });

  const empty = join(folder, 'empty');
  mkdirSync(empty);
  git(empty, 'init', '-q');
  write(empty, { 'e.py': 'e\n' });
  expect(await snapshotFiles(folder)).toMatchObject({ 'empty/e.py': 'e\n' });
});

const pointerTo = (content: string): string => {
  const oid = createHash('sha256').update(content).digest('hex');
  return `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${content.length}\n`;
};

/** As git-lfs keeps the content that it has. */
function keepContent(gitDir: string, content: string): void {
  const oid = createHash('sha256').update(content).digest('hex');
  write(gitDir, { [`lfs/objects/${oid.slice(0, 2)}/${oid.slice(2, 4)}/${oid}`]: content });
}

const ATTRIBUTES = '*.bin filter=lfs diff=lfs merge=lfs -text\n';

test('without git-lfs, a checkout has the LFS content that is on this machine, and missing content is reported', async () => {
  const folder = repository({
    '.gitattributes': ATTRIBUTES,
    'here.bin': pointerTo('here'),
    'run.bin': { run: pointerTo('run') },
    'away.bin': pointerTo('away'),
  });
  keepContent(join(folder, '.git'), 'here');
  keepContent(join(folder, '.git'), 'run');
  const { record, warnings } = await snapshot(folder);
  expect(record).toMatchObject({ leftOut: [{ path: 'away.bin', why: 'lfs_absent' }], leftOutCount: 1 });
  expect(warnings).toEqual([expect.stringContaining('git lfs pull')]);
  const path = await checkOut({ folder, store: storeOf(folder), record });
  expect(filesIn(path)).toMatchObject({ 'here.bin': 'here', 'run.bin': '#! run', 'away.bin': pointerTo('away') });
  expect(statSync(join(path, 'here.bin')).mode & 0o222).toBe(0);
});

test('LFS content that git-lfs checked out is not a change, even if the program of a filter is missing', async () => {
  const folder = repository({ '.gitattributes': ATTRIBUTES, 'a.bin': pointerTo('content'), 'b.bin': pointerTo('old') });
  keepContent(join(folder, '.git'), 'content');
  git(folder, 'config', 'filter.lfs.clean', 'no-such-git-lfs clean -- %f');
  git(folder, 'config', 'filter.lfs.process', 'no-such-git-lfs filter-process');
  git(folder, 'config', 'filter.lfs.required', 'true');
  write(folder, { 'a.bin': 'content' });
  const clean = await snapshot(folder);
  expect(clean.record.dirty).toBeUndefined();
  expect(clean.record.tree).toBe(git(folder, 'rev-parse', 'HEAD^{tree}').trim());
  write(folder, { 'b.bin': 'changed' });
  const { record } = await snapshot(folder);
  expect(record.dirty).toMatchObject({ changedFiles: 1 });
  expect(await checkedOutFiles(folder, record)).toMatchObject({ 'a.bin': 'content', 'b.bin': 'changed' });
});

test('LFS files of a submodule get their content from there', async () => {
  const library = repository({ '.gitattributes': ATTRIBUTES, 'w.bin': pointerTo('weights') });
  const folder = repository({ 'a.py': 'a\n' });
  git(folder, 'submodule', '--quiet', 'add', library, 'lib');
  keepContent(join(folder, '.git/modules/lib'), 'weights');
  expect(await snapshotFiles(folder)).toMatchObject({ 'lib/w.bin': 'weights' });
});

test('a link that leaves the repository leads where it did; others stay as they are', async () => {
  const parent = temporaryFolder();
  write(parent, { 'shared/data.txt': 'd' });
  const folder = repository(
    {
      'd/out': { link: '../../shared/data.txt' },
      'd/in': { link: '../a.py' },
      'a.py': 'a\n',
      up: { link: '..' },
      abs: { link: '/etc/hostname' },
      dots: { link: '..a' },
    },
    parent,
  );
  expect(await snapshotFiles(folder)).toMatchObject({
    'd/out': `-> ${parent}/shared/data.txt`,
    'd/in': '-> ../a.py',
    up: `-> ${parent}`,
    abs: '-> /etc/hostname',
    dots: '-> ..a',
  });
  expect(existsSync(join(parent, 'shared/data.txt'))).toBe(true);
});
