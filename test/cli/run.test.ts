import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startProgram } from '../support/processes.ts';
import { testFolder, type Ran, type TestFolder } from '../support/run-sheaf.ts';
import { sheafArgv } from '../support/sheaf-argv.ts';
import { until } from '../support/until.ts';

const FILES = {
  'sheaf.yaml': 'scheduler: local\ncode: live\n',
  'templates/t.yaml': `lr: 0.1
seed: 0
command: |
  echo "running with {{ lr }}"
  echo "accuracy: {{ lr }}{{ seed }}"
harvest:
  accuracy: { log: 'accuracy: (\\S+)' }
`,
};

/** A run without what differs from time to time. */
function steady({ stdout, stderr, exitCode }: Ran): Ran {
  const plain = (text: string): string =>
    text
      .replace(/(ran|after) \d+s/g, '$1 <span>')
      .replace(/(job \d+) · \S+ ──/g, '$1 · <host> ──')
      .replace(/^.*(waits in the queue|has not arrived here yet).*\n/gm, '');
  return { stdout: plain(stdout), stderr: plain(stderr), exitCode };
}

test('run makes an experiment, submits it, prints its log and ends with one line of result', async () => {
  const folder = testFolder(FILES);
  const ran = steady(await folder.sheaf(['run', 't', '--lr', '0.25', '--tags', 'first']));
  expect(ran.stdout).toBe('running with 0.25\naccuracy: 0.250\n✓ t-001 · completed · ran <span> · accuracy 0.25\n');
  expect(ran.stderr).toMatch(
    /^Created t-001\nSubmitted t-001 · train · attempt 1 → job 1\nResults go to \S+\/experiments\/t-001\n── train · attempt 1 · job 1 · <host> ──\n── train · attempt 1 completed after <span> ──\n$/,
  );
  expect(ran.exitCode).toBe(0);
  expect((await folder.sheaf(['list', '--tags', 'first'])).stdout).toContain('t-001\tcompleted\t0.25\t0\t0.25');
});

test('run of a new project ends with a result without a further word', async () => {
  const folder = testFolder();
  await folder.sheaf(['init', '.', '--scheduler', 'local']);
  const { stdout, exitCode } = await folder.sheaf(['run', 'baseline']);
  expect(stdout).toMatch(/✓ baseline-001 · completed · .*accuracy \S+\n$/);
  expect(exitCode).toBe(0);
});

test('run of what fails ends with the reason and exit code 1, and a chain runs stage after stage', async () => {
  const folder = testFolder({
    ...FILES,
    'templates/bad.yaml': 'command: exit 3\n',
    'templates/chain.yaml': `stages:
  first: { command: echo one }
  second: { after: first, command: echo two }
  third: { after: second, command: "echo three; exit 4" }
`,
  });
  const bad = steady(await folder.sheaf(['run', 'bad', 'mine']));
  expect(bad.stderr).toContain('── train · attempt 1 failed (exit code 3) after <span> ──\n');
  expect([bad.exitCode, bad.stdout]).toEqual([1, '✗ mine · failed · exit code 3 · ran <span>\n']);
  const chain = steady(await folder.sheaf(['run', 'chain']));
  expect(chain.stdout).toBe('one\ntwo\nthree\n✗ chain-001 · failed · exit code 4 · ran <span>\n');
  expect(chain.exitCode).toBe(1);
});

test('run with the name of an experiment that exists says how to go on with that one', async () => {
  const folder = testFolder({ ...FILES, 'templates/bad.yaml': 'command: exit 3\n' });
  await folder.sheaf(['run', 'bad', 'mine']);
  const { stderr, exitCode } = await folder.sheaf(['run', 'bad', 'mine']);
  expect(stderr).toContain('error: mine exists already and failed\n');
  expect(stderr).toContain(
    'fix  to run it again: sheaf retry mine\n       for a new one, without a name: sheaf run bad\n',
  );
  expect(exitCode).toBe(2);
  await folder.sheaf(['new', 't', 'other']);
  const made = await folder.sheaf(['run', 't', 'other']);
  expect(made.stderr).toContain('exists already and was not submitted');
  expect(made.stderr).toContain('to submit it: sheaf submit other\n');
});

test('run of one stage warns only of metrics that it should give', async () => {
  const folder = testFolder({
    ...FILES,
    'templates/chain.yaml': `stages:
  first: { command: echo loss 1 }
  second: { after: first, command: echo acc 2 }
harvest:
  loss: { log: 'loss (\\S+)', stage: first }
  lost: { log: 'lost (\\S+)', stage: first }
  acc: { log: 'acc (\\S+)', stage: second }
`,
  });
  const { stdout, stderr } = await folder.sheaf(['run', 'chain', '--stage', 'first']);
  expect(stdout).toMatch(/^✓ chain-001 · completed · .* · loss 1$/m);
  expect(stderr).toContain('warning: lost not found');
  expect(stderr).not.toContain('acc not found');
});

