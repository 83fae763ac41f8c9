import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { SnapshotRecord } from '../../src/core/experiment/code.ts';
import { checkOut, hasCode, diffCode, findPrunableCode, pruneCode, writeOut } from '../../src/provenance/index.ts';
import { temporaryFolder } from '../support/project-folder.ts';
import { checkedOutFiles, commitAll, filesIn, git, repository, snapshot, storeOf, write } from './project.ts';

const FILES = { 'a.py': 'a\n', 'lib/b.py': 'b\n', 'run.sh': { run: 'echo\n' }, link: { link: 'a.py' } };
const HELD = {
  '.gitignore': '.sheaf/\nexperiments/\n',
  'a.py': 'a\n',
  'lib/b.py': 'b\n',
  'run.sh': '#! echo\n',
  link: '-> a.py',
};

/** A snapshot and a checkout by a process of its own, which a fault may end. */
function program(folder: string): readonly string[] {
  const room = join(import.meta.dirname, '../../src/provenance/index.ts');
  const text = `
    import { takeSnapshot, checkOut } from ${JSON.stringify(room)};
    const [folder, store] = process.argv.slice(1);
    const settings = { link: [], copy: [], untrackedLimit: 1e6 };
    const { record } = await takeSnapshot({ folder, experiments: 'experiments', settings, store });
    await checkOut({ folder, store, record });
    console.log(JSON.stringify({ record }));`;
  return ['--input-type=module', '-e', text, '--', folder, storeOf(folder)];
}

interface Done {
  readonly record: SnapshotRecord;
}

/** Names in a store of all but what is beside checkouts; folders that are being made too. */
function checkouts(store: string): string[] {
  return readdirSync(store).filter((name) => name !== 'scanned' && !name.endsWith('.files'));
}

function runWithFault(folder: string, fault: string): Done | undefined {
  const env = { ...process.env, SHEAF_TEST_FAULT: fault };
  const { stdout } = spawnSync(process.execPath, program(folder), { env, encoding: 'utf8' });
  return stdout === '' ? undefined : (JSON.parse(stdout) as Done);
}

test('a checkout has read-only files in folders that their owner can remove, and is made once', async () => {
  const folder = repository(FILES);
  const { record } = await snapshot(folder);
  const path = await checkOut({ folder, store: storeOf(folder), record });
  expect(filesIn(path)).toEqual(HELD);
  for (const inner of ['a.py', 'run.sh', 'lib/b.py']) expect(lstatSync(join(path, inner)).mode & 0o222).toBe(0);
  for (const inner of ['', 'lib']) expect(lstatSync(join(path, inner)).mode & 0o222).toBe(0o200);
  const { ino } = lstatSync(path);
  expect(await checkOut({ folder, store: storeOf(folder), record })).toBe(path);
  expect(lstatSync(path).ino).toBe(ino);
});

test('many processes at once make one whole checkout', async () => {
  const folder = repository(FILES);
  const ended = await Promise.all(
    Array.from({ length: 6 }, async () => {
      const child = spawn(process.execPath, program(folder), { stdio: ['ignore', 'pipe', 'inherit'] });
      let text = '';
      child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
      await new Promise((resolve) => void child.on('close', resolve));
      return (JSON.parse(text) as Done).record.tree;
    }),
  );
  expect(new Set(ended).size).toBe(1);
  expect(checkouts(storeOf(folder))).toEqual([...new Set(ended)]);
  expect(filesIn(join(storeOf(folder), ended[0] ?? ''))).toEqual(HELD);
});

