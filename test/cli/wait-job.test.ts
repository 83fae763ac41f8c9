import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testFolder, type TestFolder } from '../support/run-sheaf.ts';
import { until } from '../support/until.ts';

/** Members end when there is a file `go`. */
const FILES = {
  'sheaf.yaml': 'scheduler: local\ncluster: {local: {cpus: 2}}\nwait_job: {time_limit: 1:00:00}\n',
  'templates/t.yaml': [
    "command: 'until test -e go; do sleep 0.1; done; echo step=1 acc={{ lr }}'",
    'lr: 0.1',
    "harvest: {acc: {log: 'step=(?<step>\\d+) acc=(?<value>\\S+)', mode: max}}",
    '',
  ].join('\n'),
};

interface WaitJob {
  readonly job: string | null;
  readonly state: string;
  readonly node: string | null;
  readonly log: string;
}

interface Answer {
  readonly outcome: 'submitted' | 'exists' | 'ended';
  readonly wait_job: WaitJob | null;
}

/** A sweep with two members that run. */
async function withSweep(members = '4'): Promise<TestFolder> {
  const folder = testFolder(FILES);
  const sweep = ['sweep', 't', 'tuned', '--draw', 'lr=uniform(0,1)', '--search', members, '--metric', 'acc'];
  const made = await folder.sheaf([...sweep, '--max-parallel', '2', '--submit', '--yes']);
  expect(made.exitCode, made.stderr).toBe(0);
  return folder;
}

async function ask<T>(folder: TestFolder, words: readonly string[], env: Record<string, string> = {}): Promise<T> {
  const { stdout, stderr, exitCode } = await folder.sheaf([...words, '--json'], { env });
  expect(exitCode, stderr).toBe(0);
  return (JSON.parse(stdout) as { data: T }).data;
}

const AS_JOB = ['wait', '--sweep', 'tuned', '--as-job'];

async function seeJobs(folder: TestFolder): Promise<readonly WaitJob[]> {
  return (await ask<{ wait_jobs: readonly WaitJob[] }>(folder, ['status'])).wait_jobs;
}

/** The ids of all jobs that ever waited, as the queue has them. */
function listSubmitted(folder: TestFolder): readonly string[] {
  return globSync('.sheaf/local/*/tokens/tuned-wait-*', { cwd: folder.path });
}

test('a job decides in place of a command that stays: of two that ask at once one submits it, and it ends with the sweep', async () => {
  const folder = await withSweep();
  const answers = await Promise.all([ask<Answer>(folder, AS_JOB), ask<Answer>(folder, AS_JOB)]);
  expect(answers.map(({ outcome }) => outcome).toSorted()).toEqual(['exists', 'submitted']);
  expect(new Set(answers.map(({ wait_job: job }) => job?.job)).size).toBe(1);
  expect(listSubmitted(folder)).toHaveLength(1);
  const job = await until(async () => (await seeJobs(folder)).find(({ state, node }) => state === 'running' && node));
  const shown = await folder.sheaf(['sweep', 'show', 'tuned']);
  expect(shown.stdout).toContain(`  decides   job ${job.job} on ${job.node}, since `);
  expect((await folder.sheaf(['status'])).stderr).toContain(`Sweep tuned: job ${job.job} on ${job.node} waits for it`);
  writeFileSync(join(folder.path, 'go'), '');
  await until(async () => (await ask<Answer>(folder, AS_JOB)).outcome === 'ended');
  const { by_status: status } = await ask<{ by_status: { completed: number } }>(folder, ['sweep', 'show', 'tuned']);
  expect(status.completed).toBe(4);
  expect(await seeJobs(folder)).toEqual([]);
  expect(readFileSync(join(folder.path, job.log), 'utf8')).toContain('All ended: 4 completed');
  expect(listSubmitted(folder)).toHaveLength(1);
});

