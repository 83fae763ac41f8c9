import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { followPage } from '../support/follow-page.ts';
import { testFolder } from '../support/run-sheaf.ts';

const root: string = join(import.meta.dirname, '../..');

function readPage(name: string): string {
  return readFileSync(join(root, 'docs/tutorial', `${name}.md`), 'utf8');
}

test('the first run, the first sweep and the paper: every command runs as pasted and shows what the page says', async () => {
  const { path, env } = testFolder();
  const line = await followPage(readPage('first-run'), { cwd: path, env });
  await followPage(readPage('first-sweep'), { cwd: line, env });
  await followPage(readPage('paper'), { cwd: line, env });
  expect(readFileSync(join(line, 'loss.pdf'), 'latin1')).toMatch(/^%PDF-/);
});
