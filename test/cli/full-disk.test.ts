import { existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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

test('an experiment whose folder cannot be written is not submitted, and the command that is named then submits its first attempt', async () => {
  const folder = testFolder({ ...FILES, 'templates/t.yaml': 'x: 1\ncommand: "true"\n' });
  const experiments = join(folder.path, 'experiments');
  symlinkSync('nowhere', experiments);
  await folder.sheaf(['new', '--exp-id', 'a', '--template', 't']);
  await folder.sheaf(['sweep', '--template', 't', '--name', 's', '--grid', 'x=1,2', '--yes']);
  for (const [words, first, said] of [
    [['submit', 'a'], 'a', 'Nothing was submitted of a.'],
    [['submit', '--sweep', 's', '--yes'], 's_x1', 'Nothing was submitted of these 2 experiments.'],
  ] as const) {
    const refused = await folder.sheaf(words);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain(`the folder of ${first} cannot be written`);
    expect(refused.stderr).toContain(said);
    expect((await folder.sheaf(['list'])).stdout).toContain(`${first}\tcreated`);
    rmSync(experiments);
    const [, fix = ''] = /sheaf (submit .*)/.exec(refused.stderr) ?? [];
    expect(await folder.sheaf([...fix.split(' '), '--wait'])).toMatchObject({ exitCode: 0 });
    expect(readdirSync(join(experiments, first, 'attempts'))).toEqual(['train-1']);
    rmSync(experiments, { recursive: true });
    symlinkSync('nowhere', experiments);
  }
});

test('doctor writes the experiment.yaml of submitted experiments again, and reports when it cannot', async () => {
  const folder = testFolder({ ...FILES, 'templates/t.yaml': 'x: 1\ncommand: "true"\n' });
  const experiments = join(folder.path, 'experiments');
  for (const name of ['a', 'never']) await folder.sheaf(['new', '--exp-id', name, '--template', 't']);
  await folder.sheaf(['submit', 'a', '--wait']);
  rmSync(experiments, { recursive: true });
  symlinkSync('nowhere', experiments);
  const examined = await folder.sheaf(['doctor']);
  expect(examined.exitCode).toBe(1);
  expect(examined.stdout).toContain('a is recorded, but experiment.yaml could not be written');
  expect(examined.stdout).toContain('scheduler');

  rmSync(experiments);
  expect((await folder.sheaf(['doctor'])).stdout).toContain('experiment.yaml was missing for a: written');
  expect(readFileSync(join(experiments, 'a/experiment.yaml'), 'utf8')).toContain('x: 1');
  expect(readdirSync(experiments)).toEqual(['a']);
  expect((await folder.sheaf(['doctor'])).stdout).toContain('folders: one for each of 1 submitted experiments');
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
