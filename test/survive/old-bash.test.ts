import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testFolder } from '../support/run-sheaf.ts';
import { until } from '../support/until.ts';

test('status says that the bash of a running job is too old to rely on, and on which node', async () => {
  const folder = testFolder({
    'sheaf.yaml': 'scheduler: local\n',
    'templates/train.yaml': 'command: sleep 60\n',
  });
  await folder.sheaf(['new', '--exp-id', 'a', '--template', 'train']);
  expect((await folder.sheaf(['submit', 'a'])).exitCode).toBe(0);
  const file = join(folder.path, 'experiments/a/attempts/train-1/started.json');
  const record = await until(() => readIfThere(file));
  expect(record['bash']).toMatch(/^\d+\.\d+\.\d+$/);
  // As a job on a node of RHEL 7 would have written it.
  writeFileSync(file, `${JSON.stringify({ ...record, bash: '4.2.46', host: 'node7' })}\n`);
  const { stdout } = await folder.sheaf(['status', 'a', '--json']);
  expect((JSON.parse(stdout) as { data: { experiments: object[] } }).data.experiments).toMatchObject([
    {
      status: 'running',
      note: 'bash 4.2.46 on node7 is older than 4.4: the program may not be told to save before its time limit',
    },
  ]);
});

function readIfThere(file: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
