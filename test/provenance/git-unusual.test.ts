import { spawn } from 'node:child_process';
import { rmSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/project-folder.ts';
import { checkedOutFiles, commitAll, git, repository, snapshot, snapshotFiles, write } from './project.ts';

const IGNORE = '.sheaf/\nexperiments/\n';

test('files that git is configured to skip are taken as they are', async () => {
  const folder = repository({ 'a.py': 'a\n', 'b.py': 'b\n', 'far/c.py': 'c\n' });
  git(folder, 'update-index', '--assume-unchanged', 'a.py');
  git(folder, 'update-index', '--skip-worktree', 'b.py');
  write(folder, { 'a.py': 'A\n', 'b.py': 'B\n' });
  expect(await snapshotFiles(folder)).toMatchObject({ 'a.py': 'A\n', 'b.py': 'B\n', 'far/c.py': 'c\n' });
  git(folder, 'update-index', '--no-assume-unchanged', 'a.py');
  git(folder, 'update-index', '--no-skip-worktree', 'b.py');
  git(folder, 'checkout', '-q', '.');

  git(folder, 'sparse-checkout', 'set', '--cone', 'none');
  expect(existsSync(join(folder, 'far/c.py'))).toBe(false);
  const { record } = await snapshot(folder);
  expect(record.dirty).toBeUndefined();
  expect(Object.keys(await checkedOutFiles(folder, record)).toSorted()).toEqual(['.gitignore', 'a.py', 'b.py']);
});

test('in the middle of a merge with conflicts, the files are taken as they lie there', async () => {
  const folder = repository({ 'a.py': 'base\n', 'd.py': 'd\n' });
  git(folder, 'checkout', '-q', '-b', 'other');
  write(folder, { 'a.py': 'other\n' });
  rmSync(join(folder, 'd.py'));
  commitAll(folder);
  git(folder, 'checkout', '-q', 'main');
  write(folder, { 'a.py': 'main\n', 'd.py': 'changed\n' });
  commitAll(folder);
  expect(() => git(folder, 'merge', 'other')).toThrow(/merge/);
  rmSync(join(folder, 'd.py'), { force: true });
  const files = await snapshotFiles(folder);
  expect(files['a.py']).toContain('<<<<<<<');
  expect(files['d.py']).toBeUndefined();
});

test('a folder in place of a file, a link in place of a folder', async () => {
  const folder = repository({ x: 'file\n', 'd/a': 'a\n', 'd/b': 'b\n' });
  rmSync(join(folder, 'x'));
  rmSync(join(folder, 'd'), { recursive: true });
  write(folder, { 'x/inner': 'i\n', d: { link: 'x' } });
  expect(await snapshotFiles(folder)).toEqual({ '.gitignore': IGNORE, 'x/inner': 'i\n', d: '-> x' });
});

test("the user's own filters run; attributes for archives and keywords change nothing", async () => {
  const folder = repository({
    'a.py': 'a\n',
    '.gitattributes': 'secret.txt filter=turn\nout.py export-ignore\nsub.py export-subst\n',
    'out.py': 'o\n',
    'sub.py': '$Format:%H$\n',
  });
  git(folder, 'config', 'filter.turn.clean', 'tr a-z b-za');
  git(folder, 'config', 'filter.turn.smudge', 'tr b-za a-z');
  write(folder, { 'secret.txt': 'hello\n' });
  const { record } = await snapshot(folder);
  expect(git(folder, 'cat-file', '-p', `${record.tree}:secret.txt`)).toBe('ifmmp\n');
  expect(await checkedOutFiles(folder, record)).toMatchObject({
    'secret.txt': 'hello\n',
    'out.py': 'o\n',
    'sub.py': '$Format:%H$\n',
  });
});

test('repositories with other hashes, and with other ref storage', async () => {
  for (const flags of [['--object-format=sha256'], ['--ref-format=reftable']]) {
    const folder = temporaryFolder();
    git(folder, 'init', '-q', ...flags);
    write(folder, { 'a.py': 'a\n', 'gone.py': 'g\n', '.env': 'x' });
    commitAll(folder);
    write(folder, { 'a.py': 'changed\n' });
    rmSync(join(folder, 'gone.py'));
    const { record } = await snapshot(folder);
    expect(await checkedOutFiles(folder, record)).toEqual({ 'a.py': 'changed\n' });
    expect(git(folder, 'for-each-ref', '--format=%(refname)', 'refs/sheaf')).toBe(`refs/sheaf/code/${record.tree}\n`);
  }
});

test('a linked work tree has a state and a snapshot of its own', async () => {
  const folder = repository({ 'a.py': 'a\n' });
  const other = join(temporaryFolder(), 'tree');
  git(folder, 'worktree', 'add', '-q', '-b', 'side', other);
  write(other, { 'a.py': 'side\n' });
  const { record } = await snapshot(other);
  expect(record.branch).toBe('side');
  expect(await checkedOutFiles(other, record)).toMatchObject({ 'a.py': 'side\n' });
  expect(await snapshotFiles(folder)).toMatchObject({ 'a.py': 'a\n' });
});

test('a file that becomes a folder just when it is read does not stop it', async () => {
  const folder = repository({ '.gitattributes': 'a.txt filter=trip\n' });
  git(folder, 'config', 'filter.trip.clean', 'if [ -f b.txt ]; then rm b.txt; mkdir b.txt; echo i >b.txt/in; fi; cat');
  write(folder, { 'a.txt': 'a\n', 'b.txt': 'b\n' });
  expect(await snapshotFiles(folder)).toMatchObject({ 'a.txt': 'a\n', 'b.txt/in': 'i\n' });
});

test('files that come, change and go while it reads do not stop it', async () => {
  const folder = repository(Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`f${at}`, `${at}\n`])));
  const script =
    'i=0; while [ $i -lt 400 ]; do i=$((i+1)); echo $i$i$i > "n$((i%40))"; rm -f "n$(((i+20)%40))"; echo $i >> f1; done';
  const busy = spawn('bash', ['-c', script], { cwd: folder });
  const ended = new Promise((resolve) => void busy.on('close', resolve));
  for (let n = 0; n < 5; n += 1) expect((await snapshot(folder)).record.tree).toMatch(/^[0-9a-f]{40}$/);
  await ended;
});