test('run, wait and status say what to try when the log of a program shows it', async () => {
  const folder = testFolder({
    ...FILES,
    'templates/u.yaml': `batch_size: 3
command: |
  echo t.py: error: unrecognized arguments: {{ flags }} >&2
  exit 2
`,
  });
  const remedy = 'try   if the program takes --batch_size, write flag_style: underscore in the template';
  const ran = await folder.sheaf(['run', 'u']);
  expect(ran.stdout).toMatch(/^✗ u-001 · failed · .*unrecognized arguments: --batch-size 3/m);
  expect(ran.stderr).toMatch(/attempt 1 failed \(exit code 2: .*unrecognized arguments: --batch-size 3\) after/);
  for (const { stderr } of [ran, await folder.sheaf(['status', 'u-001']), await folder.sheaf(['wait', 'u-001'])]) {
    expect(stderr).toContain(remedy);
    expect(stderr).toContain('sheaf show u-001 --script');
  }
  const shown = (await folder.sheaf(['show', 'u-001'])).stdout;
  expect(shown).toMatch(/^train-1\tfailed\t.*\texit code 2: .*unrecognized/m);
  expect(shown).toContain('sheaf show u-001 --script');
});

test('Ctrl-C leaves the job of a run running, and says how to come back', async () => {
  const folder = testFolder({
    ...FILES,
    'templates/t.yaml': 'command: |\n  echo begun\n  while [ ! -e "$SHEAF_DIR/go" ]; do sleep 0.1; done\n',
  });
  const running = startProgram([...sheafArgv(), 'run', 't'], { cwd: folder.path, env: folder.env });
  await until(() => running.output().includes('begun'));
  running.child.kill('SIGINT');
  const { code, output } = await running.ended;
  expect(code).toBe(130);
  expect(output).toContain(
    'Stopped following. The job continues:\n  sheaf logs t-001 -f\n  sheaf wait t-001\n  sheaf cancel t-001\n',
  );
  writeFileSync(join(folder.path, 'experiments/t-001/go'), '');
  expect((await folder.sheaf(['wait', 't-001'])).exitCode).toBe(0);
});

test('the same run of a sweep after Ctrl-C follows it to its end, and submits nothing twice', async () => {
  const folder = testFolder({
    ...FILES,
    'templates/t.yaml': `seed: 0
command: |
  while [ ! -e "$SHEAF_DIR/../go" ]; do sleep 0.1; done
  echo "accuracy: 0.{{ seed }}"
harvest:
  accuracy: { log: 'accuracy: (\\S+)' }
`,
  });
  const words = ['run', 't', 's', '--grid', 'seed=1,3'];
  const start = (): ReturnType<typeof startProgram> =>
    startProgram([...sheafArgv(), ...words], { cwd: folder.path, env: folder.env });
  const first = start();
  await until(() => first.output().includes('0 of 2 ended'));
  first.child.kill('SIGINT');
  expect((await first.ended).code).toBe(130);

  const detached = await folder.sheaf([...words, '--detach']);
  expect(detached.exitCode).toBe(0);
  expect(detached.stdout).not.toContain('Submitted');
  // One of them may run already while the other one waits.
  for (const expId of ['s_s1', 's_s3'])
    expect(detached.stdout).toMatch(new RegExp(`Nothing to do for .*\\b${expId}\\b`));

  const second = start();
  await until(() => second.output().includes('0 of 2 ended'));
  writeFileSync(join(folder.path, 'experiments/go'), '');
  const { code, output } = await second.ended;
  expect(code, output).toBe(0);
  expect(output).toContain('2 of 2 ended: 2 completed\n');
  expect(output).toContain('\ns\t2\t0.20 ± 0.14\n✓ s · 2 completed · accuracy 0.20 ± 0.14 (2 seeds)\n');
  expect((await folder.sheaf(['show', 's_s1', '--events'])).stdout).not.toContain('train-2');

  const ended = await folder.sheaf(words);
  expect(ended.stderr).toContain('Nothing to do for s_s1, s_s3: already completed\n');
  expect(ended.stdout).toContain('\ns\t2\t0.20 ± 0.14\n✓ s · 2 completed · accuracy 0.20 ± 0.14 (2 seeds)\n');
});

