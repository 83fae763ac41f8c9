import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { hasCode, checkOut, diffCode, pruneCode, writeOut } from '../../src/provenance/index.ts';
import { formatManifest } from '../../src/provenance/files-snapshot.ts';
import { HOSTILE_NAME } from '../support/hostile-name.ts';
import { temporaryFolder } from '../support/project-folder.ts';
import { checkedOutFiles, filesIn, git, snapshot, storeOf, write, commitAll } from './project.ts';

/** A project in no repository. */
function project(files: Parameters<typeof write>[1]): string {
  const folder = join(temporaryFolder(), HOSTILE_NAME);
  mkdirSync(folder);
  write(folder, files);
  return folder;
}

const FILES = {
  'a.py': 'a\n',
  'lib/new\nline.py': 'n\n',
  'run.sh': { run: 'echo\n' },
  link: { link: 'a.py' },
  out: { link: '../x' },
};

test('without git the project is copied, once for the same files, with a manifest of hashes', async () => {
  const folder = project({
    ...FILES,
    '.sheaf/journal/j': 'x',
    'experiments/e/out.log': 'x',
    'lib/__pycache__/b.pyc': 'x',
    '.venv/bin/python': 'x',
    'web/node_modules/m/i.js': 'x',
    'my env/pyvenv.cfg': 'home = /usr/bin\n',
    'my env/lib/x.py': 'x',
    '.pytest_cache/v/x': 'x',
    'data/d.csv': 'x'.repeat(2_000_000),
    '.env': 'A=1',
    'k.txt': '-----BEGIN PRIVATE KEY-----\n',
  });
  const { record, warnings } = await snapshot(folder, { link: ['data'] });
  expect(record).toEqual({
    mode: 'snapshot',
    kind: 'files',
    tree: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    prefix: '',
    leftOut: [
      { path: '.env', why: 'secret' },
      { path: 'k.txt', why: 'private_key' },
    ],
    leftOutCount: 2,
  });
  expect(warnings).toHaveLength(2);
  const held = {
    'a.py': 'a\n',
    'lib/new\nline.py': 'n\n',
    'run.sh': '#! echo\n',
    link: '-> a.py',
    out: `-> ${join(folder, '../x')}`,
  };
  expect(await checkedOutFiles(folder, record)).toEqual(held);
  const manifest = readFileSync(join(storeOf(folder), `${record.tree}.manifest`), 'utf8');
  expect(manifest).toContain(`100644 ${createHash('sha256').update('n\n').digest('hex')} lib/new\\nline.py\n`);
  expect(createHash('sha256').update(manifest).digest('hex')).toBe(record.tree);

  expect((await snapshot(folder, { link: ['data'] })).record).toEqual(record);
  expect(readdirSync(storeOf(folder)).toSorted()).toEqual(['', '.files', '.manifest'].map((end) => record.tree + end));
  chmodSync(join(folder, 'run.sh'), 0o644);
  expect((await snapshot(folder, { link: ['data'] })).record.tree).not.toBe(record.tree);
});

test('it is read-only and the only copy: prune leaves it, checkout gives a copy that can be changed', async () => {
  const folder = project(FILES);
  const { record } = await snapshot(folder);
  const store = storeOf(folder);
  const path = await checkOut({ folder, store, record });
  utimesSync(path, 1_000_000, 1_000_000);
  expect(await pruneCode({ store, needed: new Set() })).toEqual([]);
  expect(await hasCode({ folder, store, record })).toBe(true);
  const to = join(temporaryFolder(), 'out');
  await writeOut({ folder, store, record, to });
  expect(filesIn(to)).toEqual(filesIn(path));
  writeFileSync(join(to, 'lib/x.py'), 'x\n');
  const gone = { ...record, tree: '0'.repeat(64) };
  await expect(checkOut({ folder, store, record: gone })).rejects.toMatchObject({ code: 'code.gone' });
});

test('two copies are compared like two commits, and a copy with a commit', async () => {
  const folder = project({ 'a.py': 'one\n', '.gitignore': '*.txt\n', 'notes.txt': '1\n' });
  const store = storeOf(folder);
  const a = (await snapshot(folder)).record;
  write(folder, { 'a.py': 'two\n', 'notes.txt': '2\n' });
  const b = (await snapshot(folder)).record;
  const diff = await diffCode({ folder, store, a, b });
  expect(diff).toContain('--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-one\n+two\n');
  expect(diff).toContain('+++ b/notes.txt\n');
  git(folder, 'init', '-q');
  commitAll(folder);
  const c = (await snapshot(folder)).record;
  expect(c.kind).toBe('git');
  // What is ignored is in a copy, and not in a commit.
  expect(await diffCode({ folder, store, a: b, b: c })).toContain('deleted file mode 100644');
  expect(readdirSync(store).filter((name) => name.startsWith('.'))).toEqual([]);
});

test('without a git program all works but the comparison', async () => {
  const folder = project(FILES);
  const { PATH } = process.env;
  const tools = temporaryFolder();
  write(tools, { chmod: { link: '/bin/chmod' } });
  process.env['PATH'] = tools;
  onTestFinished(() => void (process.env['PATH'] = PATH));
  const a = (await snapshot(folder)).record;
  expect(Object.keys(await checkedOutFiles(folder, a))).toContain('a.py');
  write(folder, { 'b.py': 'b\n' });
  const b = (await snapshot(folder)).record;
  await expect(diffCode({ folder, store: storeOf(folder), a, b })).rejects.toMatchObject({
    code: 'code.git',
    problems: [{ fix: expect.stringContaining('install git') as string }],
  });
});

test('too much is refused: all files count', async () => {
  const folder = project({ 'a.py': 'a\n', 'model.bin': 'x'.repeat(2_000_000) });
  await expect(snapshot(folder)).rejects.toMatchObject({
    code: 'code.untracked',
    message: expect.stringMatching(/^the 2 files of the project/) as string,
  });
  expect(readdirSync(storeOf(folder))).toEqual([]);
});

test('different files never have the same manifest', () => {
  const name = fc.stringMatching(/^[\x01-\x2e\x30-\xff]{1,6}$/);
  const file = fc.record({
    mode: fc.constantFrom('100644' as const, '100755' as const),
    sha256: fc.constantFrom('0', '1'),
    path: name,
  });
  fc.assert(
    fc.property(fc.array(file, { maxLength: 3 }), fc.array(file, { maxLength: 3 }), (a, b) => {
      expect(formatManifest(a) === formatManifest(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
    }),
  );
});
