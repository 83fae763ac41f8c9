import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readdirSync, rmSync, symlinkSync, truncateSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkOut, hasCode, pruneCode, writeOut } from '../../src/provenance/index.ts';
import { temporaryFolder } from '../support/project-folder.ts';
import { filesIn, repository, snapshot, storeOf, write } from './project.ts';

const FILES = {
  '.gitignore': '.sheaf/\n',
  'a.py': 'a\n',
  'lib/b.py': 'b\n',
  'lib/né\n.py': 'n\n',
  link: { link: 'a.py' },
};

/** What an old scratch disk loses, or a write that was cut short. */
const DAMAGES: Readonly<Record<string, (checkout: string) => void>> = {
  'a file gone': (checkout) => rmSync(join(checkout, 'lib/né\n.py')),
  'a link gone': (checkout) => rmSync(join(checkout, 'link')),
  'a folder gone': (checkout) => rmSync(join(checkout, 'lib'), { recursive: true }),
  'a file cut': (checkout) => truncateSync(join(checkout, 'a.py'), 1),
  'a file gone and another added': (checkout) => {
    rmSync(join(checkout, 'a.py'));
    write(checkout, { 'lib/__pycache__/b.pyc': 'p\n' });
  },
  'a file gone, and the listing': (checkout) => {
    rmSync(join(checkout, 'a.py'));
    rmSync(`${checkout}.files`);
  },
};

function open(checkout: string): void {
  spawnSync('chmod', ['-R', 'u+w', checkout]);
}

test.for(Object.entries(DAMAGES))('a checkout with %s is made again from git', async ([, damage]) => {
  const folder = repository(FILES);
  const store = storeOf(folder);
  const { record } = await snapshot(folder);
  const path = await checkOut({ folder, store, record });
  const [whole, beside] = [filesIn(path), readdirSync(store)];
  open(path);
  damage(path);
  const to = join(temporaryFolder(), 'out');
  await writeOut({ folder, store, record, to });
  expect(filesIn(to)).toEqual(whole);
  expect(await checkOut({ folder, store, record })).toBe(path);
  expect(filesIn(path)).toEqual(whole);
  expect(lstatSync(join(path, 'a.py')).mode & 0o222).toBe(0);
  expect(readdirSync(store)).toEqual(beside);
});

test.for(Object.entries(DAMAGES))(
  'a copy without git with %s is reported, and repaired from the files',
  async ([, damage]) => {
    const folder = join(temporaryFolder(), 'p');
    mkdirSync(folder);
    write(folder, FILES);
    const store = storeOf(folder);
    const { record } = await snapshot(folder);
    const path = await checkOut({ folder, store, record });
    const whole = filesIn(path);
    open(path);
    damage(path);
    expect(await hasCode({ folder, store, record })).toBe(false);
    const gone = { code: 'code.gone', problems: [{ why: expect.stringMatching(/has lost|lost files/) as string }] };
    await expect(checkOut({ folder, store, record })).rejects.toMatchObject(gone);
    await expect(writeOut({ folder, store, record, to: join(temporaryFolder(), 'o') })).rejects.toMatchObject(gone);
    expect((await snapshot(folder)).record).toEqual(record);
    expect(await checkOut({ folder, store, record })).toBe(path);
    expect(filesIn(path)).toEqual(whole);
  },
);

test('what was added to a checkout, or a listing alone that was lost, is no damage', async () => {
  const plain = join(temporaryFolder(), 'p');
  mkdirSync(plain);
  write(plain, FILES);
  for (const folder of [repository(FILES), plain]) {
    const store = storeOf(folder);
    const { record } = await snapshot(folder);
    const path = await checkOut({ folder, store, record });
    const { ino } = lstatSync(path);
    rmSync(`${path}.files`);
    await checkOut({ folder, store, record });
    expect(existsSync(`${path}.files`)).toBe(true);
    open(path);
    write(path, { '__pycache__/a.pyc': 'p\n' });
    await checkOut({ folder, store, record });
    expect(lstatSync(path).ino).toBe(ino);
    expect(existsSync(join(path, '__pycache__/a.pyc'))).toBe(true);
  }
});

test('prune restores a checkout that a run has needed since', async () => {
  const folder = repository(FILES);
  const store = storeOf(folder);
  const { record } = await snapshot(folder);
  const path = await checkOut({ folder, store, record });
  const whole = filesIn(path);
  utimesSync(path, 1_000_000, 1_000_000);
  const [needed, wanted] = [new Set<string>(), new Set([record.tree])];
  expect(await pruneCode({ store, needed, neededNow: () => Promise.resolve(wanted) })).toEqual([]);
  expect(filesIn(path)).toEqual(whole);
  const removed = await pruneCode({ store, needed, neededNow: () => Promise.resolve(needed) });
  expect(removed).toMatchObject([{ tree: record.tree }]);
  expect(readdirSync(store)).toEqual(['scanned']);
});

test('a store that is not a folder is reported with a message', async () => {
  for (const [make, why] of [
    [(path: string) => symlinkSync('/nowhere/code', path), 'it is a link that leads nowhere'],
    [(path: string) => write(path, { '../code': 'f' }), 'something else has its name'],
  ] as const) {
    const folder = repository(FILES);
    const { record } = await snapshot(folder);
    rmSync(storeOf(folder), { recursive: true });
    make(storeOf(folder));
    const refused = { code: 'code.store', problems: [{ why }] };
    await expect(snapshot(folder)).rejects.toMatchObject(refused);
    await expect(checkOut({ folder, store: storeOf(folder), record })).rejects.toMatchObject(refused);
  }
});
