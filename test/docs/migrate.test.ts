import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { blocksOf, expectShown, filesOf, typeBlock } from '../support/readme.ts';
import { testFolder } from '../support/run-sheaf.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/migrate/from-sbatch.md'), 'utf8');

/** What a site has: a command `module`, as a function of the shell, with one module. */
const MODULES = 'module() { [ "$*" = "load cuda/12.4" ] || [ "$*" = purge ]; }\nexport -f module\n';

/** What this machine pretends to have, for scripts of a cluster. */
const MACHINE = 'cluster:\n  local: {cpus: 16, gpus: 8}\n';

test('from sbatch scripts: every command of the page runs as pasted, and the old script and the new template train the same', async () => {
  const { 'templates/line.yaml': template = '', ...before } = filesOf(PAGE);
  expect(Object.keys(before)).toEqual(['train.py', 'eval.py', 'train.sbatch', 'eval.sbatch', 'submit.sh']);
  const folder = testFolder({ ...before, '../site/init/bash': MODULES, '.gitignore': '.venv/\nruns/\nlogs/\n' });
  const { path: cwd } = folder;
  const env = { ...folder.env, MODULESHOME: join(dirname(cwd), 'site') };
  const prepare = 'python3 -m venv --without-pip .venv; git init -q; git add .';
  expect(await folder.run(['bash', '-euc', prepare])).toMatchObject({ exitCode: 0 });

  const blocks = blocksOf(PAGE);
  expect(blocks).toHaveLength(PAGE.split('```bash').length - 1);
  for (const [i, { commands, shown }] of blocks.entries()) {
    if (commands.includes('--grid lr=')) {
      mkdirSync(join(cwd, 'templates'), { recursive: true });
      writeFileSync(join(cwd, 'templates/line.yaml'), template);
    }
    const { screen } = await typeBlock(commands, { cwd, env });
    if (shown !== undefined) expectShown(screen, shown);
    if (i === 0) writeFileSync(join(cwd, 'sheaf.yaml'), `${readFileSync(join(cwd, 'sheaf.yaml'), 'utf8')}${MACHINE}`);
  }

  // The index 4 of the script is the learning rate 0.1 with seed 2.
  const old = await folder.run(['bash', '-euc', 'SLURM_ARRAY_TASK_ID=4 bash train.sbatch'], {
    env: { ...env, BASH_ENV: join(env.MODULESHOME, 'init/bash') },
  });
  expect(old).toMatchObject({ exitCode: 0, stderr: '' });
  for (const id of ['line-001_t4', 'line-002_lr0.1_s2']) {
    const { stdout } = await folder.sheaf(['logs', id, '--stage', 'train', '--out']);
    expect(stdout).toContain(old.stdout);
  }
});