test('run --detach submits only, and --dry-run makes nothing', async () => {
  const folder = testFolder(FILES);
  const dry = await folder.sheaf(['run', 't', '--dry-run']);
  expect(dry.stdout).toContain('# would submit t-001 · train\n');
  expect((await folder.sheaf(['run', 't', '--grid', 'seed=1,2', '--dry-run'])).stdout).toContain('nothing was created');
  const { stdout, exitCode } = await folder.sheaf(['run', 't', '--detach']);
  const results = `Results go to ${join(folder.path, 'experiments/t-001')}\n`;
  expect([stdout, exitCode]).toEqual([`Submitted t-001 · train · attempt 1 → job 1\n${results}`, 0]);
  expect((await folder.sheaf(['wait', 't-001'])).exitCode).toBe(0);
});

test('run of a sweep ends with the table over the seeds and a line of result', async () => {
  const folder = testFolder(FILES);
  const words = ['run', 't', 'lrs', '--grid', 'lr=0.1,0.2', '--grid', 'seed=1,3', '--max-parallel', '2'];
  const { stdout, stderr, exitCode } = await folder.sheaf(words);
  expect(stdout).toMatch(
    /^lr\tn\taccuracy\n0\.1\t2\t0\.120 ± 0\.014\n0\.2\t2\t0\.220 ± 0\.014\n✓ lrs · 4 completed · best accuracy 0\.220 ± 0\.014 \(2 seeds\): lr=0\.2\n$/,
  );
  expect(stderr).toContain('Sweep lrs: 4 experiments = 2 lr × 2 seed\n');
  expect(stderr).toContain('4 of 4 ended: 4 completed\n');
  expect(exitCode).toBe(0);
});

test('run of a sweep names the members that failed, with their causes', async () => {
  const folder = testFolder({ ...FILES, 'templates/u.yaml': 'seed: 0\ncommand: exit {{ seed }}\n' });
  const { stdout, exitCode } = await folder.sheaf(['run', 'u', 's', '--grid', 'seed=0,3']);
  expect(stdout).toMatch(/^✗ s_s3 · failed · exit code 3 · ran \d+s\n✗ s · 1 failed · 1 completed\n$/);
  expect(exitCode).toBe(3);
});

test('run of a sweep over a setting that is no column ends with its line, without a table', async () => {
  const folder = testFolder(FILES);
  const { stdout, exitCode } = await folder.sheaf(['run', 't', '--grid', 'mem=50M,60M']);
  expect(stdout).toMatch(/^✓ t-001 · 2 completed · best accuracy \S+ t-001_mem\S+\n$/);
  expect(exitCode).toBe(0);
});

test('run of a large sweep asks first, and makes nothing without an answer', async () => {
  const folder = testFolder(FILES);
  const refused = await folder.sheaf(['run', 't', '--grid', 'seed=1..11']);
  expect(refused.exitCode).toBe(2);
  const seeds = Array.from({ length: 11 }, (_, i) => i).join(',');
  const asked = await folder.sheaf(['run', 't', '--grid', `seed=${seeds}`]);
  expect([asked.exitCode, asked.stderr]).toEqual([2, expect.stringContaining('needs confirmation')]);
  expect((await folder.sheaf(['list'])).stdout).not.toContain('t-001');
});

test('run --json prints one document, of an experiment and of a sweep', async () => {
  const folder = testFolder(FILES);
  const one = JSON.parse((await folder.sheaf(['run', 't', '--json'])).stdout) as Document;
  expect(one).toMatchObject({
    schema: 'sheaf.run/1',
    data: {
      sweep: null,
      experiments: [{ exp_id: 't-001', status: 'completed', metrics: { accuracy: { value: 0.1 } } }],
    },
  });
  const many = JSON.parse((await folder.sheaf(['run', 't', '--grid', 'seed=1,2', '--json'])).stdout) as Document;
  expect(many).toMatchObject({
    data: { sweep: 't-002', counts: { completed: 2 }, groups: { groups: [{ n: 2 }] } },
  });
  const detached = JSON.parse((await folder.sheaf(['run', 't', '--detach', '--json'])).stdout) as Document;
  expect(detached).toMatchObject({ data: { submissions: [{ members: [{ exp_id: 't-003' }] }] } });
});

interface Document {
  readonly schema: string;
  readonly data: unknown;
}

const PROGRAM = 'echo "accuracy: $1"\n';

async function runCommand(folder: TestFolder, ...words: string[]): Promise<Ran> {
  return folder.sheaf(['run', '--command', 'bash lab/train.sh {{ lr }}', ...words]);
}

