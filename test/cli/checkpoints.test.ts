import {
  existsSync,
  lutimesSync,
  mkdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeSeriesFile } from '../../src/app/series/series-file.ts';
import { ended, started } from '../support/recorded-project.ts';
import { recordedFolder } from '../support/recorded-folder.ts';
import type { TestFolder } from '../support/run-sheaf.ts';

const SETTINGS = {
  resources: {},
  command: 'true',
  checkpoint: { path: 'ck/step_{step}.pt', pick: 'newest' },
} as const;

const CK = 'attempts/train-1/work/ck';

/** Two runs with checkpoints at the steps 1, 2 and 3; high is best at 2. */
async function makeProject(): Promise<TestFolder> {
  const life = (value: number) => ({
    settings: SETTINGS,
    attempts: { 'train-1': [started(), ended()] },
    metrics: { acc: { value, mode: 'max' as const } },
  });
  const folder = await recordedFolder({ low: life(0.5), high: life(0.8) });
  for (const id of ['low', 'high']) {
    const experiment = join(folder.path, 'experiments', id);
    mkdirSync(join(experiment, CK), { recursive: true });
    for (const step of [1, 2, 3]) {
      const path = join(experiment, CK, `step_${step}.pt`);
      writeFileSync(path, 'x'.repeat(step));
      utimesSync(path, step, step);
    }
    const [steps, values] = [Float64Array.of(1, 2, 3), Float64Array.of(0.6, id === 'high' ? 0.9 : 0.5, 0.8)];
    const part = { attempt: 'train-1', points: { steps, values, times: steps } };
    await writeSeriesFile(experiment, new Map([['acc', { parts: [part], superseded: [] }]]));
  }
  return folder;
}

const linkOf = (folder: TestFolder, name: string): string => join(folder.path, 'pinned', name);

async function pinnedNames(folder: TestFolder): Promise<string[]> {
  const { stdout } = await folder.sheaf(['checkpoints', 'list', '--pinned', '--json']);
  const { data } = JSON.parse(stdout) as {
    data: { pinned: { name: string; exp_id: string; step: number; state: string }[] };
  };
  return data.pinned.map(({ name, exp_id: id, step, state }) => `${name} ${id}@${step} ${state}`);
}