test('killed at any step it leaves no half checkout, and the next one tidies up', async () => {
  const folder = repository(FILES);
  write(folder, { 'new.py': 'n\n' });
  const whole = { ...HELD, 'new.py': 'n\n' };
  let [at, done] = [0, false];
  while (!done && at < 100) {
    at += 1;
    done = runWithFault(folder, `${at % 2 === 0 ? 'kill' : 'kill-after'}@${at}`) !== undefined;
    for (const name of existsSync(storeOf(folder)) ? readdirSync(storeOf(folder)) : []) {
      if (!/^[0-9a-f]{40}$/.test(name)) continue;
      expect(filesIn(join(storeOf(folder), name))).toEqual(whole);
      spawnSync('chmod', ['-R', 'u+w', join(storeOf(folder), name)]);
      rmSync(join(storeOf(folder), name), { recursive: true });
    }
    expect(git(folder, 'status', '--porcelain')).toBe('?? new.py\n');
  }
  expect(done).toBe(true);
  expect(at).toBeGreaterThan(15);
  expect(readdirSync(storeOf(folder)).some((name) => name.startsWith('.new-'))).toBe(true);
  const { record } = await snapshot(folder);
  expect(await checkedOutFiles(folder, record)).toEqual(whole);
  await pruneCode({ store: storeOf(folder), needed: new Set() });
  expect(readdirSync(storeOf(folder)).filter((name) => name.startsWith('.new-'))).toEqual([]);
}, 120_000);

test('a full disk is reported, and nothing is left behind', async () => {
  const folder = repository(FILES);
  let told = 0;
  for (let at = 2; at < 30; at += 4) {
    const env = { ...process.env, SHEAF_TEST_FAULT: `enospc@${at}` };
    const { status, stderr } = spawnSync(process.execPath, program(folder), { env, encoding: 'utf8' });
    if (status !== 0) expect(stderr).toContain('ENOSPC');
    told += status === 0 ? 0 : 1;
    for (const name of checkouts(storeOf(folder))) {
      expect(filesIn(join(storeOf(folder), name))).toEqual(HELD);
      spawnSync('chmod', ['-R', 'u+w', join(storeOf(folder), name)]);
      rmSync(join(storeOf(folder), name), { recursive: true });
    }
  }
  expect(told).toBeGreaterThan(3);
}, 60_000);

test('the code can be written out, to be changed', async () => {
  const folder = repository(FILES);
  const { record } = await snapshot(folder);
  const around = temporaryFolder();
  const store = storeOf(folder);
  for (const hasCheckout of [false, true]) {
    if (hasCheckout) await checkOut({ folder, store, record });
    const to = join(around, `it's ${String(hasCheckout)}`, 'new');
    await writeOut({ folder, store, record, to });
    expect(filesIn(to)).toEqual(HELD);
    writeFileSync(join(to, 'lib/c.py'), '');
    expect(lstatSync(join(to, 'a.py')).mode & 0o200).toBe(0o200);
    expect(readdirSync(join(to, '..'))).toEqual(['new']);
  }
  mkdirSync(join(around, 'empty'));
  symlinkSync('empty', join(around, 'to-empty'));
  await writeOut({ folder, store, record, to: join(around, 'to-empty') });
  expect(filesIn(join(around, 'empty'))).toEqual(HELD);
});

test('nothing that is there is overwritten', async () => {
  const folder = repository(FILES);
  const { record } = await snapshot(folder);
  const around = temporaryFolder();
  write(around, { 'full/mine.txt': 'm', file: 'f' });
  for (const name of ['full', 'file', 'full/mine.txt']) {
    const refused = writeOut({ folder, store: storeOf(folder), record, to: join(around, name) });
    await expect(refused).rejects.toMatchObject({ code: 'checkout.not_empty', exitCode: 2 });
  }
  expect(filesIn(around)).toEqual({ 'full/mine.txt': 'm', file: 'f' });
});