test('run of a command alone makes a template of it, which is used again and can be cloned and repeated', async () => {
  const folder = testFolder({ 'sheaf.yaml': 'scheduler: local\ncode: live\n', 'lab/train.sh': PROGRAM });
  const first = steady(await runCommand(folder, '--lr', '0.5'));
  expect(first.stdout).toBe('accuracy: 0.5\n✓ train-001 · completed · ran <span>\n');
  expect(first.stderr).toContain('Made templates/train.yaml from the command\n');
  const path = join(folder.path, 'templates/train.yaml');
  writeFileSync(path, `${readFileSync(path, 'utf8')}harvest:\n  accuracy: { log: 'accuracy: (\\S+)' }\n`);
  const second = await runCommand(folder, '--lr', '0.75', '--cpus-per-task', '1');
  expect(second.stderr).not.toContain('Made ');
  expect(second.stdout).toMatch(/✓ train-002 · completed · .*accuracy 0\.75\n$/);
  expect((await folder.sheaf(['clone', 'train-001', 'copy', '--set', 'lr=0.9'])).exitCode).toBe(0);
  expect((await folder.sheaf(['rerun', 'train-001'])).exitCode).toBe(0);
  expect((await folder.sheaf(['show', 'copy'])).stdout).toContain('template  train');
  const sweep = await runCommand(folder, '--grid', 'lr=0.1,0.2');
  expect(sweep.stdout).toContain('✓ train-003 · 2 completed · best accuracy 0.2: train-003_lr0.2\n');
});

test('run of a command names the flag of each value that is missing, and makes nothing', async () => {
  const folder = testFolder({ 'sheaf.yaml': 'scheduler: local\ncode: live\n' });
  const missing = await folder.sheaf(['run', '--command', 'echo {{ lr }} {{ batch_size }}', '--lr', '1']);
  expect(missing.stderr).toBe('error: batch_size must be given\n  fix  give it: --batch-size VALUE\n');
  const typo = await folder.sheaf(['run', '--command', 'echo {{ lr }}', '--lrr', '1']);
  expect(typo.stderr).toContain('sheaf run has no flag --lrr\n');
  expect([missing.exitCode, typo.exitCode]).toEqual([2, 2]);
  expect(existsSync(join(folder.path, 'templates'))).toBe(false);
});

test('a command with {{ flags }} takes all flags that it is given', async () => {
  const folder = testFolder({ 'sheaf.yaml': 'scheduler: local\ncode: live\n' });
  const { stdout } = await folder.sheaf(['run', '--command', 'echo {{ flags }}', '--model-size', 'big', '--lr=1e-3']);
  expect(stdout).toMatch(/^--model-size big --lr 1e-3\n✓ echo-001 /);
});

test('two runs at once get names of their own', async () => {
  const folder = testFolder(FILES);
  const both = await Promise.all([folder.sheaf(['run', 't', '-q']), folder.sheaf(['run', 't', '-q'])]);
  expect(both.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
  const names = both.map(({ stdout }) => /t-\d+/.exec(stdout)?.[0]);
  expect(new Set(names)).toEqual(new Set(['t-001', 't-002']));
});

test('run refuses wrong names, and what this machine does not have, before it makes anything', async () => {
  const folder = testFolder(FILES);
  for (const [words, said] of [
    [['run', 'tt'], 'did you mean t?'],
    [['run', 't', '--lrr', '1'], 'did you mean --lr?'],
    [['run', 't', '--grid', 'lrr=1,2'], 'did you mean lr?'],
    [['run', 't', '--name', 'x'], 'use --exp-id, or add --grid'],
    [['run', 't', '--grid', 'lr=1,2', '--exp-id', 'x'], 'use --name'],
    [['run', 't', '--num-gpus', '99'], 'asks for 99 GPUs'],
  ] as const) {
    const { exitCode, stderr } = await folder.sheaf(words);
    expect({ words, exitCode }).toEqual({ words, exitCode: 2 });
    expect(stderr).toContain(said);
  }
  expect((await folder.sheaf(['list'])).stdout).not.toContain('t-001');
});

test('a run of a template without rules, and show, suggest the command that proposes them', async () => {
  const folder = testFolder({
    'sheaf.yaml': 'scheduler: local\n',
    'templates/t.yaml': 'x: 1\ncommand: echo {{ x }}\n',
  });
  for (const command of ['run t s --grid x=1,2', 'show s_x1']) {
    const { stdout } = await folder.run(['script', '-qec', `NO_COLOR=1 sheaf ${command}`, '/dev/null']);
    expect(stdout).toContain('Next  sheaf harvest s_x1 --discover\r\n');
  }
});
