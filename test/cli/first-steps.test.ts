import { appendFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { testFolder, type TestFolder } from '../support/run-sheaf.ts';

async function ok(folder: TestFolder, line: string): Promise<string> {
  const { stdout, stderr, exitCode } = await folder.sheaf(line.split(' '));
  expect({ line, exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ line, exitCode: 0, stderr: '' });
  return stdout;
}

test('the template that init creates runs without changes, and its results are read without being asked for', async () => {
  const folder = testFolder();
  await ok(folder, 'init');
  await ok(folder, 'new --exp-id first --template baseline --learning-rate 0.01');
  expect(await ok(folder, 'submit first --wait')).toContain('Harvested 1 of 1: accuracy');
  expect(await ok(folder, 'logs first')).toContain('training with --learning-rate 0.01 --batch-size 64');
  await ok(folder, 'sweep --template baseline --name lrs --grid learning_rate=0.1,0.01 --grid seed=1,2,3 --submit');
  expect(await ok(folder, 'wait --sweep lrs')).toContain('Harvested 6 of 6: accuracy');
  expect(await ok(folder, 'harvest')).toBe('Nothing new to harvest\n');
  expect(await ok(folder, 'export - --format csv --sweep lrs --group-by learning_rate')).toContain('0.1,3,3,0.92,');
});

test.each([
  'status',
  'status --all',
  'list',
  'sweep list',
  'show',
  'logs',
  'wait',
  'harvest',
  'submit --all',
  'retry --failed',
  'cancel --all',
  'export -',
  'compare --group-by seed',
  'plot accuracy --out a.svg',
  'efficiency',
  'template list',
  'prune',
  'doctor',
])('sheaf %s answers in a project in which nothing has happened', async (line) => {
  const folder = testFolder({ 'sheaf.yaml': 'scheduler: local\n' });
  const { stderr, exitCode } = await folder.sheaf(line.split(' '));
  expect(stderr).not.toContain('This is a bug');
  expect(exitCode).toBeLessThanOrEqual(2);
});

const STAGES = `learning_rate: 0.1
stages:
  train: {command: 'echo no memory >&2; exit 3'}
  eval: {after: train, command: 'true'}
`;

test('a project that begins where another one was removed says nothing of that one', async () => {
  const folder = testFolder();
  await ok(folder, 'init');
  await ok(folder, 'new --exp-id first --template baseline');
  for (const name of readdirSync(folder.path)) rmSync(join(folder.path, name), { recursive: true });
  await ok(folder, 'init');
  const { stdout, stderr } = await folder.sheaf(['list']);
  expect(stderr).not.toContain('lost');
  expect(stdout).not.toContain('first');
});

test('status, show and list report the stage that failed, not the stage that waited for it', async () => {
  const folder = testFolder({ 'sheaf.yaml': 'scheduler: local\n', 'templates/t.yaml': STAGES });
  await ok(folder, 'new --exp-id bad --template t');
  expect(await folder.sheaf(['submit', 'bad', '--wait'])).toMatchObject({ exitCode: 1 });
  const { stdout } = await folder.run([
    'script',
    '-qec',
    'stty cols 80; export NO_COLOR=1; sheaf status bad; sheaf show bad',
    '/dev/null',
  ]);
  expect(stdout).toMatch(/✗ +bad +train +failed +ran \d+s +exit code 3/);
  expect(stdout).toMatch(/train-1 +failed +1 +ran \d+s.* exit code 3\b/);
  expect(stdout).toMatch(/eval-1 +failed +2 .*dependency: job 1 did not complete/);
  expect(await ok(folder, 'list --columns exp_id,cause')).toBe('exp_id\tcause\nbad\texit_code\n');
});

const BASELINE = {
  'sheaf.yaml': 'scheduler: local\n',
  'templates/t.yaml': 'learning_rate: 0.1\nseed: 0\ncommand: |\n  true {{ flags }}\n  echo done\n',
};

describe('a beginner who types', () => {
  test.each([
    ['template new m --from train.py', 'train.py is a Python program, not an sbatch script'],
    ['template shwo t', 'sheaf template has no command "shwo"\n  fix  did you mean show?'],
    ['new', 'sheaf new needs a template\n  why  the project has t\n  fix  sheaf new t'],
    ['list t', 'unexpected argument "t"\n  fix  sheaf list takes flags only, see sheaf list --help'],
    ['sweep --template t --name s --from points.csv', 'there is no file points.csv\n  fix  --from FILE'],
    ['sweep --template t --name s --from folder', 'there is no file folder\n  fix  --from FILE'],
    ['submit exp_*', `fix  for all that match a pattern: --where 'exp_id ~ "exp_*"'`],
  ])('the error of sheaf %s says what to do', async (line, words) => {
    const folder = testFolder({ ...BASELINE, 'train.py': 'print(1)\n' });
    mkdirSync(join(folder.path, 'folder'));
    const { stdout, stderr, exitCode } = await folder.sheaf(line.split(' '));
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
    expect(stderr).toContain(words);
  });
});

test('sweep show lists what varies', async () => {
  const folder = testFolder(BASELINE);
  await ok(
    folder,
    'sweep --template t --name s --grid seed=1,2 --random 2 --random-seed 7 --draw learning_rate=loguniform(1e-5,0.1)',
  );
  await ok(folder, 'sweep extend s --grid seed=3');
  expect(await ok(folder, 'sweep show s')).toMatch(
    /created +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d .*: 4 experiments\n +seed = 1, 2\n +learning_rate sampled from loguniform\(0\.00001,0\.1\)\n +sampled with --random-seed 7\n +extended .*: 2 experiments\n +seed = 3\n/,
  );
});

test('template show has no empty columns, and a command of several lines below its key', async () => {
  const folder = testFolder(BASELINE);
  const { stdout } = await folder.run([
    'script',
    '-qec',
    'stty cols 80; NO_COLOR=1 sheaf template show t',
    '/dev/null',
  ]);
  expect(stdout.replaceAll('\r', '')).toContain(`PARAMETER      TYPE   DEFAULT  ROLE
learning_rate  float      0.1
seed           int          0  seed

  command:
    true {{ flags }}
    echo done
`);
});

const WRITES_BY_PARAMETER = `hidden: 4
seed: 0
command: |
  mkdir -p $SHEAF_OUT/results/h{{ hidden }}
  echo '{"hidden": {{ hidden }}, "accuracy": 0.{{ seed }}}' >$SHEAF_OUT/results/h{{ hidden }}/seed_{{ seed }}.json
  echo "[001/002] validation nll=0.5"; echo "[002/002] validation nll=0.{{ seed }}"
`;

test.each([
  'run t --dry-run',
  'run t next --dry-run -v',
  'submit made --dry-run',
  'submit made --dry-run -v',
  'show made --script',
])('the scripts that sheaf %s prints on a narrow terminal can be pasted', async (command) => {
  const words = 'echo one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen';
  const folder = testFolder({
    'sheaf.yaml': 'scheduler: local\n',
    'templates/t.yaml': `command: |\n  if true; then ${words}; fi\n`,
  });
  await ok(folder, 'new --exp-id made --template t');
  const onTerminal = `stty cols 40; NO_COLOR=1 sheaf ${command} 2>notes`;
  const { stdout } = await folder.run(['script', '-qec', onTerminal, '/dev/null']);
  const piped = await ok(folder, command);
  expect(piped).toContain(`if true; then ${words}; fi\n`);
  expect(stdout.replaceAll('\r', '')).toBe(piped);
});

test('the rules that --discover prints on a narrow terminal can be pasted, and fit all runs of a sweep', async () => {
  const folder = testFolder({ 'sheaf.yaml': 'scheduler: local\n', 'templates/t.yaml': WRITES_BY_PARAMETER });
  await ok(folder, 'sweep --template t --name s --grid hidden=4,8 --grid seed=1,2 --submit');
  await ok(folder, 'wait --sweep s');
  const discover = 'stty cols 60; NO_COLOR=1 sheaf harvest s_h4_s1 --discover 2>notes';
  const { stdout } = await folder.run(['script', '-qec', discover, '/dev/null']);
  const pasted = stdout.replaceAll('\r', '');
  expect(pasted).toBe(String.raw`harvest:
  # 0.1, attempts/train-1/results/h4/seed_1.json
  accuracy:
    json: 'results/h*/seed_*.json'
    path: accuracy
  # 0.1, attempts/train-1/out.log:2
  validation_nll:
    log: '\[\s*(?<step>\d+)\s*/.*?\bvalidation nll=\s*([-+\w.]+)'
    pick: min
    mode: min
`);
  appendFileSync(join(folder.path, 'templates/t.yaml'), pasted);
  expect(await ok(folder, 'harvest --all')).toContain('Harvested 4 of 4');
  expect(await ok(folder, 'export - --format csv --sweep s --group-by hidden --columns accuracy')).toContain(
    '\n4,2,2,0.15',
  );
});
