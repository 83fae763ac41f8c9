import { chmodSync, globSync, lstatSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { steady, testFolder, type Ran, type TestFolder } from '../support/run-sheaf.ts';

const PROJECT = 'scheduler: local\nproject: test\n';
const TEMPLATE = `learning_rate: 0.1
layers: 3
model: resnet50
schema:
  layers: {type: int, range: [1, 10]}
  model: {choices: [resnet50, vit]}
command: python3 train.py {{ flags }}
`;

/** Every file of a folder with its content. */
function contents(folder: TestFolder): Record<string, string> {
  const paths = globSync('**/*', { cwd: folder.path }).filter((path) => lstatSync(join(folder.path, path)).isFile());
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder.path, path), 'utf8')]));
}

/** Runs a command line that is refused: exit code 2, nothing on stdout, nothing changed. */
async function refused(folder: TestFolder, words: readonly string[]): Promise<string> {
  const before = contents(folder);
  const { stdout, stderr, exitCode } = await folder.sheaf(words);
  expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
  expect(contents(folder)).toEqual(before);
  return steady(stderr, folder);
}

function project(files: Record<string, string> = {}): TestFolder {
  return testFolder({ 'sheaf.yaml': PROJECT, 'templates/t.yaml': TEMPLATE, ...files });
}

const NEW = ['new', '--exp-id', 'x', '--template', 't'] as const;

describe('a command line', () => {
  test('with an unknown command names the nearest', async () => {
    expect(await refused(project(), ['sumbit', 'x'])).toMatchInlineSnapshot();
  });

  test('with an unknown flag names the nearest, and the parameters of the template', async () => {
    expect(await refused(project(), [...NEW, '--learning-rte', '0.1'])).toMatchInlineSnapshot();
  });

  test('without the template of which it sets a parameter says so', async () => {
    expect(await refused(project(), ['new', '--exp-id', 'x', '--learning-rate', '0.1'])).toMatchInlineSnapshot();
  });

  test('with a flag that lacks its value', async () => {
    expect(await refused(project(), [...NEW, '--description', '--tags', 'a'])).toMatchInlineSnapshot();
  });

  test('without any selection where one is needed', async () => {
    expect(await refused(project(), ['submit'])).toMatchInlineSnapshot();
  });

  test('outside of a project', async () => {
    expect(await refused(testFolder(), ['list'])).toMatchInlineSnapshot();
  });

  test('with an unknown experiment names the nearest', async () => {
    const folder = project();
    await folder.sheaf(NEW.with(2, 'r50_low'));
    expect(await refused(folder, ['show', 'r50_lwo'])).toMatchInlineSnapshot();
  });

  test('with an unknown sweep', async () => {
    expect(await refused(project(), ['submit', '--sweep', 'lrs'])).toMatchInlineSnapshot();
  });

  test('with a query that cannot be read', async () => {
    expect(await refused(project(), ['list', '--where', 'learning_rate <'])).toMatchInlineSnapshot();
  });
});

describe('a template', () => {
  test('that does not exist', async () => {
    expect(await refused(project(), NEW.with(4, 'tt'))).toMatchInlineSnapshot();
  });

  test('with a nearly reserved key', async () => {
    const folder = project({ 'templates/t.yaml': `partition: a100\nnum_gpu: 8\n${TEMPLATE}` });
    expect(await refused(folder, NEW)).toMatchInlineSnapshot();
  });

  test('with a duplicate key', async () => {
    expect(await refused(project({ 'templates/t.yaml': `${TEMPLATE}layers: 4\n` }), NEW)).toMatchInlineSnapshot();
  });

  test('with a tab', async () => {
    expect(await refused(project({ 'templates/t.yaml': 'a:\n\tb: 1\n' }), NEW)).toMatchInlineSnapshot();
  });

  test('that extends itself in a circle', async () => {
    const folder = project({ 'templates/t.yaml': 'extends: u\n', 'templates/u.yaml': 'extends: t\n' });
    expect(await refused(folder, NEW)).toMatchInlineSnapshot();
  });

  test('without a command, as sheaf.yaml has none either', async () => {
    expect(await refused(project({ 'templates/t.yaml': 'layers: 3\n' }), NEW)).toMatchInlineSnapshot();
  });

  test('with an undefined name in its command', async () => {
    const folder = project({ 'templates/t.yaml': 'layers: 3\ncommand: python3 train.py {{ layres }}\n' });
    expect(await refused(folder, NEW)).toMatchInlineSnapshot();
  });

  test('with a regular expression that does not compile', async () => {
    const folder = project({ 'templates/t.yaml': `${TEMPLATE}harvest:\n  acc: {log: "acc: (\\\\d+"}\n` });
    expect(await refused(folder, NEW)).toMatchInlineSnapshot();
  });
});

