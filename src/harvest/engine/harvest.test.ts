import { chmodSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { harvestFixture, newRunFolder, type RunFolder } from '../../../test/support/run-folder.ts';
import type { TableRule, HarvestRule, HarvestRules, DocumentRule, LogRule } from '../../core/settings/harvest-rule.ts';
import type { Harvest } from '../../core/experiment/metric.ts';
import { fingerprintOf, harvest as harvestAll, type HarvestAttempt, type HarvestRequest } from '../index.ts';

async function harvest(...args: Parameters<typeof harvestAll>): Promise<Harvest> {
  return (await harvestAll(...args)).harvest;
}

function logRule(pattern: string, rest: Partial<LogRule> = {}): LogRule {
  return { source: 'log', pattern, file: 'out', pick: 'last', required: true, ...rest };
}

function jsonRule(file: string, path: string, rest: Partial<DocumentRule> = {}): DocumentRule {
  return { source: 'json', file, path, required: true, ...rest };
}

function csvRule(file: string, column: string, pick: TableRule['pick'] = 'last'): TableRule {
  return { source: 'csv', file, column, pick, required: true };
}

function attempt(name: string, rest: Partial<HarvestAttempt> = {}): HarvestAttempt {
  const [stage = '', n = ''] = name.split('-');
  return { name, stage, n: Number(n), status: 'completed', folder: `attempts/${name}`, ...rest };
}

function request(
  folder: RunFolder,
  rules: HarvestRules,
  attempts = [attempt('train-1')],
  partial = false,
): HarvestRequest {
  return { ...RUN, experimentFolder: folder.path, attempts, rules, partial };
}

const RUN = { expId: 'a', params: {}, projectFolder: '/nowhere' };

async function one(
  folder: RunFolder,
  rule: HarvestRule,
  attempts?: HarvestAttempt[],
): Promise<Harvest['metrics'][string] | Harvest['missing'][string] | undefined> {
  const { metrics, missing } = await harvest(request(folder, { acc: rule }, attempts));
  return metrics['acc'] ?? missing['acc'];
}

test('each value comes with its file, its rule and its place, and the rest with the reason', async () => {
  const folder = newRunFolder({
    'attempts/train-1/out.log': harvestFixture('pytorch_train.log'),
    'attempts/train-1/metrics.json': harvestFixture('pytorch_metrics.json'),
    'lightning_logs/version_0/metrics.csv': harvestFixture('lightning_metrics.csv'),
  });
  const rules = {
    val_acc: logRule('val acc (\\S+)%', { pick: 'max' }),
    accuracy: jsonRule('metrics.json', 'accuracy'),
    val_loss: csvRule('lightning_logs/version_*/metrics.csv', 'val_loss', 'min'),
    f1: jsonRule('metrics.json', 'f1', { required: false }),
    stderr: logRule('warning: (.*)', { file: 'err' }),
  };
  expect(await harvest(request(folder, rules))).toEqual({
    metrics: {
      val_acc: {
        value: 95.97,
        source: { file: 'attempts/train-1/out.log', rule: 'log /val acc (\\S+)%/ max', line: 21 },
      },
      accuracy: {
        value: 0.9546599388122559,
        source: { file: 'attempts/train-1/metrics.json', rule: 'json accuracy', pointer: '/accuracy' },
      },
      val_loss: {
        value: 0.4270011782646179,
        shape: '74200',
        source: { file: 'lightning_logs/version_0/metrics.csv', rule: 'csv val_loss min', line: 28, step: 109 },
      },
    },
    missing: {
      f1: {
        reason: 'no_key',
        said: 'attempts/train-1/metrics.json has nothing at f1: it is an object with val_loss, accuracy, train_time',
        optional: true,
      },
      stderr: {
        reason: 'no_file',
        said: 'train-1 has no err.log',
      },
    },
    attempts: ['train-1'],
    partial: false,
    fingerprint: expect.stringMatching(/^5-[0-9a-f]{8}-[0-9a-f]{8}$/),
  });
});

describe('which attempt is read', () => {
  test('the newest of the last stage that has started', async () => {
    const folder = newRunFolder({
      'attempts/train-1/out.log': 'acc: 1\n',
      'attempts/eval-1/out.log': 'acc: 2\n',
      'attempts/eval-10/out.log': 'acc: 10\n',
      'attempts/eval-9/out.log': 'acc: 9\n',
    });
    const attempts = [
      attempt('train-1'),
      attempt('eval-1'),
      attempt('eval-10'),
      attempt('eval-9'),
      { name: 'export-1', stage: 'export', n: 1, status: 'queued' } as const,
    ];
    expect(await one(folder, logRule('acc: (\\d+)'), attempts)).toMatchObject({ value: 10 });
    const result = await harvest(
      request(folder, { a: logRule('acc: (\\d+)'), b: logRule('acc: (\\d+)', { stage: 'train' }) }, attempts),
    );
    expect(result.metrics['b']?.value).toBe(1);
    expect(result.attempts).toEqual(['train-1', 'eval-10']);
  });

  test('an older attempt counts only if the newest has no such file, and the value notes it', async () => {
    const folder = newRunFolder({
      'attempts/train-1/metrics.json': '{"acc": 1}',
      'attempts/train-1/out.log': 'acc: 1\n',
      'attempts/train-2/out.log': 'starting\n',
    });
    const attempts = [attempt('train-1', { status: 'failed' }), attempt('train-2', { status: 'running' })];
    expect(await one(folder, jsonRule('metrics.json', 'acc'), attempts)).toMatchObject({
      value: 1,
      note: 'from train-1: train-2 has no metrics.json',
    });
    expect(await one(folder, logRule('acc: (\\d)'), attempts)).toMatchObject({ reason: 'no_match' });
  });

  test('that of the attempt before, when the one that completed resumed after the last step and wrote none', async () => {
    const folder = newRunFolder({
      'attempts/train-1/metrics.json': '{"acc": 1}',
      'attempts/train-2/metrics.json': '{"acc": 2}',
      'attempts/train-3/out.log': 'done\n',
    });
    const [other, interrupted] = [attempt('train-1'), attempt('train-2', { status: 'failed', start: 'anew' })];
    const resumed = attempt('train-3', { start: 'resumed' });
    expect(await one(folder, jsonRule('metrics.json', 'acc'), [other, interrupted, resumed])).toMatchObject({
      value: 2,
      note: 'from train-2: train-3 has no metrics.json',
    });
    const left = newRunFolder({ 'attempts/train-1/metrics.json': '{"acc": 1}', 'attempts/train-3/out.log': '' });
    left.write('attempts/train-2/out.log', '');
    expect(await one(left, jsonRule('metrics.json', 'acc'), [other, interrupted, resumed])).toMatchObject({
      reason: 'no_file',
      fix: 'train-1 has it, but train-3 completed after it and wrote none',
    });
  });

  test('none that ran before one that completed: its values would be those of an earlier run', async () => {
    const folder = newRunFolder({
      'attempts/train-1/metrics.json': '{"acc": 1}',
      'attempts/train-2/out.log': 'done\n',
    });
    const before = attempt('train-1', { status: 'failed' });
    expect(await one(folder, jsonRule('metrics.json', 'acc'), [before, attempt('train-2')])).toEqual({
      reason: 'no_file',
      said: 'there is no metrics.json in the folder of train-2 or of the experiment',
      fix: 'train-1 has it, but train-2 completed after it and wrote none',
    });
    const again = attempt('train-3', { status: 'running' });
    folder.write('attempts/train-3/out.log', '');
    expect(await one(folder, jsonRule('metrics.json', 'acc'), [before, attempt('train-2'), again])).toMatchObject({
      reason: 'no_file',
    });
  });

  test('one that waits in the queue or was refused has nothing to read', async () => {
    const folder = newRunFolder({ 'attempts/train-1/out.log': 'acc: 1\n' });
    const queued: HarvestAttempt = { name: 'train-3', stage: 'train', n: 3, status: 'queued' };
    const refused: HarvestAttempt = { name: 'train-2', stage: 'train', n: 2, status: 'void' };
    expect(await one(folder, logRule('acc: (\\d)'), [attempt('train-1'), refused])).not.toHaveProperty('note');
    expect(await one(folder, logRule('acc: (\\d)'), [attempt('train-1'), refused, queued])).toMatchObject({
      value: 1,
      note: 'from train-1: train-3 has no out.log',
    });
    expect(await one(folder, logRule('acc: (\\d)'), [queued])).toEqual({
      reason: 'not_run',
      said: 'no attempt has started',
    });
  });

  test('one that completed and whose folder is gone has not "not started"', async () => {
    const swept: HarvestAttempt = { name: 'train-1', stage: 'train', n: 1, status: 'completed' };
    expect(await one(newRunFolder({}), logRule('acc: (\\d)'), [swept])).toEqual({
      reason: 'no_file',
      said: 'train-1 completed, but its folder is gone',
    });
  });

  test('a stage that has not started, or is misspelt', async () => {
    const folder = newRunFolder({ 'attempts/train-1/out.log': 'acc: 1\n' });
    const evalQueued: HarvestAttempt = { name: 'eval-1', stage: 'eval', n: 1, status: 'queued' };
    const attempts = [attempt('train-1'), evalQueued];
    expect(await one(folder, logRule('acc: (\\d)', { stage: 'eval' }), attempts)).toEqual({
      reason: 'not_run',
      said: 'no attempt of the stage eval has started',
    });
    expect(await one(folder, logRule('acc: (\\d)', { stage: 'trian' }), attempts)).toEqual({
      reason: 'not_run',
      said: 'there is no attempt of a stage trian',
      fix: 'did you mean train?',
    });
  });

  test('a file that only an earlier stage has is not taken, but named', async () => {
    const folder = newRunFolder({ 'attempts/train-1/metrics.json': '{"acc": 1}', 'attempts/eval-1/out.log': '' });
    expect(await one(folder, jsonRule('metrics.json', 'acc'), [attempt('train-1'), attempt('eval-1')])).toEqual({
      reason: 'no_file',
      said: 'there is no metrics.json in the folder of eval-1 or of the experiment',
      fix: 'train-1 has it: add "stage: train" to the rule',
    });
  });

  test('the last line of a log is left out while its own attempt has not completed', async () => {
    const folder = newRunFolder({
      'attempts/train-1/out.log': 'acc: 1\nacc: 2',
      'attempts/eval-1/out.log': 'acc: 3\nacc: 4',
    });
    const attempts = [attempt('train-1'), attempt('eval-1', { status: 'running' })];
    const rules = { trained: logRule('acc: (\\d)', { stage: 'train' }), evaluated: logRule('acc: (\\d)') };
    const { metrics } = await harvest(request(folder, rules, attempts, true));
    expect([metrics['trained']?.value, metrics['evaluated']?.value]).toEqual([2, 3]);
  });
});

describe('which file is read', () => {
  test('that of the attempt before that of the experiment', async () => {
    const folder = newRunFolder({
      'metrics.json': '{"acc": 1}',
      'attempts/train-1/metrics.json': '{"acc": 2}',
      'eval.json': '{"acc": 3}',
    });
    expect(await one(folder, jsonRule('metrics.json', 'acc'))).toMatchObject({ value: 2 });
    expect(await one(folder, jsonRule('./logs/../eval.json', 'acc'))).toMatchObject({ value: 3 });
    expect(await one(folder, jsonRule('constructor', 'acc'))).toEqual({
      reason: 'no_file',
      said: 'there is no constructor in the folder of train-1 or of the experiment',
      fix: 'write it as "$SHEAF_OUT/constructor"; if the program has a flag for the folder, in the template: --outdir "$SHEAF_OUT"',
    });
    expect(await one(folder, jsonRule('metrix.json', 'acc'))).toMatchObject({
      fix: 'train-1 wrote metrics.json: name it in the rule if it is the same, or write metrix.json to "$SHEAF_OUT"',
    });
    expect(await one(folder, jsonRule('out/history.csv', 'acc'))).toMatchObject({
      fix: 'write it as "$SHEAF_OUT/out/history.csv"; if the program has a flag for the folder, in the template: --outdir "$SHEAF_OUT/out"',
    });
  });

  test('is likely another that the program wrote, whatever its name, and none that the job wrote', async () => {
    const folder = newRunFolder({
      'attempts/train-1/params.json': '{}',
      'attempts/train-1/results.json': '{"acc": 1}',
      'attempts/train-1/eval/params.json': '{"acc": 1}',
    });
    expect(await one(folder, jsonRule('metrics.json', 'acc'))).toMatchObject({
      fix: 'train-1 wrote eval/params.json, results.json: name it in the rule if it is the same, or write metrics.json to "$SHEAF_OUT"',
    });
  });

  test('is not asked for where the attempt failed before it could write it', async () => {
    const folder = newRunFolder({ 'attempts/train-1/out.log': '' });
    expect(await one(folder, jsonRule('metrics.json', 'acc'), [attempt('train-1', { status: 'failed' })])).toEqual({
      reason: 'no_file',
      said: 'there is no metrics.json in the folder of train-1 or of the experiment, and train-1 failed',
    });
  });

  test('the only one that a "*" stands for', async () => {
    const folder = newRunFolder({
      'attempts/train-1/runs/[a] 1/metrics.json': '{"acc": 1}',
      'attempts/train-1/runs/.hidden/metrics.json': '{"acc": 2}',
    });
    expect(await one(folder, jsonRule('runs/*/met*.json', 'acc'))).toMatchObject({
      value: 1,
      source: { file: 'attempts/train-1/runs/[a] 1/metrics.json' },
    });
    expect(await one(folder, jsonRule('runs/[a]*/metrics.json', 'acc'))).toMatchObject({ value: 1 });
    expect(await one(folder, jsonRule('nowhere/*/metrics.json', 'acc'))).toMatchObject({ reason: 'no_file' });
  });

  test('none of several that a "*" stands for', async () => {
    const folder = newRunFolder({
      'attempts/train-1/version_0/metrics.csv': 'x\n1\n',
      'attempts/train-1/version_1/metrics.csv': 'x\n2\n',
    });
    expect(await one(folder, csvRule('version_*/metrics.csv', 'x'))).toEqual({
      reason: 'several_files',
      said:
        'version_*/metrics.csv matches 2 files: ' +
        'attempts/train-1/version_0/metrics.csv, attempts/train-1/version_1/metrics.csv',
      fix: 'name one of them, or a "*" that fits only one, or add "newest: true"',
    });
  });

  test('none outside the experiment, however it is named', async () => {
    const folder = newRunFolder({ 'attempts/train-1/out.log': '' });
    const outside = join(dirname(folder.path), 'other');
    mkdirSync(outside);
    writeFileSync(join(outside, 'metrics.json'), '{"acc": 1}');
    symlinkSync(join(outside, 'metrics.json'), join(folder.path, 'attempts/train-1/link.json'));
    symlinkSync(outside, join(folder.path, 'attempts/train-1/folder'));
    for (const file of ['../other/metrics.json', join(outside, 'metrics.json'), 'a/../../other/metrics.json']) {
      expect(await one(folder, jsonRule(file, 'acc'))).toMatchObject({
        reason: 'unreadable',
        said: `${JSON.stringify(file)} leads out of the experiment's folder, and is not read`,
      });
    }
    for (const file of ['link.json', 'folder/metrics.json']) {
      expect(await one(folder, jsonRule(file, 'acc'))).toMatchObject({
        reason: 'unreadable',
        said: `attempts/train-1/${file} leads out of the experiment's folder through a link, and is not read`,
      });
    }
    expect(await one(folder, jsonRule('folder/*.json', 'acc'))).toMatchObject({ reason: 'no_file' });
  });

  test('one behind a link that stays inside', async () => {
    const folder = newRunFolder({ 'attempts/train-1/epoch-9.json': '{"acc": 9}' });
    symlinkSync('epoch-9.json', join(folder.path, 'attempts/train-1/best.json'));
    symlinkSync('gone.json', join(folder.path, 'attempts/train-1/dangling.json'));
    expect(await one(folder, jsonRule('best.json', 'acc'))).toMatchObject({
      value: 9,
      source: { file: 'attempts/train-1/best.json' },
    });
    expect(await one(folder, jsonRule('dangling.json', 'acc'))).toMatchObject({
      reason: 'no_file',
      said: 'attempts/train-1/dangling.json is a link to nothing',
    });
  });

  test('no folder, pipe or socket', async () => {
    const folder = newRunFolder({ 'attempts/train-1/folder/x': '' });
    folder.fifo('attempts/train-1/out.log');
    const server = createServer().listen(join(folder.path, 'attempts/train-1/socket'));
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const cannot = 'no file that can be read';
    expect(await one(folder, logRule('(a)', { file: 'folder' }))).toMatchObject({
      said: `attempts/train-1/folder is a folder, ${cannot}`,
    });
    for (const [file, shown] of [
      ['out', 'out.log'],
      ['socket', 'socket'],
    ] as const) {
      expect(await one(folder, logRule('(a)', { file }))).toEqual({
        reason: 'unreadable',
        said: `attempts/train-1/${shown} is a pipe, a socket or a device, ${cannot}`,
      });
    }
  });

  test('a file that one may not read is reported with its mode, and the other rules are answered', async () => {
    const folder = newRunFolder({ 'attempts/train-1/out.log': 'acc: 1\n', 'attempts/train-1/err.log': 'acc: 2\n' });
    chmodSync(dirname(folder.path), 0o755);
    chmodSync(join(folder.path, 'attempts/train-1/out.log'), 0o200);
    const rules = { out: logRule('acc: (\\d)'), err: logRule('acc: (\\d)', { file: 'err' }) };
    const result = await asNobody(() => harvest(request(folder, rules)));
    expect(result.missing['out']?.reason).toBe('unreadable');
    expect(result.missing['out']?.said).toMatch(
      /^attempts\/train-1\/out\.log cannot be read by .+ \(mode 0200, owner \d+\)$/,
    );
    expect(result.metrics['err']?.value).toBe(2);
  });

  test('a folder that one may not enter is reported', async () => {
    const folder = newRunFolder({ 'attempts/train-1/private/metrics.json': '{}' });
    chmodSync(dirname(folder.path), 0o755);
    const inner = join(folder.path, 'attempts/train-1/private');
    chmodSync(inner, 0o000);
    onTestFinished(() => chmodSync(inner, 0o755));
    const finding = await asNobody(() => one(folder, jsonRule('private/metrics.json', 'acc')));
    expect(finding).toMatchObject({
      reason: 'unreadable',
      said: expect.stringMatching(/^attempts\/train-1\/private\/metrics\.json cannot be read by /),
    });
  });
});

test('a pattern that cannot be used is an error with its place', async () => {
  const folder = newRunFolder({ 'attempts/train-1/out.log': 'x\n' });
  const at = { file: 'templates/a.yaml', line: 4 };
  await expect(one(folder, logRule('(x', { at }))).rejects.toMatchObject({
    code: 'harvest.pattern.syntax',
    exitCode: 2,
    problems: [{ at }],
  });
});

test('a metric may have any name', async () => {
  const folder = newRunFolder({ 'attempts/train-1/out.log': 'x: 1\n' });
  const rules = Object.fromEntries(['__proto__', 'at', 'constructor', ''].map((name) => [name, logRule('x: (\\d)')]));
  const { metrics } = await harvest(request(folder, rules));
  expect(Object.keys(metrics)).toEqual(['__proto__', 'at', 'constructor', '']);
});

test('any bytes give a value or a sentence, never an error', async () => {
  const piece = fc.oneof(
    fc
      .constantFrom('acc: ', 'acc', ',', '"', '{', '}', '[', ']', ':', '\n', '\r', '1', 'nan', '\u001b[', '\ufeff')
      .map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 5 }),
  );
  const rules: HarvestRules = {
    log: logRule('acc: (\\S+)', { pick: 'mean' }),
    json: jsonRule('out.log', 'acc.0'),
    csv: csvRule('out.log', 'acc', 'max'),
  };
  const folder = newRunFolder();
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 30 }), fc.boolean(), async (pieces, running) => {
      folder.write('attempts/train-1/out.log', Buffer.concat(pieces));
      const attempts = [attempt('train-1', { status: running ? 'running' : 'completed' })];
      const { metrics, missing } = await harvest(request(folder, rules, attempts), { chunkBytes: 7 });
      expect([...Object.keys(metrics), ...Object.keys(missing)].toSorted()).toEqual(['csv', 'json', 'log']);
      for (const { said } of Object.values(missing)) expect(said).toMatch(/^\S.{10,}/s);
    }),
  );
});

