import { mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testFolder, type TestFolder } from '../../test/support/run-sheaf.ts';

const FILES = {
  'sheaf.yaml': 'scheduler: local\n',
  'templates/t.yaml': 'x: 1\ncommand: sleep 1000\n',
};

/** No file can grow, as on a full disk; folders and links can still be made. */
function onFullDisk(folder: TestFolder, words: string): ReturnType<TestFolder['run']> {
  return folder.run(['bash', '-c', `ulimit -S -f 0; exec sheaf ${words}`]);
}

test('a cancel reaches the job though neither journal nor queue can be written', async () => {
  const folder = testFolder(FILES);
  await folder.sheaf(['new', '--exp-id', 'a', '--template', 't']);
  await folder.sheaf(['submit', 'a']);
  const cancelled = await onFullDisk(folder, 'cancel a');
  expect(cancelled.stderr).toContain('the wish could not be recorded');
  const waited = await folder.sheaf(['wait', 'a']);
  expect(waited.stdout).toContain('cancelled');
});

test('an experiment whose copy for people cannot be written is told to be recorded, and doctor writes the copy', async () => {
  const folder = testFolder(FILES);
  symlinkSync('nowhere', join(folder.path, 'experiments'));
  const made = await folder.sheaf(['new', '--exp-id', 'a', '--template', 't']);
  expect(made.exitCode).toBe(1);
  expect(made.stderr).toContain('a is recorded, but experiment.yaml could not be written');
  expect((await folder.sheaf(['list'])).stdout).toContain('a\tcreated');

  const examined = await folder.sheaf(['doctor']);
  expect(examined.exitCode).toBe(1);
  expect(examined.stdout).toContain('experiment.yaml could not be written');
  expect(examined.stdout).toContain('scheduler');

  rmSync(join(folder.path, 'experiments'));
  mkdirSync(join(folder.path, 'experiments'));
  expect((await folder.sheaf(['doctor'])).exitCode).toBe(0);
  expect(readFileSync(join(folder.path, 'experiments/a/experiment.yaml'), 'utf8')).toContain('x: 1');
});
