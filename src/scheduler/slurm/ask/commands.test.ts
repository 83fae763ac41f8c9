import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../../test/support/project-folder.ts';
import { describeFailure, makeSlurmCommands } from './commands.ts';

/** A folder for PATH in which a program of Slurm is this script. */
function fake(name: string, script: string): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
  return `${folder}:/usr/bin:/bin`;
}

/** What would change which jobs are shown, or how. */
const CALLER = {
  SQUEUE_FORMAT: '%i',
  SQUEUE_STATES: 'R',
  SQUEUE_PARTITION: 'cpu',
  SQUEUE_SORT: 'i',
  SACCT_FORMAT: 'JobID',
  SACCT_FEDERATION: '1',
  SINFO_FORMAT: '%n',
  SCANCEL_INTERACTIVE: '1',
  SCONTROL_ALL: '1',
  SLURM_CLUSTERS: 'other',
  SLURM_TIME_FORMAT: 'relative',
  SLURM_BITSTR_LEN: '8',
  SLURM_JOB_ID: '12',
  SBATCH_PARTITION: 'other',
  LC_ALL: 'de_DE.UTF-8',
};

test('nothing in the environment of the caller changes an answer', async () => {
  const env = { ...CALLER, PATH: fake('squeue', 'env'), HOME: '/home/x' };
  const asked = await makeSlurmCommands(env).ask(['squeue']);
  const told = await makeSlurmCommands(env).tell(['squeue']);
  for (const stdout of [asked.kind === 'answer' ? asked.stdout : asked.said, told.stdout]) {
    const lines = stdout.split('\n');
    expect(
      lines.filter((line) => /^(?:SLURM|SBATCH|SQUEUE|SACCT|SINFO|SCANCEL|SCONTROL)/.test(line)).toSorted(),
    ).toEqual(['SLURM_BITSTR_LEN=0', 'SLURM_TIME_FORMAT=%s']);
    expect(lines).toEqual(expect.arrayContaining(['HOME=/home/x', 'LC_ALL=C']));
  }
});

test('the configuration that the caller chose is kept', async () => {
  const conf = join(temporaryFolder(), 'slurm.conf');
  writeFileSync(conf, '');
  const asked = await makeSlurmCommands({ PATH: fake('squeue', 'echo "$SLURM_CONF"'), SLURM_CONF: conf }).ask([
    'squeue',
  ]);
  expect(asked).toMatchObject({ kind: 'answer', stdout: `${conf}\n` });
});

test('a configuration that is not there fails at once, in words: Slurm would try for a minute', async () => {
  const conf = join(temporaryFolder(), 'slurm.conf');
  const commands = makeSlurmCommands({ PATH: fake('squeue', 'sleep 60'), SLURM_CONF: conf });
  const said = `SLURM_CONF=${conf}: there is no such file`;
  expect(await commands.ask(['squeue'])).toEqual({ kind: 'failed', said, durationMs: 0 });
});

test('a question that fails says why, in the last words of the program', async () => {
  const env = {
    PATH: fake('squeue', 'echo half an answer; echo "slurm_load_jobs error: first" >&2; echo last >&2; exit 1'),
  };
  expect(await makeSlurmCommands(env).ask(['squeue'])).toMatchObject({ kind: 'failed', said: 'last' });
});

test('a program that is not there is no answer', async () => {
  const asked = await makeSlurmCommands({ PATH: temporaryFolder() }).ask(['squeue']);
  expect(asked).toMatchObject({
    kind: 'failed',
    said: expect.stringMatching(/^squeue could not be started \(ENOENT\)/),
  });
});

test('failures in words', () => {
  const base = { argv: ['sacct'], timedOut: false, stdout: '', stderr: '', durationMs: 40_100 };
  expect(describeFailure({ ...base, timedOut: true, signal: 'SIGKILL' })).toBe('sacct gave no answer within 40 s');
  expect(describeFailure({ ...base, exitCode: 8 })).toBe('sacct ended with 8');
  expect(describeFailure({ ...base, signal: 'SIGTERM' })).toBe('sacct ended with SIGTERM');
});

test('a script is passed unchanged, in the environment of the job', async () => {
  const folder = temporaryFolder();
  const script = '#!/bin/bash\necho "é"\n';
  const env = { PATH: fake('sbatch', 'pwd; echo "$SLURM_X $VALUE"; cat') };
  const result = await makeSlurmCommands({}).submit(['sbatch'], { cwd: folder, env: { ...env, VALUE: 'v' }, script });
  expect(result).toMatchObject({ exitCode: 0, stdout: `${folder}\n v\n${script}` });
});
