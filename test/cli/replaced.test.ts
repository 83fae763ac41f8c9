import { cpSync, globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeServerProject } from '../support/dashboard.ts';
import { startProgram } from '../support/processes.ts';
import { testFolder } from '../support/run-sheaf.ts';
import { until } from '../support/until.ts';

const root: string = join(import.meta.dirname, '../..');

/** A copy of the built command, which a test may remove. */
function copyOfCommand(): { folder: string; argv: [string, string] } {
  const folder = mkdtempSync(join(tmpdir(), 'sheaf-copy-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const build =
    globSync('build-*', { cwd: join(root, 'dist') })
      .toSorted()
      .at(-1) ?? '';
  for (const part of ['cli.cjs', build]) cpSync(join(root, 'dist', part), join(folder, part), { recursive: true });
  return { folder, argv: [process.execPath, join(folder, 'cli.cjs')] };
}

test('a command that follows a run goes on with its own files when sheaf is removed', async () => {
  const folder = testFolder({
    'sheaf.yaml': 'scheduler: local\n',
    'templates/t.yaml':
      'command: |\n  echo begun\n  while [ ! -e go ]; do sleep 0.1; done\n  echo "torch.OutOfMemoryError: CUDA out of memory"\n  exit 1\ncode: live\n',
  });
  await folder.sheaf(['new', '--exp-id', 'x', '--template', 't']);
  await folder.sheaf(['submit', 'x']);
  const copy = copyOfCommand();
  const following = startProgram([...copy.argv, 'logs', 'x', '-f'], { cwd: folder.path, env: folder.env });
  await until(() => following.output().includes('begun'));
  rmSync(copy.folder, { recursive: true });
  writeFileSync(join(folder.path, 'go'), '');
  const { code, output } = await following.ended;
  expect(output).toContain('CUDA out of memory');
  expect(output).not.toMatch(/bug|Cannot find module|installed again/);
  expect(code).toBe(0);
  expect((await folder.sheaf(['show', 'x'])).stdout).toContain('failed');
});

test('a server whose files are gone says that sheaf was updated, and to restart it', async () => {
  const copy = copyOfCommand();
  const project = makeServerProject(copy.argv);
  onTestFinished(() => project.remove());
  const server = await project.serve();
  const headers = await server.logIn();
  const ask = (name: string, body: object) => server.send({ path: `/api/${name}`, headers, body });
  expect((await ask('page', {})).status).toBe(200);
  rmSync(copy.folder, { recursive: true });
  // What the worker has not loaded so far.
  const { status, text } = await ask('sweep', { name: 'x' });
  expect(status).toBe(500);
  expect(JSON.parse(text)).toMatchObject({
    error: {
      code: 'server.updated',
      message: 'sheaf was updated while `sheaf serve` was running; restart it',
      fix: 'sheaf serve --stop\nsheaf serve',
    },
  });
});
