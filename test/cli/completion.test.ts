import { expect, test } from 'vitest';
import { testFolder, type TestFolder } from '../support/run-sheaf.ts';

async function project(): Promise<TestFolder> {
  const folder = testFolder({
    'sheaf.yaml': 'scheduler: local\n',
    'templates/resnet.yaml': 'learning_rate: 0.1\nlayers: 3\ncommand: "true"\n',
    'templates/broken.yaml': 'a: [\n',
  });
  await folder.sheaf(['new', '--exp-id', 'old', '--template', 'resnet', '--tags', 'paper']);
  await folder.sheaf(['sweep', '--template', 'resnet', '--name', 'lrs', '--grid', 'seed=1,2']);
  return folder;
}

test('a shell is offered commands, experiments, sweeps, templates, flags, parameters and values', async () => {
  const folder = await project();
  const offers = async (...words: string[]): Promise<string[]> => {
    const { stdout } = await folder.sheaf(['__complete', ...words]);
    return stdout.split('\n').flatMap((line) => (line === '' ? [] : [line.split('\t')[0] ?? '']));
  };
  expect(await offers('re')).toEqual(['rerun', 'release', 'requeue', 'retry', 'rename']);
  expect(await offers('show', '')).toEqual(['lrs_s2', 'lrs_s1', 'old']);
  expect(await offers('advise', '')).toEqual(['lrs_s2', 'lrs_s1', 'old', 'broken', 'resnet']);
  expect(await offers('submit', 'old', 'l')).toEqual(['lrs_s2', 'lrs_s1']);
  expect(await offers('list', '--sweep', '')).toEqual(['lrs']);
  expect(await offers('list', '--sweep=')).toEqual(['--sweep=lrs']);
  expect(await offers('list', '--tags', 'paper', '')).toEqual(['paper']);
  expect(await offers('list', '--status', 'c')).toEqual(['created', 'completed', 'cancelled']);
  expect(await offers('new', '--template', '')).toEqual(['broken', 'resnet']);
  expect(await offers('new', '--template', 'resnet', '--l')).toEqual(['--learning-rate', '--layers', '--launcher']);
  expect(await offers('new', 'r')).toEqual(['resnet']);
  expect(await offers('new', 'resnet', 'x', '--l')).toEqual(['--learning-rate', '--layers', '--launcher']);
  expect(await offers('new', '--template', 'broken', '--l')).toEqual([]);
  expect(await offers('sweep', '')).toEqual(['extend', 'set', 'show', 'broken', 'resnet']);
  expect(await offers('sweep', 'extend', '')).toEqual(['lrs']);
  expect(await offers('export', 'x.csv', '--format', '')).toEqual([
    'csv',
    'tsv',
    'json',
    'jsonl',
    'parquet',
    'markdown',
    'latex',
    'html',
    'md',
    'tex',
  ]);
  expect(await offers('--col')).toEqual(['--color']);
  expect(await offers('nothing', '')).toEqual([]);
});

test('bash completes with the script that sheaf prints', async () => {
  const folder = await project();
  const press = async (...words: string[]): Promise<string> => {
    const line = `source <(sheaf completion bash); COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _sheaf; echo "\${COMPREPLY[*]}"`;
    return (await folder.run(['bash', '-c', line, 'bash', 'sheaf', ...words])).stdout.trim();
  };
  expect(await press('show', 'o')).toBe('old');
  expect(await press('list', '--sweep', '=', 'l')).toBe('lrs');
  expect(await press('list', '--sweep', '=')).toBe('lrs');
});

test('a shell that is not known is refused', async () => {
  const { stderr, exitCode } = await testFolder().sheaf(['completion', 'zish']);
  expect({ stderr, exitCode }).toMatchInlineSnapshot(`
    {
      "exitCode": 2,
      "stderr": "error: sheaf has no completion for "zish"
      why  it supports bash, zsh, fish
      fix  did you mean zsh or fish?
    ",
    }
  `);
});
