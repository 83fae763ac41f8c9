import { describe, expect, test } from 'vitest';
import { steady, testFolder, type Ran, type RunSettings, type TestFolder } from '../support/run-sheaf.ts';

const FILES = {
  'sheaf.yaml': 'scheduler: local\n',
  'templates/t.yaml': `description: A test
learning_rate: 0.1
model: resnet50
command: |
  echo "accuracy: 0.5 {{ model }}"
  echo trouble >&2
harvest:
  accuracy: {log: 'accuracy: (\\S+)'}
`,
};

/** A project with a sweep of four that ran and was harvested. */
async function sweptProject(): Promise<TestFolder> {
  const folder = testFolder(FILES);
  const words = ['sweep', '--template', 't', '--name', 's', '--grid', 'learning_rate=1e-1,1e-2', '--grid', 'seed=1,2'];
  await folder.sheaf([...words, '--submit']);
  await folder.sheaf(['wait', '--sweep', 's']);
  await folder.sheaf(['harvest', '--sweep', 's']);
  return folder;
}

/** Runs a command line in a terminal of this width; what it prints to both streams comes together. */
async function inTerminal(
  folder: TestFolder,
  line: string,
  { columns = 80, ...settings }: RunSettings & { readonly columns?: number } = {},
): Promise<Ran> {
  const ran = await folder.run(['script', '-qec', `stty cols ${columns} rows 24; ${line}`, '/dev/null'], settings);
  return { ...ran, stdout: ran.stdout.replaceAll('\r\n', '\n') };
}

const COLOR = '\u001b[';

test('a metric that an experiment lacks is an empty cell after a harvest, whatever its name', async () => {
  const template = (metric: string): string => `command: echo x=1\nharvest:\n  ${metric}: {log: 'x=(.*)'}\n`;
  const folder = testFolder({
    'sheaf.yaml': 'scheduler: local\n',
    'templates/a.yaml': template('acc'),
    'templates/b.yaml': template('constructor'),
  });
  for (const name of ['a', 'b']) await folder.sheaf(['new', '--exp-id', name, '--template', name]);
  await folder.sheaf(['submit', 'a', 'b']);
  await folder.sheaf(['wait', 'a', 'b']);
  const { stdout } = await folder.sheaf(['harvest', 'a', 'b']);
  expect(stdout).toContain('exp_id\tacc\tconstructor\na\t1\t\nb\t\t1\n');
});

