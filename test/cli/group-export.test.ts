import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { recordedFolder } from '../support/recorded-folder.ts';
import { ended, started, type Life } from '../support/recorded-project.ts';

const done = { 'train-1': [started(), ended()] };

function run(lr: number, seed: number, acc: number, more: Partial<Life> = {}): Life {
  return {
    params: { lr, seed },
    written: { '/lr': lr === 0.1 ? '1e-1' : String(lr) },
    attempts: done,
    metrics: { acc },
    ...more,
  };
}

/** Three seeds of each rate, of which one is not there, one failed with a value and one left none. */
const SWEEP: { readonly [expId: string]: Life } = {
  a1: run(0.1, 1, 0.7),
  a2: run(0.1, 2, 0.9),
  b1: run(0.01, 1, 0.5),
  b2: run(0.01, 2, 0.6, { attempts: { 'train-1': [started(), ended(1)] } }),
  b3: run(0.01, 3, 0.7),
  c1: run(0.001, 1, 0.1),
  c2: run(0.001, 2, 0.2),
  c3: { ...run(0.001, 3, 0), metrics: {}, missing: { acc: { reason: 'no_match', said: 'no line matches' } } },
};

function table(text: string): Record<string, string>[] {
  const [header = '', ...lines] = text.trimEnd().split('\n');
  const names = header.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, i) => [names[i] ?? '', cell])));
}

