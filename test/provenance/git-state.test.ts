import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { checkOut, readGitState, listIgnoredEntries, describeWorkTree } from '../../src/provenance/index.ts';
import { temporaryFolder } from '../support/project-folder.ts';
import { git, repository, snapshot, storeOf, userState, write } from './project.ts';

test('there is no git state without a repository, in a bare one, and in one that ignores the folder', async () => {
  const home = repository({ '.vimrc': 'v\n' });
  write(home, { '.gitignore': '*\n' });
  mkdirSync(join(home, 'project'));
  expect(await readGitState(join(home, 'project'))).toBeUndefined();
  expect(await readGitState(temporaryFolder())).toBeUndefined();
  expect(await readGitState(join(home, '.git'))).toBeUndefined();
});

test('if git cannot start, a folder in a repository is reported, and only live code runs', async () => {
  const folder = repository({ 'a.py': 'a\n', 'sub/b.py': 'b\n' });
  const { record } = await snapshot(folder);
  const elsewhere = temporaryFolder();
  mkdirSync(join(elsewhere, '.git'));
  const { PATH } = process.env;
  onTestFinished(() => void (process.env['PATH'] = PATH));
  process.env['PATH'] = temporaryFolder();
  const refused = {
    code: 'code.git',
    problems: [
      {
        why: 'git could not be started: ENOENT, and this folder is in a git repository',
        fix: 'install git or load its module, or set "code: live" to run in the project folder',
      },
    ],
  };
  await expect(readGitState(join(folder, 'sub'))).rejects.toMatchObject(refused);
  await expect(snapshot(folder)).rejects.toMatchObject(refused);
  await expect(checkOut({ folder, store: storeOf(folder), record })).rejects.toMatchObject(refused);
  expect(await describeWorkTree(folder)).toBeUndefined();
  expect(await listIgnoredEntries(folder)).toEqual([]);
  expect(await readGitState(elsewhere)).toBeUndefined();
});

test('what a live run used: commit, branch and how the files differ', async () => {
  const folder = repository({ 'a.py': '1\n2\n3\n', 'b.bin': '\0\0' });
  expect(await describeWorkTree(folder)).toEqual({ commit: git(folder, 'rev-parse', 'HEAD').trim(), branch: 'main' });
  const before = userState(folder);
  write(folder, { 'a.py': '1\n3\n4\n5\n', 'b.bin': '\0\0\0', new: 'n\n' });
  const dirty = { changedFiles: 2, untrackedFiles: 1, addedLines: 2, removedLines: 1 };
  expect(await describeWorkTree(folder)).toMatchObject({ dirty });
  expect(userState(folder)['.git/index']).toBe(before['.git/index']);
});
