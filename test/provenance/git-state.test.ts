import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { gitState, workTree } from '../../src/provenance/index.ts';
import { temporaryFolder } from '../support/project-folder.ts';
import { git, repository, userState, write } from './project.ts';

test('where git is of no use there is no state: no repository, a bare one, one that ignores the folder, no git', async () => {
  const home = repository({ '.vimrc': 'v\n' });
  write(home, { '.gitignore': '*\n' });
  mkdirSync(join(home, 'project'));
  expect(await gitState(join(home, 'project'))).toBeUndefined();
  expect(await gitState(temporaryFolder())).toBeUndefined();
  expect(await gitState(join(home, '.git'))).toBeUndefined();
  const { PATH } = process.env;
  onTestFinished(() => void (process.env['PATH'] = PATH));
  process.env['PATH'] = temporaryFolder();
  expect(await gitState(home)).toBeUndefined();
  expect(await workTree(home)).toBeUndefined();
});

test('what a live run used: commit, branch and how the files differ', async () => {
  const folder = repository({ 'a.py': '1\n2\n3\n', 'b.bin': '\0\0' });
  expect(await workTree(folder)).toEqual({ commit: git(folder, 'rev-parse', 'HEAD').trim(), branch: 'main' });
  const before = userState(folder);
  write(folder, { 'a.py': '1\n3\n4\n5\n', 'b.bin': '\0\0\0', new: 'n\n' });
  const dirty = { changedFiles: 2, untrackedFiles: 1, addedLines: 2, removedLines: 1 };
  expect(await workTree(folder)).toMatchObject({ dirty });
  expect(userState(folder)['.git/index']).toBe(before['.git/index']);
});
