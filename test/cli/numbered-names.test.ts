import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testFolder, type TestFolder } from '../support/run-sheaf.ts';

const FILES = {
  'sheaf.yaml': 'scheduler: local\ncode: live\n',
  'templates/t.yaml': 'lr: 0.1\ncommand: python train.py {{ flags }}\n',
};

/** Standard output of a command that must succeed. */
async function say(folder: TestFolder, ...words: string[]): Promise<string> {
  const { stdout, stderr, exitCode } = await folder.sheaf(words);
  expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ exitCode: 0, stderr: '' });
  return stdout;
}

async function listed(folder: TestFolder, ...words: string[]): Promise<string[]> {
  const [, ...rows] = (await say(folder, 'list', ...words)).trimEnd().split('\n');
  return rows.map((row) => row.split('\t')[0] ?? '');
}

test('experiments and sweeps without a name get the next number of their template, and an experiment may be named as before', async () => {
  const folder = testFolder(FILES);
  expect(await say(folder, 'new', 't')).toBe('Created t-001\n');
  expect(await say(folder, 'new', 't', 'mine', '--lr', '0.3')).toBe('Created mine\n');
  expect(await say(folder, 'new', '--template', 't', '--exp-id', 'too')).toBe('Created too\n');
  expect(await say(folder, 'sweep', 't', '--grid', 'lr=0.1,0.01')).toContain('t-002_lr0.1 … t-002_lr0.01');
  expect(await say(folder, 'sweep', 't', 'lrs', '--grid', 'lr=0.2,0.02')).toContain('Sweep lrs: 2 experiments');
  expect(await say(folder, 'new', '--template', 't')).toBe('Created t-003\n');
  expect(await say(folder, 'clone', 'mine', '--lr', '0.4')).toBe('Created t-004\n');
  expect((await folder.sheaf(['submit', 't-002'])).stderr).toContain(
    't-002 is a sweep, not an experiment\n  fix  sheaf submit --sweep t-002\n',
  );
});

test('a dry run and a refused sweep use up no number', async () => {
  const folder = testFolder(FILES);
  expect(await say(folder, 'sweep', 't', '--grid', 'lr=1,2', '--dry-run')).toContain('Sweep t-001:');
  const refused = await folder.sheaf(['sweep', 't', '--grid', 'typo=1,2']);
  expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
  expect(await say(folder, 'new', 't')).toBe('Created t-001\n');
});

test('a number is never given again, neither after rm nor after rename or archive', async () => {
  const folder = testFolder(FILES);
  for (const id of ['t-001', 't-002', 't-003']) expect(await say(folder, 'new', 't')).toBe(`Created ${id}\n`);
  await say(folder, 'rm', 't-003', '--yes');
  await say(folder, 'rename', 't-002', 'other');
  await say(folder, 'archive', 't-001');
  expect(await say(folder, 'new', 't')).toBe('Created t-004\n');
  expect(await say(folder, 'new', 't', 't-005')).toBe('Created t-005\n');
  expect(await say(folder, 'new', 't')).toBe('Created t-006\n');
});

test('numbers beyond 999 have four digits, and a list sorted by name has them last', async () => {
  const folder = testFolder(FILES);
  const ids = join(folder.path, '.sheaf/claims/ids');
  mkdirSync(ids, { recursive: true });
  for (let n = 1; n < 999; n += 1) symlinkSync('k h:1:1:b', join(ids, `t-${String(n).padStart(3, '0')}`));
  expect(await say(folder, 'new', 't')).toBe('Created t-999\n');
  expect(await say(folder, 'new', 't')).toBe('Created t-1000\n');
  expect(await say(folder, 'sweep', 't', '--grid', 'seed=1,2')).toContain('Sweep t-1001:');
  expect(await listed(folder, '--sort', 'exp_id')).toEqual(['t-999', 't-1000', 't-1001_s1', 't-1001_s2']);
});

test('processes on several hosts that create at the same time all get different names', async () => {
  const folder = testFolder(FILES);
  const [processes, each] = [4, 2];
  const program = join(import.meta.dirname, '../store/create-numbered.ts');
  const runs = await Promise.all(
    Array.from({ length: processes }, (_, i) =>
      folder.run([process.execPath, program, folder.path, String(each)], {
        env: { SHEAF_TEST_HOST: `host${i}`, SHEAF_LOCAL_DIR: join(folder.path, '..', `local${i}`) },
      }),
    ),
  );
  expect(runs.map(({ stderr }) => stderr)).toEqual(runs.map(() => ''));
  const names = runs.flatMap(({ stdout }) => stdout.split('\n').filter((line) => line !== ''));
  expect(new Set(names).size).toBe(processes * each * 2);
  expect((await listed(folder, '--limit', '0')).length).toBe(processes * each * 3);
});

test('an argument and a flag that contradict each other are refused, and a missing template is answered with those there are', async () => {
  const folder = testFolder(FILES);
  const twice = await folder.sheaf(['new', 't', 'a', '--exp-id', 'b']);
  expect(twice).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('--exp-id b contradicts the argument a'),
  });
  const none = await folder.sheaf(['sweep', '--grid', 'lr=1,2']);
  expect(none).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('the project has t\n  fix  sheaf sweep t'),
  });
  expect(await listed(folder)).toEqual([]);
});

test('a command that needs an experiment and gets none, or a sweep, answers with a line to paste', async () => {
  const folder = testFolder(FILES);
  const fixOf = async (...words: string[]): Promise<string> => {
    const { stderr, exitCode } = await folder.sheaf(words);
    expect(exitCode).toBe(2);
    return /^ +fix +(.*)$/m.exec(stderr)?.[1] ?? stderr;
  };
  expect(await fixOf('show')).toBe('sheaf show ID');
  await say(folder, 'new', 't', 'first');
  await say(folder, 'sweep', 't', 'lrs', '--grid', 'lr=1,2');
  expect(await fixOf('show')).toBe('sheaf show lrs_lr2');
  expect(await fixOf('diff', 'lrs_lr2')).toBe('sheaf diff lrs_lr2 lrs_lr1');
  expect(await fixOf('rename')).toBe('sheaf rename lrs_lr2 NEW');
  expect(await fixOf('show', '--sweep', 'lrs')).toBe('sheaf sweep show lrs');
  expect(await fixOf('show', 'lrs')).toBe('sheaf sweep show lrs');
  expect(await fixOf('harvest', 'lrs')).toBe('sheaf harvest --sweep lrs');
  expect(await fixOf('clone', 'lrs', 'copy', '--lr', '3')).toBe('sheaf clone lrs_lr2 copy --lr 3');
});
