import { join } from 'node:path';
import { symlinkSync, utimesSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { harvestFixture, newRunFolder, type RunFolder } from '../../../test/support/run-folder.ts';
import type { HarvestRule, HarvestRules } from '../../core/settings/harvest-rule.ts';
import type { ValueMap } from '../../core/value.ts';
import { discover, harvest, type Harvested, type HarvestRequest } from '../index.ts';

const BEST = { best: 'val_acc', mode: 'max' } as const;

function csv(column: string, rest: object = {}): HarvestRule {
  return { source: 'csv', file: 'metrics.csv', column, pick: 'last', required: true, ...rest };
}

function value(expression: string, rest: object = {}): HarvestRule {
  return { source: 'value', expression, required: true, ...rest };
}

function requestOf(folder: RunFolder, rules: HarvestRules, params: ValueMap = {}): HarvestRequest {
  return {
    expId: 'a',
    params,
    projectFolder: folder.path,
    experimentFolder: folder.path,
    attempts: [{ name: 'train-1', stage: 'train', n: 1, status: 'completed', folder: 'attempts/train-1' }],
    rules,
    partial: false,
  };
}

async function read(folder: RunFolder, rules: HarvestRules, params?: ValueMap): Promise<Harvested> {
  return harvest(requestOf(folder, rules, params));
}

const CURVES = 'epoch,val_acc,loss,lr\n1,0.5,2.0,\n2,0.9,1.0,0.1\n3,0.7,0.5,\n4,0.9,0.4,\n';

describe('the best step of one metric', () => {
  const folderOf = (text: string): RunFolder => newRunFolder({ 'attempts/train-1/metrics.csv': text });
  const rules = {
    val_acc: csv('val_acc', { pick: 'max', mode: 'max' }),
    loss: csv('loss', { pick: BEST }),
    final_loss: csv('loss'),
  };

  test('gives the others their values there: the first time that it is reached', async () => {
    const { harvest: found } = await read(folderOf(CURVES), rules);
    expect(found.metrics).toMatchObject({
      val_acc: { value: 0.9, mode: 'max', source: { step: 2 } },
      loss: { value: 1, source: { rule: 'csv loss at the max of val_acc', step: 2 } },
      final_loss: { value: 0.4, source: { step: 4 } },
    });
  });

  test('takes the last earlier value if that step has none, with a remark', async () => {
    const { harvest: found } = await read(folderOf('epoch,val_acc,loss\n1,,2.0\n2,0.9,\n3,0.7,0.5\n'), rules);
    expect(found.metrics['loss']).toMatchObject({
      value: 2,
      note: 'at step 1, the last before the best step 2',
      source: { step: 1 },
    });
  });

  test('reports that there is no value yet, or that no step is best', async () => {
    const early = await read(folderOf('epoch,val_acc,loss\n1,0.9,\n2,0.7,0.5\n'), rules);
    expect(early.harvest.missing['loss']).toMatchObject({
      reason: 'no_value',
      said: 'it has no value yet at step 1, where val_acc is best',
    });
    const never = await read(folderOf('epoch,val_acc,loss\n1,nan,1\n2,nan,0.5\n'), rules);
    expect(never.harvest.missing['loss']).toMatchObject({ said: 'the best step is not known: val_acc has no number' });
    expect(never.harvest.metrics['val_acc']).toMatchObject({ value: null, nonfinite: 'nan' });
  });
});

test('a metric that ends as NaN or infinite has the step from which no value is finite', async () => {
  const folder = newRunFolder({
    'attempts/train-1/metrics.csv': 'epoch,loss,acc\n1,2,1\n2,nan,1\n3,1,1\n4,nan,1\n5,inf,1\n',
  });
  const { metrics } = (await read(folder, { loss: csv('loss'), acc: csv('acc'), least: csv('loss', { pick: 'min' }) }))
    .harvest;
  expect(metrics['loss']).toMatchObject({ value: null, nonfinite: 'inf', diverged: 4, source: { step: 5 } });
  expect(metrics['acc']).not.toHaveProperty('diverged');
  expect(metrics['least']).toMatchObject({ value: 1 });
});

describe('what is computed from other metrics', () => {
  const folder = (): RunFolder => newRunFolder({ 'attempts/train-1/metrics.csv': CURVES });

  test('has its value, from metrics, other such values and parameters', async () => {
    const rules = {
      percent: value('100 * acc', { unit: '%' }),
      acc: csv('val_acc', { pick: 'max' }),
      error: value('1 - percent / 100'),
      per_sample: value('`acc` / batch.size'),
    };
    const { harvest: found } = await read(folder(), rules, { batch: { size: 4 } });
    expect(Object.keys(found.metrics)).toEqual(['percent', 'acc', 'error', 'per_sample']);
    expect(found.metrics).toMatchObject({
      percent: { value: 90, unit: '%', source: { rule: '100 * acc', file: '' } },
      error: { value: expect.closeTo(0.1, 12) as number },
      per_sample: { value: 0.225 },
    });
  });

  test('is missing when a part is, and NaN or infinite when the numbers say so', async () => {
    const { harvest: found } = await read(folder(), {
      acc: csv('val_acc'),
      nope: csv('nope'),
      sum: value('acc + nope + lr'),
      ratio: value('acc / 0'),
    });
    expect(found.missing['sum']).toMatchObject({
      reason: 'no_value',
      said: 'it is computed from nope, lr, of which there is no number',
    });
    const typo = await read(folder(), { acc: csv('val_acc'), twice: value('ac * bach') }, { batch: 4 });
    expect(typo.harvest.missing['twice']?.fix).toBe('did you mean acc or batch?');
    expect(found.metrics['ratio']).toMatchObject({ value: null, nonfinite: 'inf' });
  });
});

describe('a family', () => {
  const folder = (): RunFolder =>
    newRunFolder({
      'attempts/train-1/metrics.jsonl':
        '{"step": 1, "val/acc": 0.5, "val/loss": 2, "lr": 0.1}\n{"step": 2, "val/acc": 0.6, "val/loss": 1, "lr": 0.1}\n',
    });
  const tracked = (key: string, rest: object = {}): HarvestRule => ({
    source: 'metrics',
    path: '.',
    key,
    pick: 'last',
    required: false,
    ...rest,
  });

  test('has a metric for each key that fits, with the part that the "*" stands for in its name', async () => {
    const { harvest: found, series } = await read(folder(), { 'best_*': tracked('val/*', { pick: 'max' }) });
    expect(found.metrics).toMatchObject({
      best_acc: { value: 0.6, shape: '07', source: { file: 'attempts/train-1/metrics.jsonl', step: 2 } },
      best_loss: { value: 2, source: { step: 1 } },
    });
    expect([...(series.get('best_acc')?.parts[0]?.points.values ?? [])]).toEqual([0.5, 0.6]);
    expect(found.missing).toEqual({});
  });

  test('has a curve, and what only picks a value from the same values has none unless its rule says so', async () => {
    const { harvest: found, series } = await read(folder(), {
      'val/*': tracked('val/*'),
      best_acc: tracked('val/acc', { pick: 'max' }),
      first_lr: tracked('lr', { pick: 'first' }),
    });
    expect([...series.keys()]).toEqual(['val/acc', 'val/loss', 'first_lr']);
    expect(found.metrics['best_acc']).toMatchObject({ value: 0.6, seriesOf: 'val/acc', source: { step: 2 } });
    expect(found.metrics['best_acc']).not.toHaveProperty('shape');
    const rows = newRunFolder({ 'attempts/train-1/metrics.csv': CURVES });
    const [last, best] = [csv('val_acc'), csv('val_acc', { pick: 'max', mode: 'max' })];
    expect([...(await read(rows, { last, best })).series.keys()]).toEqual(['last']);
    const asked = { last: csv('val_acc'), asked: csv('val_acc', { pick: 'max', series: true }) };
    expect([...(await read(rows, asked)).series.keys()]).toEqual(['last', 'asked']);
  });

  test('yields to a rule with its own name, and is reported when nothing matches it', async () => {
    const { harvest: found } = await read(folder(), {
      '*': tracked('*'),
      lr: tracked('lr', { pick: 'first', unit: '1' }),
      'test/*': tracked('test/*'),
    });
    expect(Object.keys(found.metrics)).toEqual(['val/acc', 'val/loss', 'lr']);
    expect(found.metrics['lr']).toMatchObject({ unit: '1', source: { rule: 'metrics lr first' } });
    expect(found.missing).toMatchObject({
      'test/*': { reason: 'no_key', said: 'nothing fits test/*', optional: true },
    });
  });

  test('crowds out no rule of its own', async () => {
    const keys = Array.from({ length: 25_000 }, (_, i) => [`m${i}`, i]);
    const large = newRunFolder({ 'attempts/train-1/metrics.jsonl': `${JSON.stringify(Object.fromEntries(keys))}\n` });
    const { harvest: found } = await read(large, { '*': tracked('*'), last: tracked('m24999') });
    expect(found.metrics['last']?.value).toBe(24_999);
  });

  test('has the numbers of a key that also has texts, with a remark', async () => {
    const mixed = newRunFolder({ 'attempts/train-1/metrics.jsonl': '{"loss": 0.5}\n{"loss": "diverged"}\n' });
    const { harvest: found } = await read(mixed, { '*': tracked('*') });
    expect(found.metrics['loss']).toMatchObject({
      value: 0.5,
      note: 'beside its series it has the value "diverged", in line 2 of attempts/train-1/metrics.jsonl',
    });
  });

  test('that is very large is cut, with a remark', async () => {
    const keys = Array.from({ length: 600 }, (_, i) => [`m${i}`, i]);
    const large = newRunFolder({ 'attempts/train-1/metrics.jsonl': `${JSON.stringify(Object.fromEntries(keys))}\n` });
    const { harvest: found } = await read(large, { '*': tracked('*') });
    expect(Object.keys(found.metrics)).toHaveLength(500);
    expect(found.missing['*']?.said).toContain('100 values of 600 values that fit * are left out');
  });
});

describe('the files of a rule', () => {
  const json = (file: string, rest: object = {}): HarvestRule => ({
    source: 'json',
    file,
    path: 'acc',
    required: true,
    ...rest,
  });

  test('are those where the program ran, too: but not the code that shows there', async () => {
    const folder = newRunFolder({
      'attempts/train-1/work/out/a.json': '{"acc": 1}',
      'code/b.json': '{"acc": 2}',
    });
    symlinkSync('/etc/hostname', join(folder.path, 'attempts/train-1/work/outside.json'));
    const { harvest: found } = await read(folder, { a: json('out/a.json'), outside: json('outside.json') });
    expect(found.metrics['a']?.source.file).toBe('attempts/train-1/work/out/a.json');
    expect(found.missing['outside']).toMatchObject({ reason: 'no_file' });
  });

  test('may be at any depth, and the newest of several when that is asked for', async () => {
    const folder = newRunFolder({
      'attempts/train-1/ckpt/9/m.json': '{"acc": 9}',
      'attempts/train-1/ckpt/10/m.json': '{"acc": 10}',
      'attempts/train-1/.hidden/m.json': '{"acc": 0}',
    });
    for (const step of [9, 10]) utimesSync(join(folder.path, `attempts/train-1/ckpt/${step}/m.json`), 1e9, 1e9);
    const rules = { all: json('**/m.json'), newest: json('**/m.json', { newest: true }) };
    const same = (await read(folder, rules)).harvest;
    expect(same.missing['all']?.reason).toBe('several_files');
    expect(same.metrics['newest']?.value).toBe(10);
    utimesSync(join(folder.path, 'attempts/train-1/ckpt/9/m.json'), 2e9, 2e9);
    expect((await read(folder, rules)).harvest.metrics['newest']?.value).toBe(9);
  });

  test('are read through a link that leads out only when the rule allows it', async () => {
    const outside = newRunFolder({ 'm.json': '{"acc": 5}' });
    const folder = newRunFolder({ 'attempts/train-1/out.log': '' });
    symlinkSync(join(outside.path, 'm.json'), join(folder.path, 'attempts/train-1/m.json'));
    symlinkSync(outside.path, join(folder.path, 'attempts/train-1/runs'));
    const { harvest: found } = await read(folder, {
      refused: json('m.json'),
      allowed: json('m.json', { links: true }),
      below: json('runs/*.json', { links: true }),
      stays: json('runs/*.json'),
    });
    expect(found.missing).toMatchObject({ refused: { reason: 'unreadable' }, stays: { reason: 'no_file' } });
    expect(found.metrics).toMatchObject({ allowed: { value: 5 }, below: { value: 5 } });
  });
});

test('a value of a YAML file keeps its digits, and invalid YAML is reported', async () => {
  const folder = newRunFolder({
    'attempts/train-1/r.yaml': 'eval: &e {acc: 0.10, n: 12345678901234567890, bad: .nan, on: yes}\nagain: *e\n',
    'attempts/train-1/bad.yaml': 'a: [1\n',
  });
  const yaml = (path: string, file = 'r.yaml'): HarvestRule => ({ source: 'yaml', file, path, required: true });
  const { harvest: found } = await read(folder, {
    acc: yaml('eval.acc'),
    n: yaml('again.n'),
    nan: yaml('eval.bad'),
    on: yaml('eval.on'),
    none: yaml('eval.ac'),
    broken: yaml('a', 'bad.yaml'),
  });
  expect(found.metrics).toMatchObject({
    acc: { value: 0.1 },
    n: { value: '12345678901234567890', note: 'kept as text: a number would lose digits' },
    nan: { value: null, nonfinite: 'nan' },
    on: { value: 'yes' },
  });
  expect(found.missing).toMatchObject({
    none: { reason: 'no_key', fix: 'did you mean eval.acc?' },
    broken: { reason: 'bad_file' },
  });
});

test('a program of the project gives metrics and series, or the last lines that it printed', async () => {
  const folder = newRunFolder({
    'attempts/train-1/out.bin': '3',
    'parse.sh':
      'read -r request; case $request in *train-1*) echo "{\\"metrics\\": {\\"acc\\": $(cat attempts/train-1/out.bin)}, \\"series\\": {\\"loss\\": [[1, 2], [2, 1]]}}";; esac\n',
    'fail.sh': 'echo cannot open the file >&2; exit 3\n',
  });
  const exec = (command: string, key: string): HarvestRule => ({
    source: 'exec',
    command,
    key,
    pick: 'last',
    required: true,
    limit: 20,
  });
  const { harvest: found, series } = await read(folder, {
    acc: exec('bash parse.sh', 'acc'),
    loss: exec('bash parse.sh', 'loss'),
    bad: exec('bash fail.sh', 'acc'),
  });
  expect(found.metrics).toMatchObject({ acc: { value: 3 }, loss: { value: 1, source: { step: 2 } } });
  expect([...(series.get('loss')?.parts[0]?.points.values ?? [])]).toEqual([2, 1]);
  expect(found.missing['bad']).toMatchObject({
    reason: 'failed',
    said: expect.stringContaining('cannot open') as string,
  });
});

test('a program of the project is given the folders and the log that the documentation names', async () => {
  const folder = newRunFolder({
    'attempts/train-1/out.log': 'loss 2\n',
    'attempts/train-1/result.csv': '',
    'look.py': `import json, os, sys
given = json.load(sys.stdin)
name = lambda key: os.path.relpath(given[key], os.getcwd())
print(json.dumps({"keys": " ".join(sorted(given)), "folder": name("folder"), "out": name("out"), "log": name("log"),
  "text": open(given["log"]).read(), "files": " ".join(os.path.relpath(each) for each in given["files"])}))
`,
  });
  const rule = (key: string): HarvestRule => ({
    source: 'exec',
    command: 'python3 look.py',
    key,
    file: 'result.csv',
    pick: 'last',
    required: true,
    limit: 20,
  });
  const { harvest: found } = await read(folder, { '*': rule('*') });
  expect(Object.fromEntries(Object.entries(found.metrics).map(([key, { value }]) => [key, value]))).toEqual({
    keys: 'attempt exp_id files folder log out params stage',
    folder: '.',
    out: 'attempts/train-1',
    log: 'attempts/train-1/out.log',
    text: 'loss 2\n',
    files: 'attempts/train-1/result.csv',
  });
});

describe('rules that are proposed', () => {
  test('are those of what a printed training loop, a JSON file and a table have', async () => {
    const folder = newRunFolder({
      'attempts/train-1/out.log': harvestFixture('pytorch_train.log'),
      'attempts/train-1/metrics.json': harvestFixture('pytorch_metrics.json'),
      'attempts/train-1/history.csv': CURVES,
      'attempts/train-1/params.json': '{"lr": 0.1}',
      'attempts/train-1/ended.json': '{"exit_code": 0}',
    });
    const proposed = await discover(requestOf(folder, {}));
    expect(Object.fromEntries(proposed.map(({ metric, form }) => [metric, form]))).toMatchObject({
      accuracy: { json: 'metrics.json', path: 'accuracy' },
      val_acc: { csv: 'history.csv', column: 'val_acc', pick: 'max', mode: 'max' },
      loss: { csv: 'history.csv', column: 'loss', pick: 'min', mode: 'min' },
      train_loss: { log: expect.stringContaining('train loss') as string, pick: 'min', mode: 'min' },
    });
    expect(proposed.map(({ metric }) => metric)).not.toContain('exit_code');
  });

  test('name what is nested in JSON so that a curve keeps the plain name, and take no words of sentences', async () => {
    const folder = newRunFolder({
      'attempts/train-1/out.log': 'training small with lr=0.1\n[epoch 1/2] loss: 0.5 | val acc 93.1% | 900 img/s\n',
      'attempts/train-1/result.json': '{"final": {"loss": 0.4}}',
    });
    const proposed = await discover(requestOf(folder, {}));
    expect(proposed.map(({ metric, form }) => [metric, form['log'] ?? form['path']])).toEqual([
      ['final_loss', 'final.loss'],
      ['lr', String.raw`\blr=\s*([-+\w.]+)`],
      ['loss', String.raw`\bloss\s*:\s*([-+\w.]+)`],
      ['val_acc', String.raw`\bval acc\s+([-+\w.]+)`],
    ]);
  });

  test('take the step along where each line of a log tells a higher one, so that there is a curve', async () => {
    const line = (epoch: number, step: number): string => `[epoch ${epoch}/2] a: 0.${step} | step ${step}, b 0.5\n`;
    const folder = newRunFolder({ 'attempts/train-1/out.log': line(1, 10) + line(2, 20) + 'a_b: 1\n' });
    const [a, b, other] = await discover(requestOf(folder, {}));
    expect([a?.form['log'], b?.form['log'], other?.form['log']]).toEqual([
      String.raw`\bepoch\b\W+(?<step>\d+).*?\ba\s*:\s*([-+\w.]+)`,
      String.raw`\bstep\b\W+(?<step>\d+).*?\bb\s+([-+\w.]+)`,
      String.raw`\ba_b\s*:\s*([-+\w.]+)`,
    ]);
    const again = newRunFolder({ 'attempts/train-1/out.log': 'step 1 b=1\nstep 2 b=1\nstep 1 b=1\n' });
    expect((await discover(requestOf(again, {})))[0]?.form['log']).toBe(String.raw`\bb=\s*([-+\w.]+)`);
  });

  test.each([
    ['[001/040] nll=2\n[002/040] nll=1\n', String.raw`\[\s*(?<step>\d+)\s*/.*?\bnll=\s*([-+\w.]+)`],
    [' 1/40 nll=2\n 2/40 nll=1\n', String.raw`^\s*(?<step>\d+)\s*/.*?\bnll=\s*([-+\w.]+)`],
  ])('take a counter at the start of each line as the step: %j', async (log, pattern) => {
    const folder = newRunFolder({ 'attempts/train-1/out.log': log });
    const [nll] = await discover(requestOf(folder, {}));
    expect(nll?.form['log']).toBe(pattern);
    const { series } = await read(folder, {
      nll: { source: 'log', pattern, file: 'out', pick: 'last', required: true },
    });
    expect([...(series.get('nll')?.parts[0]?.points.steps ?? [])]).toEqual([1, 2]);
  });

  test('have a * in a path for what belongs to the run, if it fits one file', async () => {
    const pathOf = async (files: Record<string, string>, params: ValueMap): Promise<unknown[]> => {
      const folder = newRunFolder({ 'attempts/train-1/out.log': '', ...files });
      return (await discover(requestOf(folder, {}, params))).map(({ form }) => form['json']);
    };
    const at = (path: string): Record<string, string> => ({ [`attempts/train-1/work/${path}`]: '{"x": 1}' });
    expect(await pathOf(at('results/h4_s1/summary_1.json'), { hidden: 4, seed: 1, out_dir: 'results' })).toEqual([
      'results/h*_s*/summary_*.json',
    ]);
    expect(await pathOf(at('h14/adamw/2026-12-01_10-22-33.json'), { hidden: 4, optimizer: 'adam' })).toEqual([
      'h14/adamw/*_*.json',
    ]);
    expect(await pathOf({ ...at('epoch_2.json'), ...at('epoch_1.json') }, { epochs: 2 })).toEqual(['epoch_1.json']);
  });

  test('take the last value of what is measured on test data, and the best of what is not', async () => {
    const line = (epoch: number): string => `epoch ${epoch} test_acc=0.${epoch} latest_acc=0.${epoch}\n`;
    const folder = newRunFolder({
      'attempts/train-1/out.log': line(1) + line(2),
      'attempts/train-1/history.csv': 'epoch,Test Loss,val_loss\n1,0.5,0.5\n2,0.6,0.6\n',
    });
    const proposed = await discover(requestOf(folder, {}));
    expect(proposed.map(({ metric, form }) => [metric, form['pick'], form['mode']])).toEqual([
      ['Test_Loss', undefined, 'min'],
      ['val_loss', 'min', 'min'],
      ['test_acc', undefined, 'max'],
      ['latest_acc', 'max', 'max'],
    ]);
  });

  test('leave out what sheaf and its jobs write, but not what a program writes under the same names elsewhere', async () => {
    const filesOf = async (paths: readonly string[]): Promise<unknown[]> => {
      const files = paths.map((path, i) => [path, path.endsWith('.csv') ? `v${i}\n1\n` : `{"v${i}": 1}`]);
      const folder = newRunFolder({ 'attempts/train-1/out.log': '', ...Object.fromEntries(files) });
      return (await discover(requestOf(folder, {}))).map(({ form }) => form['json'] ?? form['csv']);
    };
    const ofJobs = ['params.json', 'started.json', 'ended.json', 'usage.csv', 'gpu.csv'];
    const inAttempt = (name: string): string => `attempts/train-1/${name}`;
    expect(await filesOf([...ofJobs.map(inAttempt), inAttempt('results.json')])).toEqual(['results.json']);
    expect(await filesOf([...ofJobs.map(inAttempt), inAttempt('work/results.json')])).toEqual(['results.json']);
    expect(await filesOf(ofJobs.map((name) => inAttempt(`eval/${name}`)))).toEqual([
      'eval/ended.json',
      'eval/params.json',
      'eval/started.json',
      'eval/gpu.csv',
      'eval/usage.csv',
    ]);
    expect(await filesOf(['results.json'])).toEqual([]);
  });

  test('are found in files of very many short lines', async () => {
    const log = `${'\n'.repeat(500_000)}acc=0.5\nacc=0.75\nacc=0.8\n`;
    const folder = newRunFolder({
      'attempts/train-1/out.log': log,
      'attempts/train-1/a.csv': `step\n${'1\n'.repeat(500_000)}`,
    });
    expect((await discover(requestOf(folder, {}))).map(({ metric }) => metric)).toEqual(['acc']);
  });

  test('are empty for an empty folder', async () => {
    expect(await discover(requestOf(newRunFolder({ 'attempts/train-1/out.log': 'hello\n' }), {}))).toEqual([]);
  });
});
