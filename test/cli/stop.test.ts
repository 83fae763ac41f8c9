import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testFolder, type TestFolder } from '../support/run-sheaf.ts';
import { until } from '../support/until.ts';

const REASON = 'no better than the others';

async function data<T>(folder: TestFolder, ...words: readonly string[]): Promise<T> {
  return (JSON.parse((await folder.sheaf([...words, '--json'])).stdout) as { data: T }).data;
}

interface Attempts {
  readonly attempts: readonly { stage: string; attempt: number; status: string; said: string | null }[];
}

const attempts = async (folder: TestFolder, expId: string): Promise<unknown[]> =>
  (await data<Attempts>(folder, 'show', expId)).attempts.map(({ stage, attempt, status, said }) => [
    `${stage}-${attempt}`,
    status,
    said,
  ]);

test('what is stopped ends with the status stopped and the reason, whether it runs or waits; only by name it runs again', async () => {
  const folder = testFolder({
    'sheaf.yaml': 'scheduler: local\n',
    'templates/t.yaml':
      "x: 1\nstages:\n  train: {command: 'touch ready_$SHEAF_EXP_ID; test $SHEAF_ATTEMPT = 2 || exec sleep 600'}\n  eval: {after: train, command: echo evaluated}\n",
  });
  for (const expId of ['runs', 'waits']) await folder.sheaf(['new', '--exp-id', expId, '--template', 't']);
  await folder.sheaf(['submit', 'runs']);
  await folder.sheaf(['submit', 'waits', '--hold']);
  await until(() => existsSync(join(folder.path, 'ready_runs')));
  expect(await data(folder, 'cancel', '--stop', REASON, 'runs', 'waits', '--yes')).toMatchObject({
    done: ['runs', 'waits'],
    failed: [],
  });
  const waited = await folder.sheaf(['wait', 'runs', 'waits']);
  expect(waited.exitCode).toBe(0);
  for (const expId of ['runs', 'waits']) {
    expect(await attempts(folder, expId)).toEqual([
      ['train-1', 'stopped', REASON],
      ['eval-1', 'stopped', REASON],
    ]);
  }
  const { stdout } = await folder.sheaf(['list', '--where', 'status = stopped', '--columns', 'exp_id,status']);
  expect(stdout).toBe('exp_id\tstatus\nwaits\tstopped\nruns\tstopped\n');
  expect((await folder.sheaf(['status', 'runs'])).stdout).toContain(REASON);
  expect((await folder.sheaf(['cancel', '--stop', REASON, 'runs'])).stdout).toContain(
    'Nothing to do for runs: nothing of it is queued or running',
  );
  expect((await folder.sheaf(['submit', 'runs'])).stdout).toContain('train was stopped; sheaf retry runs it again');
  expect((await folder.sheaf(['retry', 'runs'])).exitCode).toBe(0);
  await folder.sheaf(['wait', 'runs']);
  expect((await attempts(folder, 'runs')).map(String)).toEqual([
    `train-1,stopped,${REASON}`,
    'train-2,completed,',
    `eval-1,stopped,${REASON}`,
    'eval-2,completed,',
  ]);
});

test('a stage behind one that was stopped by hand does not start, and is not submitted again without it', async () => {
  const folder = testFolder({
    'sheaf.yaml': 'scheduler: local\n',
    'templates/t.yaml':
      'x: 1\nstages:\n  train: {command: exec sleep 600}\n  eval: {after: train, command: echo evaluated}\n',
  });
  await folder.sheaf(['new', '--exp-id', 'a', '--template', 't']);
  await folder.sheaf(['submit', 'a']);
  const attempt = join(folder.path, 'experiments/a/attempts/train-1');
  await until(() => existsSync(join(attempt, 'started.json')));
  symlinkSync('diverged', join(attempt, 'stop'));
  expect((await folder.sheaf(['wait', 'a'])).exitCode).toBe(0);
  expect((await folder.sheaf(['status', 'a'])).stdout).toContain('diverged');
  expect((await folder.sheaf(['submit', 'a'])).stdout).toContain(
    'Nothing to do for a: train was stopped; sheaf retry runs it again; eval waits for train, which was stopped',
  );
});

test('a stop without a reason is refused', async () => {
  const folder = testFolder({ 'sheaf.yaml': 'scheduler: local\n', 'templates/t.yaml': 'x: 1\ncommand: "true"\n' });
  await folder.sheaf(['new', '--exp-id', 'a', '--template', 't']);
  const { stderr, exitCode } = await folder.sheaf(['cancel', '--stop', ' ', 'a']);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining('The reason to stop is empty')]);
});