describe('a value', () => {
  test('that must be given', async () => {
    const folder = project({ 'templates/t.yaml': `data: null\nmodel: null\ncommand: ./run {{ flags }}\n` });
    expect(await refused(folder, NEW)).toMatchInlineSnapshot();
  });

  test('of the wrong type, out of range, and not among the choices, all told at once', async () => {
    const words = [...NEW, '--learning-rate', 'fast', '--layers', '11', '--model', 'resnet5'];
    expect(await refused(project(), words)).toMatchInlineSnapshot();
  });
});

describe('an exp_id', () => {
  test('that exists', async () => {
    const folder = project();
    await folder.sheaf(NEW);
    expect(await refused(folder, NEW)).toMatchInlineSnapshot();
  });

  test.each([
    ['that climbs out of the folder', '../x'],
    ['that is empty', ''],
    ['that is too long', 'x'.repeat(300)],
    ['with other letters', 'modèle'],
  ])('%s', async (_, id) => {
    expect(await refused(project(), NEW.with(2, id))).toMatchSnapshot();
  });
});

describe('a sweep', () => {
  const SWEEP = ['sweep', '--template', 't', '--name', 's'];

  test('without any values', async () => {
    expect(await refused(project(), SWEEP)).toMatchInlineSnapshot();
  });

  test('of more than 100,000', async () => {
    const many = Array.from({ length: 400 }, (_, i) => i).join();
    const words = [...SWEEP, '--grid', `learning_rate=${many}`, '--grid', `seed=${many}`];
    expect(await refused(project(), words)).toMatchInlineSnapshot();
  });

  test('from a CSV file whose row lacks a value, or that has a column too many', async () => {
    const folder = project({ 'a.csv': 'layers,model\n3,vit\n4\n', 'b.csv': 'layers,modl\n3,vit\n' });
    expect(await refused(folder, [...SWEEP, '--from', 'a.csv'])).toMatchInlineSnapshot();
    expect(await refused(folder, [...SWEEP, '--from', 'b.csv'])).toMatchInlineSnapshot();
  });

  test('that would submit many, when nobody can be asked', async () => {
    const words = [...SWEEP, '--grid', 'seed=1,2,3,4,5,6,7,8,9,10,11', '--submit'];
    expect(await refused(project(), words)).toMatchInlineSnapshot();
  });
});

test('an export whose name tells no format is refused, and so is a column that does not exist', async () => {
  const folder = project();
  await folder.sheaf(NEW);
  expect(await refused(folder, ['export', 'results.xlsx'])).toMatchInlineSnapshot();
  expect(await refused(folder, ['export', 'r.csv', '--columns', 'learning_rat'])).toMatchInlineSnapshot();
});

test('a project that one may not write is read, and writing fails with exit code 1', async () => {
  const folder = project();
  await folder.sheaf(['init']);
  await folder.sheaf(NEW);
  const said = await asGuest(folder, ['list']);
  expect(said).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('x\tcreated') as string });
  const refusal = await asGuest(folder, NEW.with(2, 'y'));
  expect(refusal).toMatchObject({ exitCode: 1, stdout: '' });
  expect(steady(refusal.stderr, folder)).toMatchInlineSnapshot();
});

/** As somebody who may read the folder and not write it: root may do everything, so it becomes someone else. */
async function asGuest(folder: TestFolder, words: readonly string[]): Promise<Ran> {
  const isRoot = process.getuid?.() === 0;
  if (!isRoot) for (const path of [folder.path, join(folder.path, '.sheaf')]) chmodSync(path, 0o555);
  for (const path of [dirname(folder.path), join(dirname(folder.path), 'bin')]) chmodSync(path, 0o755);
  const env = { SHEAF_LOCAL_DIR: '', HOME: '/nonexistent' };
  const guest: [string, ...string[]] = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', 'sheaf'];
  return folder.run([...(isRoot ? guest : (['sheaf'] as [string])), ...words], { env });
}
