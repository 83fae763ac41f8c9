import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testFolder, type TestFolder } from '../support/run-sheaf.ts';

function project(retry: string, command: string): TestFolder {
  return testFolder({
    'sheaf.yaml': 'scheduler: local\n',
    'templates/t.yaml': `x: 1\nmem: 100M\ntime_limit: 10\nretry: ${retry}\ncommand: ${command}\n`,
  });
}

interface Attempt {
  readonly stage: string;
  readonly attempt: number;
  readonly status: string;
  readonly cause: string | null;
}

async function attempts(folder: TestFolder): Promise<readonly Attempt[]> {
  const { stdout } = await folder.sheaf(['show', 'a', '--json']);
  return (JSON.parse(stdout) as { data: { attempts: Attempt[] } }).data.attempts;
}

async function run(folder: TestFolder): Promise<void> {
  await folder.sheaf(['new', '--exp-id', 'a', '--template', 't']);
  await folder.sheaf(['submit', 'a']);
  await folder.sheaf(['wait', 'a']);
}

test('a job that fails for a cause with a rule is retried as often as the rule says', async () => {
  const folder = project('{exit_code: 2}', 'exit 3');
  await run(folder);
  expect((await attempts(folder)).map(({ status, cause }) => [status, cause])).toEqual([
    ['failed', 'exit_code'],
    ['failed', 'exit_code'],
    ['failed', 'exit_code'],
  ]);
});

test('a retry after a shortage asks for more of what was short', async () => {
  const killed = 'echo "slurmstepd: error: Detected 1 oom_kill event" >&2; test "$SHEAF_ATTEMPT" = 2';
  const folder = project('{host_oom: {max: 1, mem: x1.5, time_limit: x2}}', `'${killed} || kill -KILL $$'`);
  await run(folder);
  expect((await attempts(folder)).map(({ status }) => status)).toEqual(['failed', 'completed']);
  const run2 = readFileSync(join(folder.path, 'experiments/a/attempts/train-2/run.sh'), 'utf8');
  expect(run2).toContain('#SBATCH --mem=150M\n#SBATCH --time=00:20:00\n');
});

test('jobs that fail for other causes or were cancelled are not retried', async () => {
  const folder = project('{timeout: 2}', 'exit 3');
  await run(folder);
  expect(await attempts(folder)).toHaveLength(1);

  const slow = project('{exit_code: 2}', 'sleep 60');
  await slow.sheaf(['new', '--exp-id', 'a', '--template', 't']);
  await slow.sheaf(['submit', 'a']);
  await slow.sheaf(['cancel', 'a']);
  await slow.sheaf(['wait', 'a']);
  expect((await attempts(slow)).map(({ status }) => status)).toEqual(['cancelled']);
});

test('a stage that waited for a job waits for its next attempt', async () => {
  const folder = testFolder({
    'sheaf.yaml': 'scheduler: local\n',
    'templates/t.yaml': `x: 1
retry: {exit_code: 1}
stages:
  train: {command: 'test "$SHEAF_ATTEMPT" = 2'}
  eval: {after: train, command: echo evaluated}
`,
  });
  await run(folder);
  expect((await attempts(folder)).map(({ stage, attempt, status }) => `${stage}-${attempt} ${status}`)).toEqual([
    'train-1 failed',
    'train-2 completed',
    'eval-1 failed',
    'eval-2 completed',
  ]);
});