test('two snapshots are compared whatever the user has set up for git', async () => {
  const folder = repository({ 'a.py': 'one\ntwo\n', 'gone.py': 'g\n', 'same name.py': 'this\nis\nlong\nenough\n' });
  const a = (await snapshot(folder)).record;
  write(folder, { 'a.py': 'one\nthree\n', 'new é.py': 'n\n' });
  rmSync(join(folder, 'gone.py'));
  renameSync(join(folder, 'same name.py'), join(folder, 'moved.py'));
  const b = (await snapshot(folder)).record;
  for (const [name, value] of [
    ['diff.external', 'false'],
    ['diff.noprefix', 'true'],
    ['color.ui', 'always'],
    ['core.pager', 'false'],
    ['diff.py.textconv', 'false'],
    ['diff.py.command', 'false'],
  ])
    git(folder, 'config', name ?? '', value ?? '');
  writeFileSync(join(folder, '.git/info/attributes'), '*.py diff=py\n');
  const diff = await diffCode({ folder, store: storeOf(folder), a, b });
  expect(diff).toContain('--- a/a.py\n+++ b/a.py\n@@ -1,2 +1,2 @@\n one\n-two\n+three\n');
  expect(diff).toContain('rename from same name.py\nrename to moved.py\n');
  expect(diff).toContain('--- a/gone.py\n+++ /dev/null\n');
  expect(await diffCode({ folder, store: storeOf(folder), a, b: a })).toBe('');
});

test('prune removes checkouts that no run needs, and never what cannot be made again', async () => {
  const folder = repository(FILES);
  const store = storeOf(folder);
  const records: SnapshotRecord[] = [];
  for (const text of ['1\n', '2\n', '3\n']) {
    write(folder, { 'a.py': text });
    const { record } = await snapshot(folder);
    await checkOut({ folder, store, record });
    records.push(record);
  }
  const [one, two, three] = records as [SnapshotRecord, SnapshotRecord, SnapshotRecord];
  const age = (...trees: SnapshotRecord[]): void => {
    for (const { tree } of trees) utimesSync(join(store, tree), 1_000_000, 1_000_000);
  };
  const needed = new Set([two.tree]);
  expect(await findPrunableCode({ store, needed })).toEqual([]);
  age(one, two, three);
  await checkOut({ folder, store, record: three });
  const bytes = '.sheaf/\nexperiments/\n'.length + '1\n'.length + 'b\n'.length + 'echo\n'.length + 'a.py'.length;
  expect(await findPrunableCode({ store, needed })).toEqual([{ tree: one.tree, path: join(store, one.tree), bytes }]);
  expect(existsSync(join(store, one.tree))).toBe(true);

  expect((await pruneCode({ store, needed })).map(({ tree }) => tree)).toEqual([one.tree]);
  const kept = [two.tree, three.tree].flatMap((tree) => [tree, `${tree}.files`]);
  expect(readdirSync(store).toSorted()).toEqual([...kept, 'scanned'].toSorted());
  expect(await hasCode({ folder, store, record: one })).toBe(true);
  expect(await checkedOutFiles(folder, one)).toMatchObject({ 'a.py': '1\n' });

  age(one, two, three);
  rmSync(join(folder, '.git'), { recursive: true });
  expect(await pruneCode({ store, needed })).toEqual([]);
  git(folder, 'init', '-q');
  expect(await pruneCode({ store, needed })).toEqual([]);
  expect(await hasCode({ folder, store, record: one })).toBe(true);
});

test('a snapshot whose repository was replaced is reported as gone', async () => {
  const folder = repository(FILES);
  const { record } = await snapshot(folder);
  rmSync(join(folder, '.git'), { recursive: true });
  expect(await hasCode({ folder, store: storeOf(folder), record })).toBe(false);
  git(folder, 'init', '-q');
  commitAll(folder);
  git(folder, 'commit', '-q', '--amend', '-m', 'x');
  chmodSync(folder, 0o755);
  const other = { ...record, tree: '0'.repeat(40) };
  expect(await hasCode({ folder, store: storeOf(folder), record: other })).toBe(false);
  await expect(checkOut({ folder, store: storeOf(folder), record: other })).rejects.toMatchObject({
    code: 'code.gone',
  });
});