describe('sheaf checkpoints', () => {
  test('lists the checkpoints of experiments with step, size, metric and marks', async () => {
    const folder = await makeProject();
    const { stdout, stderr, exitCode } = await folder.sheaf(['checkpoints', 'list', 'high']);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    const rows = stdout.split('\n').map((line) => line.split('\t').filter((_, i) => i !== 4));
    expect(rows.slice(0, -1)).toEqual([
      ['exp_id', 'attempt', 'step', 'size', 'acc', 'marks', 'path'],
      ['high', 'train-1', '1', '1', '0.6', '', `experiments/high/${CK}/step_1.pt`],
      ['high', 'train-1', '2', '2', '0.9', 'best', `experiments/high/${CK}/step_2.pt`],
      ['high', 'train-1', '3', '3', '0.8', 'newest', `experiments/high/${CK}/step_3.pt`],
    ]);
    const json = await folder.sheaf(['checkpoints', 'list', '--where', 'acc < 0.6', '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      schema: 'sheaf.checkpoints-list/1',
      data: { metric: 'acc', checkpoints: [{ exp_id: 'low', step: 1, best: false }, { step: 2 }, { best: true }] },
    });
  });

  test('prints the path of the best one alone on standard output', async () => {
    const folder = await makeProject();
    const file = join(folder.path, 'experiments/high', CK, 'step_2.pt');
    const { stdout, stderr, exitCode } = await folder.sheaf(['checkpoints', 'best', 'acc']);
    expect({ stdout, exitCode }).toEqual({ stdout: `${file}\n`, exitCode: 0 });
    expect(stderr).toBe('high, step 2: acc 0.9\n');
    rmSync(join(folder.path, 'experiments/high', CK), { recursive: true });
    const next = await folder.sheaf(['checkpoints', 'best', 'acc']);
    expect(next.stdout).toBe(`${join(folder.path, 'experiments/low', CK, 'step_3.pt')}\n`);
    expect(next.stderr).toContain('high (acc 0.8) is skipped: it has no checkpoints any more');
    const none = await folder.sheaf(['checkpoints', 'best', 'acc', 'high']);
    expect(none).toMatchObject({ stdout: '', exitCode: 2 });
  });

  test('gives names that others cannot take, shows what is behind them, and takes them away', async () => {
    const folder = await makeProject();
    const pin = ['checkpoints', 'pin', 'high', 'best', '--as', 'top'];
    expect((await folder.sheaf(pin)).stdout).toBe(`Pinned ${CK}/step_2.pt of high (acc 0.9) as pinned/top\n`);
    expect(readlinkSync(linkOf(folder, 'top'))).toBe(`../experiments/high/${CK}/step_2.pt`);
    expect((await folder.sheaf(pin)).exitCode).toBe(0);
    const taken = await folder.sheaf(['checkpoints', 'pin', 'low', '1', '--as', 'top']);
    expect(taken.exitCode).toBe(2);
    expect(taken.stderr).toContain('top is the name of another checkpoint: step 2 of high');
    expect(taken.stderr).toContain('sheaf checkpoints unpin top');
    const newest = await folder.sheaf(['checkpoints', 'pin', 'low', 'newest', '--as', 'low.3']);
    expect(newest.stdout).toBe(`Pinned ${CK}/step_3.pt of low (acc 0.8) as pinned/low.3\n`);
    expect(await pinnedNames(folder)).toEqual(['low.3 low@3 there', 'top high@2 there']);
    expect((await folder.sheaf(['checkpoints', 'list', 'high'])).stdout).toContain('best, pinned top');
    const offered = await folder.sheaf(['__complete', 'checkpoints', 'unpin', '']);
    expect(offered.stdout.split('\n').map((line) => line.split('\t')[0])).toEqual(
      expect.arrayContaining(['top', 'low.3']),
    );
    writeFileSync(join(folder.path, 'experiments/low', CK, 'step_3.pt'), 'written again');
    rmSync(join(folder.path, 'experiments/high', CK, 'step_2.pt'));
    expect(await pinnedNames(folder)).toEqual(['low.3 low@3 changed', 'top high@2 gone']);
    expect((await folder.sheaf(['checkpoints', 'list', '--pinned', 'high'])).stderr).toContain('top is gone: ');
    const unpinned = await folder.sheaf(['checkpoints', 'unpin', 'top']);
    expect(unpinned).toMatchObject({ stdout: `Unpinned top: ${CK}/step_2.pt of high is gone\n`, exitCode: 0 });
    expect(existsSync(linkOf(folder, 'top'))).toBe(false);
    expect((await folder.sheaf(['checkpoints', 'unpin', 'top'])).stderr).toContain('no checkpoint is pinned as "top"');
  });

  test('keeps the name of a pinned checkpoint from experiments, so that start_from means one thing', async () => {
    const folder = await makeProject();
    mkdirSync(join(folder.path, 'templates'));
    writeFileSync(join(folder.path, 'templates/t.yaml'), 'command: echo hello\n');
    await folder.sheaf(['checkpoints', 'pin', 'high', 'best', '--as', 't-001']);
    const taken = 't-001 is the name of a pinned checkpoint of high';
    const refused = await folder.sheaf(['new', 't', 't-001']);
    expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(taken) });
    expect((await folder.sheaf(['new', 't'])).stdout).toContain('Created t-002');
    const renamed = await folder.sheaf(['rename', 't-002', 't-001']);
    expect(renamed).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(taken) });
    await folder.sheaf(['checkpoints', 'unpin', 't-001']);
    expect(await folder.sheaf(['new', 't', 't-001'])).toMatchObject({ exitCode: 0 });
  });

  test.each([
    [['pin', 'high', 'best', '--as', 'a/b'], 'cannot be the name of a checkpoint'],
    [['pin', 'high', 'best', '--as', 'best'], 'stand for checkpoints of an experiment'],
    [['pin', 'high', 'best', '--as', '12'], 'use step-12'],
    [['pin', 'high', 'best', '--as', 'low'], 'low is the name of an experiment'],
    [['pin', 'high', 'best'], 'needs --as NAME'],
    [['pin', 'high', 'last', '--as', 'x'], 'it is best, newest, or a step'],
    [['pin', 'high', '7', '--as', 'x'], 'high has no checkpoint of step 7'],
    [['best'], 'sheaf checkpoints best METRIC [ID…]'],
    [['best', 'accu'], 'no experiment has a metric accu'],
    [['best', 'acc', '--max', '--min'], '--max and --min exclude each other'],
    [['lst'], 'did you mean list?'],
  ])('refuses %j and says why', async (words, said) => {
    const folder = await makeProject();
    const { stdout, stderr, exitCode } = await folder.sheaf(['checkpoints', ...words]);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
    expect(stderr).toContain(said);
    expect(existsSync(join(folder.path, 'pinned'))).toBe(false);
  });

  test('pins a step without its metric if the series cannot be read', async () => {
    const folder = await makeProject();
    writeFileSync(join(folder.path, 'experiments/high/series.parquet'), 'damaged');
    const { stdout } = await folder.sheaf(['checkpoints', 'pin', 'high', '2', '--as', 'top']);
    expect(stdout).toBe(`Pinned ${CK}/step_2.pt of high as pinned/top\n`);
  });

  test('pins and unpins whole, wherever it was killed before', async () => {
    const folder = await makeProject();
    const pin = ['checkpoints', 'pin', 'high', '2', '--as', 'top'];
    const unpin = ['checkpoints', 'unpin', 'top'];
    for (let effect = 1, survived = 0; survived < 2; effect += 1) {
      survived = 0;
      for (const words of [pin, unpin]) {
        const { exitCode } = await folder.sheaf(words, { env: { SHEAF_TEST_FAULT: `kill@${effect}` } });
        if (exitCode === 0) survived += 1;
        // Unpinning may have been recorded before it was killed.
        if (exitCode !== 0) await folder.sheaf(words);
        const isPinned = words === pin;
        expect(await pinnedNames(folder)).toEqual(isPinned ? ['top high@2 there'] : []);
        if (isPinned) expect(readlinkSync(linkOf(folder, 'top'))).toContain('step_2.pt');
      }
    }
  });

  test('takes over the name of a command that was killed, and doctor repairs the links', async () => {
    const folder = await makeProject();
    mkdirSync(join(folder.path, 'pinned'));
    symlinkSync('left/behind', linkOf(folder, 'top'));
    const pin = ['checkpoints', 'pin', 'high', '2', '--as', 'top'];
    expect((await folder.sheaf(pin)).stderr).toContain('another command is about to pin top');
    lutimesSync(linkOf(folder, 'top'), 1, 1);
    expect((await folder.sheaf(pin)).exitCode).toBe(0);
    expect(readlinkSync(linkOf(folder, 'top'))).toContain('step_2.pt');
    rmSync(linkOf(folder, 'top'));
    symlinkSync('nobody', linkOf(folder, 'stray'));
    lutimesSync(linkOf(folder, 'stray'), 1, 1);
    const { stdout } = await folder.sheaf(['doctor']);
    expect(stdout).toContain('pinned/ lacked or had wrong links: top');
    expect(stdout).toContain('pinned/ had links of names that no checkpoint has: stray');
    expect(readlinkSync(linkOf(folder, 'top'))).toContain('step_2.pt');
    expect(existsSync(linkOf(folder, 'stray'))).toBe(false);
  });
});
