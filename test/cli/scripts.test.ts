import { expect, test } from 'vitest';
import { testFolder } from '../support/run-sheaf.ts';

const FILES = {
  'sheaf.yaml': 'scheduler: local\n',
  'templates/t.yaml': 'learning_rate: 1e-4\ntime_limit: 5\ncommand: echo {{ flags }}\n',
};

const REST = '# [...] The rest is the same in every job. -v shows it; the whole script';

test('a dry run on this machine shows the script of a job that is too large for it, and says so', async () => {
  const folder = testFolder({
    'sheaf.yaml': 'scheduler: local\n',
    'templates/big.yaml': "num_gpus: 64\ncommand: 'true'\n",
  });
  const shown = await folder.sheaf(['run', 'big', '--dry-run']);
  expect(shown.stdout).toContain('#SBATCH --gres=gpu:64');
  expect(shown.stderr).toContain('it asks for 64 GPUs, and this machine has no GPU: a submit would be refused');
  expect(shown.exitCode).toBe(0);
  expect(await folder.sheaf(['run', 'big'])).toMatchObject({ exitCode: 2 });
});

test('a submit warns of packs on several nodes, since members run on the first unless their program goes further', async () => {
  const folder = testFolder({
    'sheaf.yaml': 'scheduler: local\ncode: live\nparams: { seed: 0 }\nnum_nodes: 2\npack: 2\n',
    'templates/plain.yaml': 'command: python3 train.py {{ flags }}\n',
    'templates/launched.yaml': 'launcher: torchrun\ncommand: python3 train.py {{ flags }}\n',
    'templates/own.yaml': 'command: srun --overlap python3 train.py {{ flags }}\n',
  });
  const warnings = async (name: string, more: readonly string[] = []): Promise<string> =>
    (await folder.sheaf(['submit', '--sweep', name, '--dry-run', ...more])).stderr;
  for (const name of ['plain', 'launched', 'own'])
    await folder.sheaf(['sweep', name, '--grid', 'seed=1,2', '--name', name]);
  const shared = 'share jobs of 2 nodes (pack: 2), and';
  expect(await warnings('plain')).toContain(`${shared} all of them run on the first, so that 1 node has nothing to do`);
  expect(await warnings('launched')).toContain(`${shared} each of them asks for the whole job through srun`);
  expect(await warnings('own')).not.toContain(shared);
  for (const fix of ['num_nodes=1', 'pack=1']) expect(await warnings('plain', ['--set', fix])).not.toContain(shared);
});

test('submit --dry-run shows the command, run.sh, and of job.sbatch what the job asks for', async () => {
  const folder = testFolder(FILES);
  await folder.sheaf(['new', '--exp-id', 'a', '--template', 't']);
  const { stdout } = await folder.sheaf(['submit', 'a', '--dry-run']);
  const lines = stdout.split('\n');
  expect(lines[0]).toBe('# would submit a · train');
  const time = '#SBATCH --time=5';
  const order = ['# run.sh of a', time, 'echo --learning-rate 1e-4', '# job.sbatch', time];
  expect(lines.filter((line) => order.includes(line))).toEqual(order);
  expect(stdout).toMatch(/\n# \[\.\.\.\] .* will be in \.sheaf\/submissions\/<job-name>\/job\.sbatch\n$/);
  expect(stdout).not.toContain('sheaf_know_job');
  const whole = (await folder.sheaf(['submit', 'a', '--dry-run', '-v'])).stdout;
  expect(whole).toContain('sheaf_know_job');
  expect(whole).not.toContain(REST);
  const { data } = JSON.parse((await folder.sheaf(['submit', 'a', '--dry-run', '--json'])).stdout) as {
    data: { scripts: { script: string; run: string }[] };
  };
  expect(data.scripts[0]?.script).toContain('sheaf_know_job');
  expect(whole).toContain(data.scripts[0]?.script);
  expect(whole).toContain(data.scripts[0]?.run);
});

test('show --script shows the same, before and after it ran', async () => {
  const folder = testFolder(FILES);
  await folder.sheaf(['new', '--exp-id', 'a', '--template', 't']);
  const before = (await folder.sheaf(['show', 'a', '--script'])).stdout;
  expect(before).toContain('# a: would run for stage train\n\n# run.sh\n#!/bin/bash\n');
  expect(before).toContain(`${REST} will be in .sheaf/submissions/<job-name>/job.sbatch\n`);
  await folder.sheaf(['submit', 'a', '--wait']);
  const after = (await folder.sheaf(['show', 'a', '--script'])).stdout;
  expect(after).toContain('# a: ran as train-1\n\n# run.sh\n#!/bin/bash\n');
  const [, path = ''] = /the whole script is in (\S+)\n$/.exec(after) ?? [];
  const { stdout } = await folder.run(['cat', path]);
  expect((await folder.sheaf(['show', 'a', '--script', '-v'])).stdout).toContain(stdout);
  expect(stdout).toContain('sheaf_know_job');
});

test('submit warns of checkpoints that go to the project folder, unless the command or its program uses a folder of the experiment', async () => {
  const template = (command: string): string => `checkpoint: 'ckpt/*.pt'\ncommand: ${command}\n`;
  const folder = testFolder({
    'sheaf.yaml': 'scheduler: local\n',
    'templates/blind.yaml': template('python3 train.py'),
    'templates/seen.yaml': template('python3 train.py --output "$SHEAF_OUT"'),
    'templates/reads.yaml': template('bash run.sh'),
    'run.sh': 'python3 -u lab/save.py\n',
    'lab/save.py': 'import os\nfolder = os.environ["SHEAF_OUT"]\n',
  });
  const warned = async (name: string): Promise<string> => {
    await folder.sheaf(['new', name, name]);
    return (await folder.sheaf(['submit', name, '--dry-run'])).stderr;
  };
  expect(await warned('blind')).toContain('let it write them to "$SHEAF_OUT"');
  expect(await warned('seen')).toBe('');
  expect(await warned('reads')).toBe('');
});
