import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testFolder } from '../support/run-sheaf.ts';

const PROJECT = {
  'sheaf.yaml': 'scheduler: local\ncluster: { local: { cpus: 1 } }\n',
  'templates/t.yaml': 'x: 1\ncommand: sleep 1.5\n',
};

function journalBytes(path: string): number {
  const folder = join(path, '.sheaf', 'journal');
  return readdirSync(folder).reduce((sum, name) => sum + readFileSync(join(folder, name)).length, 0);
}

test('looking again and again at jobs that wait does not make the journal grow', async () => {
  const folder = testFolder(PROJECT);
  await folder.sheaf(['sweep', '--template', 't', '--name', 's', '--grid', 'x=1,2,3,4', '--submit', '--yes']);
  await folder.sheaf(['status']);
  const before = journalBytes(folder.path);
  await folder.sheaf(['status']);
  await folder.sheaf(['status']);
  // One of them may have started or ended since; the reasons of the other three are unchanged.
  expect(journalBytes(folder.path) - before).toBeLessThan(2_000);
});
