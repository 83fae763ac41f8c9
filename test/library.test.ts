import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testFolder } from './support/run-sheaf.ts';

const root = join(import.meta.dirname, '..');

test('the example of the library makes, runs, harvests and exports a real experiment', () => {
  const folder = testFolder();
  cpSync(join(root, 'examples', 'digits'), folder.path, { recursive: true });
  const said = execFileSync(process.execPath, [join(root, 'examples', 'library.ts'), folder.path], {
    encoding: 'utf8',
    env: { ...process.env, ...folder.env },
  });
  expect(said).toMatch(/^accuracy 0\.[89]\d+\n1 row in /);
  const [header = '', row = ''] = readFileSync(join(folder.path, 'results.csv'), 'utf8').split('\n');
  expect(header).toContain('accuracy');
  expect(row).toMatch(/^from_library,completed,/);
});
