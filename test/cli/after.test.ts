import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testFolder } from '../support/run-sheaf.ts';

const FILES = {
  'sheaf.yaml': 'scheduler: local\n',
  'templates/t.yaml': 'seed: 0\ncommand: echo "$SHEAF_EXP_ID" >> order; test -e "fine-$SHEAF_EXP_ID"\n',
  'fine-b': '',
  'fine-c': '',
};

test('what is named with --after is waited for by each later attempt, too', async () => {
  const folder = testFolder(FILES);
  for (const id of ['a', 'b']) await folder.sheaf(['new', '--exp-id', id, '--template', 't']);
  await folder.sheaf(['submit', 'a', '--hold']);
  await folder.sheaf(['submit', 'b', '--after', 'a']);
  await folder.sheaf(['release', 'a']);
  await folder.sheaf(['wait', 'a', 'b']);
  expect((await folder.sheaf(['status', 'b'])).stdout).toContain('dependency: job 1 did not complete');

  const alone = await folder.sheaf(['retry', 'b']);
  expect(alone.stdout).toBe('Nothing to do for b: waits for a, which did not complete: sheaf retry a\n');

  await folder.run(['touch', 'fine-a']);
  const both = await folder.sheaf(['retry', 'a']);
  expect(both.stdout).toContain('Submitted b · train · attempt 2');
  await folder.sheaf(['wait', 'a', 'b']);
  expect(readFileSync(join(folder.path, 'order'), 'utf8')).toBe('a\na\nb\n');
});

test('names that a query or a sweep excludes are an error; a query without matches is not', async () => {
  const folder = testFolder(FILES);
  await folder.sheaf(['new', '--exp-id', 'c', '--template', 't']);
  expect(await folder.sheaf(['wait', 'c', '--where', 'seed = 9'])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('error: none of the experiments that are named fits\n') as string,
  });
  for (const words of [['wait'], ['submit'], ['cancel', '--yes']]) {
    expect(await folder.sheaf([...words, '--where', 'seed = 9'])).toMatchObject({
      exitCode: 0,
      stdout: 'Nothing to do: no experiments match\n',
    });
  }
});
