import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readParquet } from '../../src/system/index.ts';
import { testFolder, type TestFolder } from '../support/run-sheaf.ts';

const FILES = {
  'sheaf.yaml': 'scheduler: local\n',
  'templates/t.yaml': `description: A test
learning_rate: 0.1
note: "=1+1"
command: |
  echo "accuracy: 0.{{ seed }}$(echo {{ learning_rate }} | tr -d 'e.-')"
seed: 1
harvest:
  accuracy: {log: 'accuracy: (\\S+)'}
schema:
  seed: {role: seed}
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

describe('export', () => {
  test('writes every format by the ending of the file, with columns as asked for', async () => {
    const folder = await sweptProject();
    const columns = ['--sort', 'exp_id', '--columns', 'exp_id,lr=learning_rate,acc=accuracy*100:.1f,note'];
    const text = async (file: string, ...words: string[]): Promise<string> => {
      const ran = await folder.sheaf(['export', file, ...columns, ...words]);
      expect(ran).toMatchObject({ stdout: `Wrote ${file}: 4 rows\n`, stderr: '', exitCode: 0 });
      return readFileSync(join(folder.path, file), 'utf8');
    };
    const [first, second] = (await text('a.csv')).split('\n');
    expect([first, second]).toEqual(['exp_id,lr,acc,note', "s_lr1e-1_s1,1e-1,11.1,'=1+1"]);
    expect((await text('raw.csv', '--raw')).split('\n')[1]).toBe('s_lr1e-1_s1,1e-1,11.1,=1+1');
    expect((await text('a.tsv')).split('\n')[1]).toBe("s_lr1e-1_s1\t1e-1\t11.1\t'=1+1");
    expect(JSON.parse(await text('a.json'))).toHaveLength(4);
    expect((await text('a.jsonl')).split('\n')[0]).toBe('{"exp_id":"s_lr1e-1_s1","lr":0.1,"acc":11.1,"note":"=1+1"}');
    expect((await text('a.md')).split('\n')[0]).toBe('| exp_id | lr | acc | note |');
    expect(await text('a.tex', '--caption', 'All', '--label', 'tab:all')).toContain(String.raw`\caption{All}`);
    await text('a.parquet');
    expect((await readParquet(join(folder.path, 'a.parquet'))).get('lr')?.values).toEqual(
      Float64Array.of(0.1, 0.1, 0.01, 0.01),
    );
    const refused = await folder.sheaf(['export', '-', '--format', 'parquet']);
    expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('parquet is no text') as unknown });
  });

  test('makes the table of a paper: mean ± std over the seeds, the best in bold', async () => {
    const folder = await sweptProject();
    const words = ['export', 'table.tex', '--group-by', 'learning_rate', '--best', 'accuracy:max'];
    expect(await folder.sheaf(words)).toMatchObject({ stdout: 'Wrote table.tex: 2 rows over 4 experiments\n' });
    const lines = readFileSync(join(folder.path, 'table.tex'), 'utf8').split('\n');
    expect(lines.filter((line) => line.includes('pm'))).toEqual([
      String.raw`1e-2 & 2 & $\mathbf{0.162 \pm 0.071}$ \\`,
      String.raw`1e-1 & 2 & $0.161 \pm 0.071$ \\`,
    ]);
    expect(await folder.sheaf(['export', 'table.tex', '--best', 'acc:max'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('no column acc') as unknown,
    });
    expect(await folder.sheaf(['export', 'table.tex', '--best', 'accuracy'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('--best accuracy:max') as unknown,
    });
  });

  test('merges into the table that is there, and leaves one alone that it cannot read', async () => {
    const folder = await sweptProject();
    const path = join(folder.path, 'master.csv');
    const update = async (...words: string[]) => await folder.sheaf(['export', 'master.csv', '--update', ...words]);
    const columns = ['--columns', 'exp_id,accuracy', '--sort', 'exp_id'];
    expect(await update('--where', 'seed = 1', ...columns)).toMatchObject({
      stdout: 'Updated master.csv: 2 rows, 2 new, 0 changed\n',
    });
    const mine = 'exp_id,accuracy,mine\ns_lr1e-1_s1,0.111,"keep"\ns_lr1e-2_s1,0.112,\n';
    writeFileSync(path, mine);
    expect(await update(...columns)).toMatchObject({ stdout: 'Updated master.csv: 4 rows, 2 new, 0 changed\n' });
    expect(readFileSync(path, 'utf8')).toBe(`${mine}s_lr1e-1_s2,0.211,\ns_lr1e-2_s2,0.212,\n`);
    const { mtimeNs } = statSync(path, { bigint: true });
    expect(await update(...columns)).toMatchObject({ stdout: 'Updated master.csv: 4 rows, 0 new, 0 changed\n' });
    expect(statSync(path, { bigint: true }).mtimeNs).toBe(mtimeNs);

    writeFileSync(path, 'exp_id,accuracy\na,"1\n');
    const refused = await update(...columns);
    expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('the quotes of line 2') as unknown });
    expect(readFileSync(path, 'utf8')).toBe('exp_id,accuracy\na,"1\n');
    for (const words of [['x.json'], ['-'], ['x.csv', '--group-by', 'seed'], ['x.csv', '--columns', 'accuracy']]) {
      expect(await folder.sheaf(['export', ...words, '--update'])).toMatchObject({ exitCode: 2, stdout: '' });
    }
    expect(existsSync(join(folder.path, 'x.csv'))).toBe(false);
  });
});