test('a job of a sweep is submitted once, wherever the command that submits it is killed', async () => {
  const folder = await withSweep();
  let struck = 0;
  for (let n = 1; ; n += 1) {
    const ran = await folder.sheaf(AS_JOB, { env: { SHEAF_TEST_FAULT: `kill@${n}` } });
    const { wait_job: job } = await ask<Answer>(folder, AS_JOB);
    const open = await seeJobs(folder);
    expect(
      open.map((each) => each.job),
      `killed at effect ${n}`,
    ).toEqual([job?.job]);
    expect((await ask<{ stopped: string[] }>(folder, [...AS_JOB, '--stop'])).stopped).toEqual([job?.job]);
    if (ran.exitCode !== null) break;
    struck = n;
  }
  expect(struck).toBeGreaterThan(5);
});

test('a job submits its successor before its time limit, which goes on in its place', async () => {
  const folder = await withSweep();
  const first = await ask<Answer>(folder, [...AS_JOB, '--set', 'time_limit=0:00:20']);
  const second = await until(async () =>
    (await seeJobs(folder)).find(({ state, node, job }) => state === 'running' && node && job !== first.wait_job?.job),
  );
  await until(async () => (await seeJobs(folder)).length === 1);
  expect((await seeJobs(folder)).map(({ job }) => job)).toEqual([second.job]);
  expect(readFileSync(join(folder.path, first.wait_job?.log ?? ''), 'utf8')).toContain(
    `Job ${second.job} is queued, and goes on when it starts.`,
  );
  const script = readFileSync(join(folder.path, second.log, '../job.sbatch'), 'utf8');
  expect(script).toContain('#SBATCH --time=0:00:20\n');
  writeFileSync(join(folder.path, 'go'), '');
  await until(async () => (await ask<Answer>(folder, AS_JOB)).outcome === 'ended');
});

test('a wrong resource of a job is refused before anything is submitted', async () => {
  const folder = await withSweep();
  expect(await folder.sheaf([...AS_JOB, '--set', 'lr=3'])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('lr is not a resource'),
  });
  expect(listSubmitted(folder)).toEqual([]);
});

test('a job whose process is killed goes on; ended by a person it is not replaced, and one that is gone is reported', async () => {
  const folder = await withSweep();
  const { wait_job: job } = await ask<Answer>(folder, AS_JOB);
  const started = (): string | undefined =>
    globSync('.sheaf/waits/*/started.json', { cwd: folder.path }).map((path) =>
      readFileSync(join(folder.path, path), 'utf8'),
    )[0];
  const before = await until(started);
  const pids = async (): Promise<string[]> =>
    (await folder.run(['pgrep', '-f', `__wait ${folder.path} tuned`])).stdout.split('\n').filter((pid) => pid !== '');
  await folder.run(['kill', '-9', ...(await pids())]);
  await until(() => started() !== before);
  expect((await seeJobs(folder)).map((each) => each.job)).toEqual([job?.job]);
  // The whole job: nothing of it is left to say so.
  const shells = await folder.run(['pgrep', '-f', `^bash .*${folder.path}/.*/jobs/${job?.job}/script`]);
  await folder.run(['kill', '-9', ...shells.stdout.trim().split('\n'), ...(await pids())]);
  const gone = await until(async () => {
    const { stderr } = await folder.sheaf(['status']);
    return stderr.includes('no longer in the queue') && stderr;
  });
  expect(gone).toContain(`sweep tuned: job ${job?.job}, which waited for it, is no longer in the queue`);
  expect(gone).toContain('to submit another: sheaf wait --sweep tuned --as-job');
  const again = await ask<Answer>(folder, AS_JOB);
  expect(again.outcome).toBe('submitted');
  const stopped = await folder.sheaf([...AS_JOB, '--stop']);
  expect(stopped.stdout).toBe(`Ended job ${again.wait_job?.job}. The members of the sweep tuned run on.\n`);
  expect(await seeJobs(folder)).toEqual([]);
  expect((await folder.sheaf(['status'])).stderr).not.toContain('no longer in the queue');
});

test('a job waits for one whole sweep whose jobs were asked for', async () => {
  const folder = testFolder(FILES);
  await folder.sheaf(['sweep', 't', 'tuned', '--grid', 'lr=1,2', '--yes']);
  expect(await folder.sheaf(AS_JOB)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('sheaf submit') });
  expect(await folder.sheaf(['wait', 'tuned_lr1', '--as-job'])).toMatchObject({ exitCode: 2 });
  expect(await folder.sheaf(['wait', '--sweep', 'tuned', '--stop'])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('add --as-job'),
  });
});
