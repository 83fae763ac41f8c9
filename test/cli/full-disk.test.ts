import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testFolder, type TestFolder } from '../support/run-sheaf.ts';

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
  expect(cancelled.stderr).toContain('the request could not be recorded');
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

test('series that cannot be written leave no earlier ones in their place, and are read again', async () => {
  const harvest = 'harvest:\n  acc: {csv: metrics.csv, column: acc}\n';
  const folder = testFolder({ ...FILES, 'templates/t.yaml': `command: 'true'\n${harvest}` });
  await folder.sheaf(['new', '--exp-id', 'a', '--template', 't']);
  await folder.sheaf(['submit', 'a']);
  await folder.sheaf(['wait', 'a']);
  const experiment = join(folder.path, 'experiments/a');
  const write = (rows: number): void => {
    const lines = Array.from({ length: rows }, (_, i) => `${i},${i / 7}\n`);
    writeFileSync(join(experiment, 'attempts/train-1/metrics.csv'), `step,acc\n${lines.join('')}`);
  };
  write(10);
  await folder.sheaf(['harvest']);
  expect(existsSync(join(experiment, 'series.parquet'))).toBe(true);

  write(200_000);
  const full = await folder.run(['bash', '-c', 'ulimit -S -f 1000; exec sheaf harvest a']);
  expect(full.stderr).toContain('series.parquet of 1 could not be written');
  expect(full.stdout).toContain('Harvested 1 of 1');
  expect(existsSync(join(experiment, 'series.parquet'))).toBe(false);
  expect((await folder.sheaf(['harvest'])).stdout).toContain('Harvested 1 of 1');
  expect(existsSync(join(experiment, 'series.parquet'))).toBe(true);
});
