import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { followPage } from '../support/follow-page.ts';
import { testFolder } from '../support/run-sheaf.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/migrate/from-sbatch.md'), 'utf8');

/** What a site has: a command `module`, as a function of the shell, with one module. */
const MODULES = 'module() { [ "$*" = "load cuda/12.4" ] || [ "$*" = purge ]; }\n';

test('from sbatch scripts: every command of the page runs as pasted, and the old script and the new template train the same', async () => {
  const folder = testFolder({ '../site/init/bash': MODULES, '.gitignore': '.venv/\nruns/\nlogs/\n' });
  const env = { ...folder.env, MODULESHOME: join(dirname(folder.path), 'site') };
  const prepared = await folder.run(['bash', '-euc', 'python3 -m venv --without-pip .venv; git init -q']);
  expect(prepared).toMatchObject({ exitCode: 0 });
  await followPage(page, { cwd: folder.path, env });

  // The index 4 of the script is the learning rate 0.1 with seed 2.
  const old = await folder.run(['bash', 'train.sbatch'], {
    env: { ...env, BASH_ENV: join(env.MODULESHOME, 'init/bash'), SLURM_ARRAY_TASK_ID: '4' },
  });
  expect(old).toMatchObject({ exitCode: 0, stderr: '' });
  for (const id of ['old_t4', 'lrs_lr0.1_s2']) {
    const { stdout } = await folder.sheaf(['logs', id, '--stage', 'train', '--out']);
    expect(stdout).toContain(old.stdout);
  }
});
