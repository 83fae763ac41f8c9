import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/support/project-folder.ts';
import { asToken } from '../../core/ids.ts';
import { SCHEDULERS } from '../../scheduler/index.ts';
import { renderWaitJobScript, type WaitJobScriptRequest } from './wait-job-script.ts';

const REQUEST: WaitJobScriptRequest = {
  token: asToken('tuned-wait-abc'),
  resources: { partition: 'cpu', account: 'lab', time_limit: '1:00:00', mem: '2G', num_nodes: 1, cpus_per_task: 1 },
  folder: '.sheaf/waits/tuned-wait-abc',
  about: 'sheaf wait --sweep tuned, as a job.',
  program: ['/opt/my node/bin/node', '/opt/sheaf/cli.cjs'],
  words: ['__wait', "/home/ann/it's", 'tuned', 'tuned-wait-abc'],
};

interface Ran {
  readonly status: number | null;
  readonly stderr: string;
  /** What the job left for `sheaf status`. */
  readonly problem: string | undefined;
  /** The words of each start of sheaf but those that ask for its version. */
  readonly starts: readonly string[];
}

/** Runs the script in a project. @param sheaf what stands for sheaf, in bash; undefined: it is not there */
function run(sheaf: string | undefined, env: Record<string, string>, rest: Partial<WaitJobScriptRequest> = {}): Ran {
  const project = temporaryFolder();
  mkdirSync(join(project, REQUEST.folder), { recursive: true });
  const program = join(project, 'a sheaf');
  const versioned = `#!/bin/bash\n[[ $1 == --version ]] && exit 0\nprintf '%s\\n' "$*" >>starts\n${sheaf}\n`;
  if (sheaf !== undefined) writeFileSync(program, versioned, { mode: 0o755 });
  const script = renderWaitJobScript({ ...REQUEST, ...rest, program: [program] });
  const { PATH = '' } = process.env;
  // No test waits for the pauses between two starts.
  const options = {
    cwd: project,
    env: { PATH, ...env },
    input: `sleep() { :; }\n${script}`,
    encoding: 'utf8',
  } as const;
  const { status, stderr } = spawnSync('bash', options);
  const read = (path: string): string | undefined =>
    existsSync(join(project, path)) ? readFileSync(join(project, path), 'utf8').trim() : undefined;
  const starts = read('starts')?.split('\n') ?? [];
  return { status, stderr, problem: read(join(REQUEST.folder, 'problem.txt')), starts };
}

const LOCAL = { SHEAF_JOB_ID: '7', HOSTNAME: 'desk' };

test('the script asks for what the job needs, and starts the program that submits it by its absolute path', () => {
  const script = renderWaitJobScript(REQUEST);
  expect(script.split('\n').filter((line) => line.startsWith('#SBATCH'))).toEqual([
    '#SBATCH --job-name=tuned-wait-abc',
    '#SBATCH --partition=cpu',
    '#SBATCH --account=lab',
    '#SBATCH --nodes=1',
    '#SBATCH --cpus-per-task=1',
    '#SBATCH --mem=2G',
    '#SBATCH --time=1:00:00',
    '#SBATCH --output=.sheaf/waits/tuned-wait-abc/slurm-%j.out',
    '#SBATCH --open-mode=append',
    '#SBATCH --requeue',
  ]);
  expect(script).toContain("sheaf_program=('/opt/my node/bin/node' /opt/sheaf/cli.cjs)\n");
});

test('sheaf gets the id of its job, its node and the time that is left', () => {
  const local = run('exit 0', LOCAL);
  expect(local).toMatchObject({
    status: 0,
    starts: [expect.stringMatching(/^__wait \/home\/ann\/it's tuned tuned-wait-abc 7 desk (3600|359\d)$/)],
  });
  expect(run('exit 0', LOCAL, { resources: {} }).starts).toEqual([
    "__wait /home/ann/it's tuned tuned-wait-abc 7 desk 0",
  ]);
  const end = Math.floor(Date.now() / 1_000) + 1_000;
  const slurm = { SLURM_JOB_ID: '12', SLURM_JOB_NODELIST: 'node3', SLURM_JOB_END_TIME: String(end) };
  expect(run('exit 0', slurm, { jobShell: SCHEDULERS['slurm']?.jobShell }).starts).toEqual([
    expect.stringMatching(/ 12 node3 (1000|99\d)$/),
  ]);
});

test('a node on which sheaf does not run is named, with what to do', () => {
  expect(run(undefined, LOCAL)).toMatchObject({
    status: 1,
    problem: expect.stringMatching(
      /^sheaf does not run on desk \(.*No such file.*\): install it .*--set partition=NAME$/,
    ),
  });
});

test('sheaf that is killed is started again; one whose input is wrong, or that was interrupted, is not', () => {
  const killed = run('[[ $(wc -l <starts) -gt 2 ]] || kill -9 $$', LOCAL);
  expect(killed).toMatchObject({ status: 0, problem: undefined });
  expect(killed.starts).toHaveLength(3);
  expect(run('exit 2', LOCAL)).toMatchObject({
    status: 1,
    starts: { length: 1 },
    problem: expect.stringContaining('2'),
  });
  expect(run('exit 130', LOCAL)).toMatchObject({ status: 0, starts: { length: 1 } });
  expect(run('exit 1', LOCAL)).toMatchObject({ status: 1, starts: { length: 10 } });
});
