import { describe, expect, test } from 'vitest';
import { recordedFolder } from '../support/recorded-folder.ts';
import { ended, started, type Life } from '../support/recorded-project.ts';
import { testFolder } from '../support/run-sheaf.ts';

const WHY = 'attempts/train-1/result.json has nothing at final.f1: final is an object with acc and loss';

const RUN: Life = {
  params: { lr: 0.1 },
  attempts: { 'train-1': [started(), ended()] },
  metrics: { acc: 0.9 },
  missing: { f1: { reason: 'no_key', said: WHY } },
};

describe('a metric that no experiment has', () => {
  test('is a column that one can name, empty and with its cause', async () => {
    const folder = await recordedFolder({ one: RUN });
    const { stdout } = await folder.sheaf(['export', '-', '--format', 'csv', '--columns', 'exp_id,f1,missing']);
    expect(stdout).toBe('exp_id,f1,missing\none,,f1: no_key\n');
    const all = await folder.sheaf(['list', '--columns', 'all']);
    expect(all.stdout.split('\n')[0]?.split('\t')).toContain('f1');
  });

  test('has its reason in show, however narrow the terminal', async () => {
    const folder = await recordedFolder({ one: RUN });
    const { stdout } = await folder.run([
      'script',
      '-qec',
      'stty cols 60; export NO_COLOR=1; sheaf show one',
      '/dev/null',
    ]);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(` f1 missing: ${WHY}`);
    expect(stdout).not.toContain('no room for');
  });
});

test('a family without matches is reported, and is not a column of any table', async () => {
  const family = { 'losses/*': { reason: 'no_key' as const, said: 'nothing fits losses/*' } };
  const folder = await recordedFolder({ one: { ...RUN, missing: family } });
  for (const words of [
    ['list'],
    ['list', '--columns', 'all'],
    ['compare', '--group-by', 'lr'],
    ['export', '-'],
    ['export', '-', '--group-by', 'lr'],
    ['compare', 'one', 'one'],
  ]) {
    expect((await folder.sheaf(words)).stdout, words.join(' ')).not.toContain('losses');
  }
  expect((await folder.sheaf(['show', 'one'])).stdout).toContain('nothing fits losses/*');
});

test('export takes the ending of a file for the name of its format', async () => {
  const folder = await recordedFolder({ one: RUN });
  for (const [name, ending] of [
    ['latex', 'tex'],
    ['markdown', 'md'],
  ]) {
    const { stdout, exitCode } = await folder.sheaf(['export', '-', '--format', ending ?? '']);
    expect(exitCode).toBe(0);
    expect(stdout).toBe((await folder.sheaf(['export', '-', '--format', name ?? ''])).stdout);
  }
});

test('harvest counts an experiment with values as harvested, though a required metric is missing', async () => {
  const template = `command: 'echo acc=0.5'\nharvest:\n  acc: {log: 'acc=(\\S+)'}\n  f1: {json: result.json, path: f1}\n`;
  const folder = testFolder({ 'sheaf.yaml': 'scheduler: local\n', 'templates/t.yaml': template });
  await folder.sheaf(['new', '--template', 't', '--exp-id', 'one']);
  await folder.sheaf(['submit', 'one']);
  await folder.sheaf(['wait', 'one']);
  const { stdout } = await folder.sheaf(['harvest', 'one']);
  expect(stdout).toContain('Harvested 1 of 1: acc\n');
  expect(stdout).toContain('f1 not found: one');
});

const TEMPLATE = `
seed: 0
command: |
  echo loss=0.5
  [ "{{ seed }}" != 2 ] || exit 3
  echo '{"acc": 0.9}' > "$SHEAF_OUT/result.json"
harvest:
  acc: {json: result.json, path: acc}
  loss: {log: 'loss=(\\S+)'}
  f1: {json: result.json, path: f1}
`;

test('harvest says once what several metrics lack, and what completed without a required one', async () => {
  const folder = testFolder({ 'sheaf.yaml': 'scheduler: local\n', 'templates/t.yaml': TEMPLATE });
  await folder.sheaf(['sweep', '--template', 't', '--name', 's', '--grid', 'seed=1,2', '--submit']);
  await folder.sheaf(['wait', '--sweep', 's']);
  const { stdout, exitCode } = await folder.sheaf(['harvest']);
  expect(exitCode).toBe(3);
  expect(stdout).toBe(`Harvested 2 of 2: acc, loss
  1  ended without completing; results are marked partial: s_s2
  1  completed without a required metric; the next harvest tries again ("required: false" in the rule makes it optional): s_s1
  1  acc, f1 not found: s_s2
     why  there is no result.json in the folder of train-1 or of the experiment, and train-1 failed
  1  f1 not found: s_s1
     why  attempts/train-1/result.json has nothing at f1: it is an object with acc
exp_id\tacc\tloss
s_s2\t\t0.5
s_s1\t0.9\t0.5
`);
});
