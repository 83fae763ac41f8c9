import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { followPage } from '../support/follow-page.ts';
import { testFolder } from '../support/run-sheaf.ts';

const page = (name: string): string => readFileSync(join(import.meta.dirname, '../../docs/migrate', name), 'utf8');

/** What a site has: a command `module`, as a function of the shell, with one module. */
const MODULES = 'module() { [ "$*" = "load cuda/12.4" ] || [ "$*" = purge ]; }\n';

test('from sbatch scripts: every command of the page runs as pasted, and the old script and the new template train the same', async () => {
  const folder = testFolder({ '../site/init/bash': MODULES, '.gitignore': '.venv/\nruns/\nlogs/\n' });
  const env = { ...folder.env, MODULESHOME: join(dirname(folder.path), 'site') };
  const prepared = await folder.run(['bash', '-euc', 'python3 -m venv --without-pip .venv; git init -q']);
  expect(prepared).toMatchObject({ exitCode: 0 });
  await followPage(page('from-sbatch.md'), { cwd: folder.path, env });

  // The index 4 of the script is the learning rate 0.1 with seed 2.
  const old = await folder.run(['bash', 'train.sbatch'], {
    env: { ...env, BASH_ENV: join(env.MODULESHOME, 'init/bash'), SLURM_ARRAY_TASK_ID: '4' },
  });
  expect(old).toMatchObject({ exitCode: 0, stderr: '' });
  for (const id of ['line-001_t4', 'line-002_lr0.1_s2']) {
    const { stdout } = await folder.sheaf(['logs', id, '--stage', 'train', '--out']);
    expect(stdout).toContain(old.stdout);
  }
});

test('from SEML: every command of the page runs as pasted, and the function has the same results without sheaf', async () => {
  const folder = testFolder({ '.gitignore': '.venv/\n' });
  const prepared = await folder.run(['bash', '-euc', 'python3 -m venv --without-pip .venv; git init -q']);
  expect(prepared).toMatchObject({ exitCode: 0 });
  await followPage(page('from-seml.md'), { cwd: folder.path, env: folder.env });

  const call = 'from train import run; print(run({"powers": 3}, {"lr": 0.3}, 20, 2)["loss"])';
  const { stdout } = await folder.run(['python3', '-c', call]);
  const rows = readFileSync(join(folder.path, 'results.csv'), 'utf8').split('\n');
  const [, loss = ''] = /,(0\.\d+),$/.exec(rows.find((row) => row.startsWith('curve-001_s2_mp3_ol0.3,')) ?? '') ?? [];
  expect(stdout.trimEnd().split('\n').at(-1)).toBe(loss);
});
