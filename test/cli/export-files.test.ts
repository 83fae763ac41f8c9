import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readParquet } from '../../src/system/index.ts';
import { ended, recordedProject, started } from '../support/recorded-project.ts';
import type { Ran } from '../support/run-sheaf.ts';
import { sheafArgv } from '../support/sheaf-argv.ts';

interface Program {
  readonly path: (file: string) => string;
  readonly sheaf: (...words: string[]) => Ran;
}

/** A project with a sweep of four on record, and the program in its folder. */
async function sweptProject(): Promise<Program> {
  const members = [0.1, 0.01].flatMap((lr) => [1, 2].map((seed) => ({ lr, seed })));
  const { project } = await recordedProject(
    Object.fromEntries(
      members.map(({ lr, seed }) => [
        `lr${lr}_s${seed}`,
        {
          params: { lr, seed, note: '=1+1' },
          written: { '/lr': lr.toExponential() },
          attempts: { 'train-1': [started(), ended()] },
          metrics: { accuracy: seed / 4 + lr },
        },
      ]),
    ),
  );
  const { root } = project;
  const env = { PATH: process.env['PATH'], HOME: root, SHEAF_LOCAL_DIR: join(root, 'local') };
  const [node, ...entry] = sheafArgv();
  return {
    path: (file) => join(root, file),
    sheaf: (...words) => {
      const { stdout, stderr, status } = spawnSync(node, [...entry, ...words], { cwd: root, env, encoding: 'utf8' });
      return { stdout, stderr, exitCode: status };
    },
  };
}

describe('export', () => {
  test('writes columns as asked for, in the format that the ending says', async () => {
    const { path, sheaf } = await sweptProject();
    const columns = ['--sort', 'exp_id', '--columns', 'exp_id,LR=lr,acc=accuracy*100:.1f,note'];
    expect(sheaf('export', 'a.tsv', ...columns)).toMatchObject({
      stdout: 'Wrote a.tsv: 4 rows\n',
      stderr: '',
      exitCode: 0,
    });
    expect(readFileSync(path('a.tsv'), 'utf8').split('\n').slice(0, 2)).toEqual([
      'exp_id\tLR\tacc\tnote',
      "lr0.01_s1\t1e-2\t26.0\t'=1+1",
    ]);
    expect(sheaf('export', '-', '--raw', ...columns).stdout.split('\n')[1]).toBe('lr0.01_s1,1e-2,26.0,=1+1');
    expect(sheaf('export', 'a.parquet', ...columns)).toMatchObject({ stderr: '', exitCode: 0 });
    expect((await readParquet(path('a.parquet'))).get('LR')?.values).toEqual(Float64Array.of(0.01, 0.01, 0.1, 0.1));
    expect(sheaf('export', '-', '--format', 'parquet')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('parquet is no text') as unknown,
    });
  });

  test('makes the table of a paper: mean ± std over the seeds, the best in bold', async () => {
    const { path, sheaf } = await sweptProject();
    const words = [
      'export',
      'table.tex',
      '--group-by',
      'lr',
      '--best',
      'accuracy:max',
      '--caption',
      'All',
      '--label',
      'tab:a',
    ];
    expect(sheaf(...words)).toMatchObject({ stdout: 'Wrote table.tex: 2 rows over 4 experiments\n' });
    const text = readFileSync(path('table.tex'), 'utf8');
    expect(text).toContain('\\caption{All}\n\\label{tab:a}\n');
    expect(text.split('\n').filter((line) => line.includes('pm'))).toEqual([
      String.raw`1e-2 & 2 & $0.39 \pm 0.18$ \\`,
      String.raw`1e-1 & 2 & $\mathbf{0.47 \pm 0.18}$ \\`,
    ]);
    expect(sheaf('export', 'table.tex', '--best', 'acc:max').stderr).toContain('no column acc');
    expect(sheaf('export', 'table.tex', '--best', 'accuracy').stderr).toContain('--best accuracy:max');
  });

  test('merges into the table that is there, and leaves one alone that it cannot read', async () => {
    const { path, sheaf } = await sweptProject();
    const update = (...words: string[]): Ran =>
      sheaf('export', 'master.csv', '--update', '--columns', 'exp_id,accuracy', '--sort', 'exp_id', ...words);
    expect(update('--where', 'seed = 1').stdout).toBe('Updated master.csv: 2 rows, 2 new, 0 changed\n');
    const mine = 'exp_id,accuracy,mine\nlr0.01_s1,0.26,"keep"\nlr0.1_s1,0.35,\n';
    writeFileSync(path('master.csv'), mine);
    expect(update().stdout).toBe('Updated master.csv: 4 rows, 2 new, 0 changed\n');
    expect(readFileSync(path('master.csv'), 'utf8')).toBe(`${mine}lr0.01_s2,0.51,\nlr0.1_s2,0.6,\n`);
    const { mtimeNs } = statSync(path('master.csv'), { bigint: true });
    expect(update().stdout).toBe('Updated master.csv: 4 rows, 0 new, 0 changed\n');
    expect(statSync(path('master.csv'), { bigint: true }).mtimeNs).toBe(mtimeNs);

    writeFileSync(path('master.csv'), 'exp_id,accuracy\na,"1\n');
    expect(update()).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('the quotes of line 2') as unknown });
    expect(readFileSync(path('master.csv'), 'utf8')).toBe('exp_id,accuracy\na,"1\n');
  });

  test.each([[['x.json']], [['-']], [['x.csv', '--group-by', 'seed']], [['x.csv', '--columns', 'accuracy']]])(
    'does not merge what has no rows of experiments: %j',
    async (words) => {
      const { path, sheaf } = await sweptProject();
      expect(sheaf('export', ...words, '--update')).toMatchObject({
        exitCode: 2,
        stdout: '',
        stderr: expect.stringContaining('--update') as unknown,
      });
      expect(existsSync(path('x.csv'))).toBe(false);
    },
  );
});
