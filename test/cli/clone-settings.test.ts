import { expect, test } from 'vitest';
import { testFolder } from '../support/run-sheaf.ts';

const FILES = {
  'sheaf.yaml': 'scheduler: local\n',
  'templates/t.yaml': `x: 1
environment: {exports: {A: one}, setup: [': kept']}
command: echo "$A $B"
`,
};

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