describe('export --group-by', () => {
  test('has n, mean, std, standard error, t interval, median and range of each metric over the seeds', async () => {
    const folder = await recordedFolder(SWEEP);
    const { exitCode } = await folder.sheaf(['export', 'means.csv', '--group-by', 'lr', '--where', 'lr = 0.1']);
    expect(exitCode).toBe(0);
    const text = readFileSync(join(folder.path, 'means.csv'), 'utf8');
    expect(text.split('\n')[0]).toBe(
      'lr,n,acc_n,acc_mean,acc_std,acc_sem,acc_ci95_low,acc_ci95_high,acc_median,acc_min,acc_max,missing',
    );
    const [row = {}] = table(text);
    expect(row).toMatchObject({ lr: '1e-1', n: '2', acc_n: '2', acc_median: '0.8', acc_min: '0.7', acc_max: '0.9' });
    // With two values the half width is t(0.975, 1) = 12.7062… standard errors of 0.1.
    expect(Number(row['acc_sem'])).toBeCloseTo(0.1, 12);
    expect(Number(row['acc_ci95_low'])).toBeCloseTo(0.8 - 1.2706204736174707, 10);
    expect(Number(row['acc_ci95_high'])).toBeCloseTo(0.8 + 1.2706204736174707, 10);
  });

  test('has the statistics that are asked for, in that order, and refuses others', async () => {
    const folder = await recordedFolder(SWEEP);
    const asked = await folder.sheaf(['export', '-', '--group-by', 'lr', '--stats', 'max,n', 'ci95_low']);
    expect(asked.stdout.split('\n')[0]).toBe('lr,n,acc_max,acc_n,acc_ci95_low,missing');
    const wrong = await folder.sheaf(['export', '-', '--group-by', 'lr', '--stats', 'n,medain']);
    expect(wrong).toMatchObject({ exitCode: 2, stdout: '' });
    expect(wrong.stderr).toContain('there is no statistic "medain"');
    expect(wrong.stderr).toContain('median');
    expect((await folder.sheaf(['export', '-', '--stats', 'n'])).exitCode).toBe(2);
  });

  test('warns where a table for a paper has a mean over fewer experiments than its n', async () => {
    const folder = await recordedFolder(SWEEP);
    const { stdout, stderr } = await folder.sheaf(['export', '-', '--format', 'markdown', '--group-by', 'lr']);
    expect(stdout).toContain('| 0.001 | 3 | 0.150 ± 0.071 |');
    expect(stderr).toContain('means over fewer experiments than the column n says: acc of lr=0.001 (2 of 3)');
  });

  test('lists members without a value, members that failed and seeds that are not there', async () => {
    const folder = await recordedFolder(SWEEP);
    const { stdout, stderr } = await folder.sheaf([
      'export',
      '-',
      '--group-by',
      'lr',
      '--stats',
      'n',
      '--format',
      'json',
    ]);
    expect(JSON.parse(stdout)).toEqual([
      { lr: 0.001, n: 3, acc_n: 2, missing: 'acc: c3 (no_match)' },
      { lr: 0.01, n: 3, acc_n: 3, missing: 'failed: b2 (exit_code)' },
      { lr: 0.1, n: 2, acc_n: 2, missing: 'not there: seed 3' },
    ]);
    expect(stderr).toContain('lr=0.1 has 2 of 3 seeds: seed 3 is missing');
    expect(stderr).toContain('1 experiment failed or cancelled, with values that are in the means: b2');
  });

  test('says of runs that go on that their values so far are in the means', async () => {
    const folder = await recordedFolder({
      done: run(1, 1, 0.5),
      going: run(1, 2, 0.25, { attempts: { 'train-1': [started()] } }),
    });
    const { stdout, stderr } = await folder.sheaf(['export', '-', '--group-by', 'lr', '--format', 'md']);
    expect(stdout).toContain('| 1 | 2 | 0.38 ± 0.18 |');
    expect(stderr).toContain(
      '1 experiment has not ended, with values that are in the means: going; to leave them out, filter by status = completed',
    );
  });

  test('names three groups that lack a seed, and counts the others', async () => {
    const rates = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    const runs = rates.flatMap((lr) => (lr <= 5 ? [1, 2] : [1]).map((seed) => [`r${lr}_${seed}`, run(lr, seed, 1)]));
    const folder = await recordedFolder(Object.fromEntries(runs) as Record<string, Life>);
    const { stderr } = await folder.sheaf(['export', '-', '--group-by', 'lr']);
    expect(stderr).toContain('lr=8 has 1 of 2 seeds: seed 2 is missing');
    expect(stderr).toContain('1 more group has fewer seeds than the others');
  });

  test('does not call groups incomplete that have other seeds than one larger group', async () => {
    const folder = await recordedFolder({
      a1: run(0.1, 1, 1),
      b1: run(0.01, 1, 1),
      c1: run(0.001, 1, 1),
      c2: run(0.001, 2, 1),
    });
    expect((await folder.sheaf(['export', '-', '--group-by', 'lr'])).stderr).not.toContain('seed');
  });

  test('by lists, tags and flags keeps their forms', async () => {
    const folder = await recordedFolder({
      a: {
        params: { betas: [0.9, 1e-3], seed: 1 },
        written: { '/betas/1': '1e-3' },
        attempts: done,
        metrics: { acc: 1 },
      },
      b: {
        params: { betas: [0.9, 1e-3], seed: 2 },
        written: { '/betas/1': '1e-3' },
        attempts: done,
        metrics: { acc: 3 },
      },
      c: { params: { seed: 1 }, attempts: done, metrics: { acc: { value: null, nonfinite: 'nan' } }, tags: ['x', 'y'] },
    });
    const words = ['export', '-', '--group-by', 'betas', 'tags', 'archived', '--columns', 'acc', '--stats', 'mean'];
    expect((await folder.sheaf(words)).stdout).toBe(
      [
        'betas,tags,archived,n,acc_mean,missing',
        '"[0.9, 1e-3]",,false,2,2,',
        ',"[""x"",""y""]",false,1,,acc: c (nan); not there: seed 2',
        '',
      ].join('\n'),
    );
    const json = (await folder.sheaf([...words, '--format', 'json'])).stdout;
    expect(JSON.parse(json)).toMatchObject([
      { betas: [0.9, 1e-3], tags: null },
      { betas: null, tags: ['x', 'y'] },
    ]);
  });
});

test('a comparison of groups says over how many experiments a mean is, and has all statistics as JSON', async () => {
  const folder = await recordedFolder(SWEEP);
  const { stdout } = await folder.sheaf(['compare', '--group-by', 'lr']);
  expect(stdout.split('\n').slice(0, 4)).toEqual([
    'lr\tn\tacc',
    '0.001\t3\t0.150 ± 0.071 (2 of 3)',
    '0.01\t3\t0.60 ± 0.10',
    '1e-1\t2\t0.80 ± 0.14',
  ]);
  const json = JSON.parse((await folder.sheaf(['compare', '--group-by', 'lr', '--json'])).stdout) as {
    data: { groups: unknown };
  };
  expect(json.data.groups).toMatchObject([
    { lr: 0.001, metrics: { acc: { n: 2, min: 0.1, max: 0.2 } }, missing: [{ exp_id: 'c3', cause: 'no_match' }] },
    { lr: 0.01, unfinished: [{ exp_id: 'b2', status: 'failed', cause: 'exit_code' }] },
    { lr: 0.1, absent_seeds: ['seed 3'] },
  ]);
});
