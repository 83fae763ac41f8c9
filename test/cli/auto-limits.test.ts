/** `time_limit: auto` and `mem: auto`, with real jobs of the local scheduler. */
import { expect, test } from 'vitest';
import { testFolder, type TestFolder } from '../support/run-sheaf.ts';

const HEAD = 'epochs: 1\ntime_limit: auto\nmem: auto\n';
const EATS = `monitor: 1
cpus_per_task: 2
command: |
  python3 -c '
  import time
  x = bytearray(300 * 2**20)
  time.sleep({{ epochs }} * 20)
  '
`;

function project(template: string): TestFolder {
  return testFolder({
    'sheaf.yaml': 'scheduler: local\ncluster: { local: { cpus: 4 } }\n',
    'templates/t.yaml': `${HEAD}${template}`,
  });
}

async function ok(folder: TestFolder, words: string): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const ran = await folder.sheaf(words.split(' '));
  expect({ words, ...ran, fine: ran.exitCode === 0 }).toMatchObject({ fine: true });
  return ran;
}

async function attempts(folder: TestFolder): Promise<unknown> {
  return (JSON.parse((await ok(folder, 'show e --json')).stdout) as { readonly data: { readonly attempts: unknown } })
    .data.attempts;
}

test('the time limit is the scheduler’s without history, and follows past runs, scaled by the work, with it', async () => {
  const folder = project(EATS);
  await ok(folder, 'new --exp-id first --template t');
  const first = await ok(folder, 'submit first --wait');
  expect(first.stderr).toContain(
    'time_limit: auto has no past runs to go by yet (t, train: no finished run can be compared)',
  );
  expect(first.stderr).toContain('mem: auto has no past runs to go by yet');

  const { data } = JSON.parse((await ok(folder, 'efficiency first --json')).stdout) as {
    readonly data: { readonly groups: readonly { readonly runs: readonly Readonly<Record<string, unknown>>[] }[] };
  };
  const run = data.groups[0]?.runs[0];
  expect(run).toMatchObject({
    exp_id: 'first',
    source: 'monitor',
    memory_mib: null,
    time_seconds: null,
    gpu_hours: null,
  });
  expect(run?.['peak_memory_mib']).toBeGreaterThan(300);
  expect(run?.['peak_memory_mib']).toBeLessThan(400);
  expect(run?.['cpu_cores']).toMatchObject({ of: 2 });

  await ok(folder, 'new --exp-id long --template t --epochs 50');
  const dry = await ok(folder, 'submit long --dry-run');
  expect(dry.stdout).toContain('#SBATCH --mem=512M');
  // 50 times 20 seconds, and what is assumed on top of a single run.
  const [, minutes] = /#SBATCH --time=00:(\d\d):00/.exec(dry.stdout) ?? [];
  expect(Number(minutes)).toBeGreaterThanOrEqual(20);
  expect(dry.stderr).toMatch(/mem: auto is 512M for t, train, from the highest peak of 1 run \(\d+ MiB\)/);
  expect(dry.stderr).toMatch(/time_limit: auto is 00:\d\d:00 for t, train, from 1 finished run .*scaled by the work/);
  expect((await ok(folder, 'show long --json')).stdout).toContain('"time_limit":"auto"');

  await ok(folder, 'submit long --hold');
  expect((await ok(folder, 'show long')).stdout).toMatch(/mem +512M +from the highest peak of 1 run/);
  expect((await ok(folder, 'show long --json')).stdout).toContain('"limits":{"time_limit":{"value":"00:');
  await ok(folder, 'cancel long');
}, 90_000);

test('a retry after a timeout has more time', async () => {
  const folder = project('command: sleep 4\n');
  await ok(folder, 'new --exp-id e --template t');
  expect((await folder.sheaf('submit e --set time_limit=00:00:01 --wait'.split(' '))).exitCode).toBe(1);
  const again = await ok(folder, 'retry e --wait');
  expect(again.stderr).toContain('time_limit: auto is 00:05:00 for t, train, from 1 run that reached the limit after');
  expect(await attempts(folder)).toMatchObject([{ status: 'failed' }, { attempt: 2, status: 'completed' }]);
}, 60_000);

test('retry rules start from the resources of the last attempt; if these are unknown, they change nothing', async () => {
  const folder = project(
    'retry: {exit_code: {max: 1, mem: x1.5, time_limit: x2}}\ncommand: test "$SHEAF_ATTEMPT" = 2\n',
  );
  await ok(folder, 'new --exp-id e --template t');
  await ok(folder, 'submit e');
  await folder.sheaf(['wait', 'e']);
  expect(await attempts(folder)).toMatchObject([{ status: 'failed' }, { attempt: 2, status: 'completed' }]);
}, 60_000);
