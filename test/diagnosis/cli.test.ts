import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testFolder, type TestFolder } from '../support/run-sheaf.ts';

const TRAIN = `import sys, time
what = sys.argv[1]
print('epoch 1/90', flush=True)
if what == 'key':
    config = {}
    config['lr']
if what == 'memory':
    raise MemoryError()
if what == 'slow':
    print('epoch 2/90', flush=True)
    time.sleep(60)
if what == 'exit':
    sys.exit('there is no folder /data/nope')
if what == 'own78':
    print('there is no folder /data/nope', file=sys.stderr)
    sys.exit(78)
if what == 'good':
    print('RuntimeError: CUDA out of memory, halving the batch', file=sys.stderr)
`;

const PROJECT = {
  'sheaf.yaml': 'scheduler: local\n',
  'train.py': TRAIN,
  'templates/t.yaml': 'what: null\ncommand: python3 train.py {{ what }}\n',
  'templates/slow.yaml': 'what: slow\ntime_limit: "0:02"\ncommand: python3 train.py {{ what }}\n',
  'templates/absent.yaml': 'command: \'echo "sheaf: there is no venv in .venv; make it first" >&2; exit 78\'\n',
};

async function ok(folder: TestFolder, ...words: string[]): Promise<string> {
  const { stdout, stderr, exitCode } = await folder.sheaf(words);
  expect({ words, exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ words, exitCode: 0, stderr: '' });
  return stdout;
}

/** Of an experiment, as `show --json` gives it. */
interface Shown {
  readonly data: { readonly cause: string | null; readonly attempts: readonly { readonly diagnosis: unknown }[] };
}

test('status and show say why a program failed, the line of its log, and what to try', async () => {
  const folder = testFolder(PROJECT);
  await ok(folder, 'new', '--exp-id', 'bad', '--template', 't', '--what', 'key');
  const { exitCode, stderr } = await folder.sheaf(['submit', 'bad', '--wait']);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 1 });
  expect(await ok(folder, 'status', 'bad')).toMatch(/^bad\ttrain\tfailed\t.*\tno such key: 'lr' \(train\.py:6\)$/m);
  const shown = await ok(folder, 'show', 'bad');
  expect(shown).toMatch(/^ {2}status +failed · no such key: 'lr' \(train\.py:6\) · ran/m);
  expect(shown).toMatch(
    /^Why it failed\n {2}train-1 {2}no such key: 'lr' \(train\.py:6\)\n +attempts\/train-1\/err\.log:\d+ {2}KeyError: 'lr'\n +try +looking at train\.py:6, .*; after a fix, sheaf retry bad --fresh$/m,
  );
  const { data } = JSON.parse(await ok(folder, 'status', 'bad', '--json')) as { data: { experiments: unknown[] } };
  expect(data.experiments).toMatchObject([
    {
      cause: 'exit_code',
      exit_code: 1,
      diagnosis: {
        code: 'key_missing',
        line: { file: 'attempts/train-1/err.log', text: "KeyError: 'lr'" },
        fix: 'looking at train.py:6, the last line of your own code in the traceback; after a fix, sheaf retry ID --fresh',
      },
    },
  ]);
  expect(await ok(folder, 'show', 'bad', '--events')).toContain(
    "train-1 failed, according to its logs: no such key: 'lr'",
  );
});

test('the log refines the cause, and all tasks of an array that failed alike get the same diagnosis', async () => {
  const folder = testFolder(PROJECT);
  await ok(
    folder,
    'sweep',
    '--template',
    't',
    '--name',
    's',
    '--grid',
    'what=memory',
    '--grid',
    'seed=1,2,3',
    '--submit',
  );
  await folder.sheaf(['wait', '--sweep', 's']);
  expect(await ok(folder, 'list', '--sweep', 's', '--columns', 'cause')).toBe('cause\nhost_oom\nhost_oom\nhost_oom\n');
  const journal = join(folder.path, '.sheaf/journal');
  const lines = readdirSync(journal).flatMap((name) => readFileSync(join(journal, name), 'utf8').split('\n'));
  const facts = lines.flatMap((line) => /"fact":\{"kind":"diagnosed".*?\}\}?/.exec(line)?.[0] ?? []);
  expect(new Set(facts.map((fact) => fact.replace(/"atMs":\d+/, ''))).size).toBe(1);
  const [, first = ''] = (await ok(folder, 'list', '--sweep', 's', '--columns', 'exp_id')).split('\n');
  expect(await ok(folder, 'show', first)).toContain('try  ask for more: mem');
});

test('a time limit is reported with the progress of the program; a missing program is a launch failure', async () => {
  const folder = testFolder(PROJECT);
  await ok(folder, 'new', '--exp-id', 'late', '--template', 'slow');
  await ok(folder, 'new', '--exp-id', 'absent', '--template', 'absent');
  await folder.sheaf(['submit', 'late', 'absent', '--wait']);
  const status = await ok(folder, 'status');
  expect(status).toMatch(/^late\t.*\ttimeout: its time limit of 2s was reached: epoch 2 of 90$/m);
  expect(status).toMatch(/^absent\t.*\tlaunch: there is no venv in \.venv; make it first$/m);
  expect(await ok(folder, 'show', 'late')).toContain('try  a longer time_limit, or requeue: {on: [timeout]}');
});

test('a completed run gets no diagnosis, whatever is in its log', async () => {
  const folder = testFolder(PROJECT);
  await ok(folder, 'new', '--exp-id', 'good', '--template', 't', '--what', 'good');
  await ok(folder, 'submit', 'good', '--wait');
  const { data } = JSON.parse(await ok(folder, 'show', 'good', '--json')) as Shown;
  expect(data).toMatchObject({ status: 'completed', cause: null, attempts: [{ diagnosis: null }] });
  expect(await ok(folder, 'show', 'good')).not.toContain('Why it failed');
});

test.each([
  ['exit', 1],
  ['own78', 78],
])('the last line of standard error is the reason if nothing is known: %s', async (what, code) => {
  const folder = testFolder(PROJECT);
  const says = `exit code ${code}: there is no folder /data/nope (last line of standard error)`;
  const { stdout } = await folder.sheaf(['run', '--template', 't', '--what', what]);
  expect(stdout).toContain(` · failed · ${says} · ran `);
  const [exp = ''] = (await ok(folder, 'list', '--columns', 'exp_id')).split('\n').slice(1);
  expect(await ok(folder, 'status')).toContain(`\t${says}\n`);
  expect(await ok(folder, 'show', exp)).toContain(`Why it failed\n  train-1  ${says}\n`);
  const { data } = JSON.parse(await ok(folder, 'show', exp, '--json')) as Shown;
  expect(data).toMatchObject({ cause: 'exit_code', attempts: [{ diagnosis: { code: 'last_line' } }] });
});
