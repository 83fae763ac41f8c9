import { expect, test } from 'vitest';
import { testFolder } from '../support/run-sheaf.ts';

const PROJECT = { 'sheaf.yaml': 'scheduler: local\n', 'templates/t.yaml': 'x: 1\ncommand: sleep 30\n' };

test('a job of another host is out of reach: cancel says so and fails, wait warns', async () => {
  const folder = testFolder(PROJECT);
  await folder.sheaf(['new', '--exp-id', 'a', '--template', 't']);
  await folder.sheaf(['submit', 'a']);
  const env = { SHEAF_TEST_HOST: 'elsewhere', SHEAF_LOCAL_DIR: `${folder.path}/../elsewhere` };
  const cancelled = await folder.sheaf(['cancel', 'a'], { env });
  expect(cancelled).toMatchObject({ exitCode: 1, stdout: '' });
  expect(cancelled.stderr).toContain('the job of a belongs to another user or to the scheduler of another host');
  const waited = await folder.run(['timeout', '-s', 'INT', '3', 'sheaf', 'wait', 'a'], { env });
  expect(waited.stderr).toContain('1 active on another scheduler or of another user');
  expect(waited.stderr).toContain('Stopped waiting');
});

test('output that cannot be written is an error in words', async () => {
  const folder = testFolder(PROJECT);
  await folder.sheaf(['new', '--exp-id', 'a', '--template', 't']);
  const { exitCode, stderr } = await folder.run(['sh', '-c', 'sheaf list > /dev/full']);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr: 'error: the output could not be written: ENOSPC: no space left on device, write\n',
  });
});