describe('the fingerprint', () => {
  const rules = { acc: logRule('acc: (\\d)'), loss: jsonRule('m*.json', 'loss') };

  function made(): RunFolder {
    const folder = newRunFolder({
      'attempts/train-1/out.log': 'acc: 1\n',
      'attempts/train-1/m.json': '{"loss": 1}',
      'other.txt': '',
    });
    for (const file of ['out.log', 'm.json']) touch(folder, `attempts/train-1/${file}`, 1000);
    return folder;
  }

  test('is the same before, in and after a harvest, and does not depend on the place of the folder', async () => {
    const [folder, moved] = [made(), made()];
    const before = fingerprintOf(request(folder, rules));
    expect((await harvest(request(folder, rules))).fingerprint).toBe(before);
    expect(fingerprintOf(request(moved, rules))).toBe(before);
  });

  test('does not change with what is not read or where a rule is written', () => {
    const folder = made();
    const before = fingerprintOf(request(folder, rules));
    folder.write('other.txt', 'changed');
    folder.write('attempts/train-1/err.log', 'new');
    expect(
      fingerprintOf(request(folder, { ...rules, acc: logRule('acc: (\\d)', { at: { file: 'a.yaml', line: 3 } }) })),
    ).toBe(before);
  });

  test.each<[string, (folder: RunFolder) => HarvestRequest]>([
    [
      'a file that grew',
      (folder) => (folder.write('attempts/train-1/out.log', 'acc: 1\nacc: 2\n'), request(folder, rules)),
    ],
    [
      'a file rewritten with the same size',
      (folder) => (touch(folder, 'attempts/train-1/out.log', 1001), request(folder, rules)),
    ],
    ['a second file for a "*"', (folder) => (folder.write('attempts/train-1/m2.json', '{}'), request(folder, rules))],
    ['another rule', (folder) => request(folder, { ...rules, acc: logRule('acc: (\\d)', { pick: 'max' }) })],
    ['a rule for a metric named at', (folder) => request(folder, { ...rules, at: logRule('acc: (\\d)') })],
    ['another status', (folder) => request(folder, rules, [attempt('train-1', { status: 'failed' })], true)],
    ['another attempt', (folder) => request(folder, rules, [attempt('train-1'), attempt('train-2')])],
  ])('changes with %s', (_name, change) => {
    const folder = made();
    const before = fingerprintOf(request(folder, rules));
    expect(fingerprintOf(change(folder))).not.toBe(before);
  });
});

function touch(folder: RunFolder, file: string, seconds: number): void {
  utimesSync(join(folder.path, file), seconds, seconds);
}

/** Root may read everything, so it acts as another user here. */
async function asNobody<T>(act: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return act();
  process.seteuid?.(65534);
  try {
    return await act();
  } finally {
    process.seteuid?.(0);
  }
}
