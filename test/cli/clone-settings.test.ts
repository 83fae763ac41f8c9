import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testFolder } from '../support/run-sheaf.ts';

const FILES = {
  'sheaf.yaml': 'scheduler: local\n',
  'templates/t.yaml': `x: 1
environment: {exports: {A: one}, setup: [': kept']}
command: echo "$A $B"
`,
};

test('neither show nor a clone mentions that the template keeps other checkpoints now, since that holds for all runs', async () => {
  const template = (keep: string): string =>
    `checkpoint: {files: 'a*.pt'${keep}}\nstages: {train: {command: echo, checkpoint: {files: 'b*.pt'${keep}}}}\n`;
  const folder = testFolder({ ...FILES, 'templates/t.yaml': template('') });
  await folder.sheaf(['run', 't', 'a']);
  writeFileSync(join(folder.path, 'templates/t.yaml'), template(', keep: {last: 2}'));
  const shown = await folder.sheaf(['show', 'a']);
  const cloned = await folder.sheaf(['clone', 'a', 'b']);
  expect(shown.stdout + shown.stderr + cloned.stdout + cloned.stderr).not.toContain('changed');
  expect(cloned.exitCode).toBe(0);
  writeFileSync(join(folder.path, 'templates/t.yaml'), template(', pick: step'));
  expect((await folder.sheaf(['show', 'a'])).stdout).toContain('checkpoint.pick');
});

test('a clone takes each requested setting, keeps the others, and shows the differences', async () => {
  const folder = testFolder(FILES);
  await folder.sheaf(['new', '--exp-id', 'a', '--template', 't']);
  const sets = [
    '--set',
    'environment.exports={B: two}',
    '--set',
    'code.link=[data]',
    '--monitor',
    '10',
    '--num-nodes',
    '2',
  ];
  const { data } = JSON.parse((await folder.sheaf(['clone', 'a', 'b', ...sets, '--json'])).stdout) as {
    data: { differs: { name: string; after: string | null }[] };
  };
  expect(data.differs.map(({ name, after }) => `${name} ${String(after)}`).toSorted()).toEqual([
    'code.copy []',
    'code.link ["data"]',
    'code.untracked_limit 104857600',
    'environment.exports {"A":"one","B":"two"}',
    'monitor.interval 10',
    'num_nodes 2',
  ]);
  const { stdout } = await folder.sheaf(['submit', 'b', '--dry-run']);
  expect(stdout).toContain("export B='two'\n: kept\n");
});