describe('in a pipe', () => {
  test('tables have tabs and full values, and nothing has colours', async () => {
    const folder = await sweptProject();
    const { stdout, stderr, exitCode } = await folder.sheaf(['list', '--sort', 'exp_id']);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(stdout).toMatchInlineSnapshot(`
      "exp_id	status	sweep	learning_rate	seed	accuracy
      s_lr1e-1_s1	completed	s	1e-1	1	0.5
      s_lr1e-1_s2	completed	s	1e-1	2	0.5
      s_lr1e-2_s1	completed	s	1e-2	1	0.5
      s_lr1e-2_s2	completed	s	1e-2	2	0.5
      "
    `);
    for (const words of [['status', '--sweep', 's'], ['show', 's_lr1e-1_s1'], ['logs', 's_lr1e-1_s1'], ['nothing']]) {
      const said = await folder.sheaf(words);
      expect(said.stdout + said.stderr, words.join(' ')).not.toContain(COLOR);
    }
  });

  test('FORCE_COLOR and --color always bring colours, NO_COLOR takes them away', async () => {
    const folder = testFolder(FILES);
    const colored = async (words: readonly string[], env: Record<string, string>): Promise<boolean> =>
      (await folder.sheaf(['nothing', ...words], { env })).stderr.includes(COLOR);
    expect(await colored([], { FORCE_COLOR: '1' })).toBe(true);
    expect(await colored([], { FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(false);
    expect(await colored(['--color', 'always'], { NO_COLOR: '1' })).toBe(true);
    expect(await colored(['--no-color'], { FORCE_COLOR: '1' })).toBe(false);
  });

  test('a reader that goes away early ends the program quietly', async () => {
    const folder = testFolder(FILES);
    const words = [
      'sweep',
      '--template',
      't',
      '--name',
      's',
      '--random',
      '2000',
      '--draw',
      'learning_rate=uniform(0,1)',
    ];
    await folder.sheaf(words);
    const { stdout, stderr, exitCode } = await folder.run(['bash', '-c', 'sheaf list --limit 0 | head -n 1']);
    expect({ stdout, stderr, exitCode }).toEqual({
      stdout: 'exp_id\tstatus\tsweep\tlearning_rate\n',
      stderr: '',
      exitCode: 0,
    });
  });
});

describe('on a terminal', () => {
  test('a table is aligned, coloured and never wider than the terminal, and says what has no room', async () => {
    const folder = await sweptProject();
    const wide = await inTerminal(folder, 'sheaf list --sort exp_id');
    expect(wide.stdout).toMatchInlineSnapshot(`
      "[2mEXP_ID       STATUS     SWEEP  LEARNING_RATE  SEED  ACCURACY[22m
      s_lr1e-1_s1  [32mcompleted[39m  s               1e-1     1       0.5
      s_lr1e-1_s2  [32mcompleted[39m  s               1e-1     2       0.5
      s_lr1e-2_s1  [32mcompleted[39m  s               1e-2     1       0.5
      s_lr1e-2_s2  [32mcompleted[39m  s               1e-2     2       0.5
      "
    `);
    const narrow = await inTerminal(folder, 'sheaf list --sort exp_id --no-color', { columns: 40 });
    expect(narrow.stdout).toMatchInlineSnapshot(`
      "EXP_ID       STATUS     ACCURACY
      s_lr1e-1_s1  completed       0.5
      s_lr1e-1_s2  completed       0.5
      s_lr1e-2_s1  completed       0.5
      s_lr1e-2_s2  completed       0.5
      Hidden columns: sweep, learning_rate,
      seed (widen the terminal or use
      --columns)
      "
    `);
    expect(narrow.stdout.split('\n').filter((line) => line.length > 40)).toEqual([]);
  });

  test('status describes what is active, with symbols that need no colour', async () => {
    const folder = await sweptProject();
    await folder.sheaf(['new', '--exp-id', 'bad', '--template', 't', '--set', 'command=exit 3']);
    await folder.sheaf(['submit', 'bad', '--wait']);
    const { stdout } = await inTerminal(folder, 'sheaf status --no-color');
    expect(steady(stdout, folder)).toMatchInlineSnapshot(`
      "1 failed · 4 completed
         EXP_ID  STAGE  STATUS  TIME    NOTE
      ✗  bad     train  failed  ran <span>  exit code 3
      Next  sheaf show bad     sheaf logs bad --err     sheaf retry bad
      "
    `);
  });

  test('status keeps status and note of experiments with long names, whose names are shortened in the middle', async () => {
    const folder = testFolder(FILES);
    const id = `${'resnet50_imagenet_'.repeat(3)}lr0.001_s7`;
    await folder.sheaf(['new', '--exp-id', id, '--template', 't', '--set', 'command=exit 3']);
    await folder.sheaf(['submit', id, '--wait']);
    for (const columns of [80, 60]) {
      const { stdout } = await inTerminal(folder, `sheaf status ${id} --no-color`, { columns });
      expect(stdout).toMatch(/\n✗ {2}resnet50_\S*…\S*lr0\.001_s7 .*failed .*exit code 3\n/);
    }
  });

  test('without UTF-8 the signs are ASCII', async () => {
    const folder = testFolder(FILES);
    await folder.sheaf(['new', '--exp-id', 'bad', '--template', 't', '--set', 'command=exit 3']);
    await folder.sheaf(['submit', 'bad', '--wait']);
    const { stdout } = await inTerminal(folder, 'sheaf status bad --no-color', { env: { LANG: 'C' } });
    expect(stdout).not.toMatch(/[^\u0000-\u007f]/);
    expect(stdout).toContain('x  bad');
  });

  test('a question is asked before many experiments are submitted, and no means no', async () => {
    const folder = testFolder(FILES);
    const line = 'sheaf sweep --template t --name s --grid seed=1,2,3,4,5,6,7,8,9,10,11 --submit --no-color';
    const declined = await inTerminal(folder, line, { input: 'n\n' });
    expect(declined.exitCode).toBe(1);
    expect(declined.stdout.replace(/^n\n/, '')).toMatchInlineSnapshot(`
      "Sweep s: 11 experiments = 11 seed
        ids       s_s1 … s_s11
      warning: the command does not use seed: its runs get it only in the environment,
        in $SHEAF_PARAMS and as $SHEAF_P_seed; write {{ seed }} in the command, or {{
        flags }} for all parameters
      Create and submit 11 experiments? [y/N] Nothing was changed.
      "
    `);
    expect((await folder.sheaf(['list'])).stdout).toBe('exp_id\tstatus\n');
    const agreed = await inTerminal(folder, line, { input: 'y\n' });
    expect(agreed.exitCode).toBe(0);
    expect(agreed.stdout).toContain('Created 11.\nSubmitted 11 experiments · train → job 1');
    expect(agreed.stdout.match(/does not use seed/g)).toHaveLength(1);
  });

  test('what a run printed cannot move the cursor or hide words', async () => {
    const folder = testFolder({
      ...FILES,
      'templates/t.yaml': `command: 'printf "a\\033[2Jb\\033]0;title\\007c\\033[31mred\\033[0m"'\n`,
    });
    await folder.sheaf(['new', '--exp-id', 'x', '--template', 't']);
    await folder.sheaf(['submit', 'x', '--wait']);
    expect((await inTerminal(folder, 'sheaf logs x -q')).stdout).toBe('abc\u001b[31mred\u001b[0m');
    expect((await folder.sheaf(['logs', 'x'])).stdout).toBe('a\u001b[2Jb\u001b]0;title\u0007c\u001b[31mred\u001b[0m');
  });
});

test('-q says nothing but the answer', async () => {
  const folder = await sweptProject();
  const { stdout, stderr } = await folder.sheaf(['list', '--limit', '1', '--columns', 'exp_id', '-q']);
  expect({ stdout, stderr }).toEqual({ stdout: 'exp_id\ns_lr1e-2_s2\n', stderr: '' });
  expect((await folder.sheaf(['list', '--limit', '1', '--columns', 'exp_id'])).stderr).toMatchInlineSnapshot(`
    "1 experiment of 4; --limit 0 lists all
    "
  `);
});

test('a bug in sheaf is reported as one, with its place on -v', async () => {
  const folder = testFolder(FILES);
  const broken = `data:text/javascript,Map.groupBy=()=>{throw%20new%20TypeError('broken')}`;
  const env = { NODE_OPTIONS: `--import=${broken}` };
  const { stdout, stderr, exitCode } = await folder.sheaf(['list', '--help'], { env });
  expect({ stdout, exitCode, stderr }).toMatchInlineSnapshot(`
    {
      "exitCode": 1,
      "stderr": "error: broken
      This is a bug in sheaf; -v shows where.
    ",
      "stdout": "",
    }
  `);
  expect((await folder.sheaf(['list', '--help', '-v'], { env })).stderr).toMatch(
    /bug in sheaf\.\nTypeError: broken\n +at /,
  );
});
