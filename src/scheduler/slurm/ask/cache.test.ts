import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../../../../test/support/project-folder.ts';
import { openCache } from './cache.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_800_000_000_000, toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

test('what is kept serves other commands, until it is too old', () => {
  const folder = join(temporaryFolder(), 'a/cache');
  openCache(folder).write('nodes', { count: 5 });
  const other = openCache(folder);
  vi.advanceTimersByTime(1000);
  expect(other.read('nodes', 1000)).toEqual({ count: 5 });
  expect(other.read('partitions', 1000)).toBeUndefined();
  vi.advanceTimersByTime(1);
  expect(other.read('nodes', 1000)).toBeUndefined();
});

test('a clock that was set back does not keep it for ever', () => {
  const cache = openCache(temporaryFolder());
  cache.write('nodes', 5);
  vi.setSystemTime(Date.now() - 1);
  expect(cache.read('nodes', 1000)).toBeUndefined();
});

test('what was kept for another configuration is not read', () => {
  const folder = temporaryFolder();
  openCache(folder, 'old').write('nodes', 5);
  expect(openCache(folder, 'new').read('nodes', 1000)).toBeUndefined();
  expect(openCache(folder, 'old').read('nodes', 1000)).toBe(5);
});

test('a value is made once', async () => {
  const cache = openCache(temporaryFolder());
  const make = vi.fn<() => Promise<number>>(async () => 5);
  expect([await cache.keep('n', 1000, make), await cache.keep('n', 1000, make)]).toEqual([5, 5]);
  expect(make).toHaveBeenCalledOnce();
});

test('an error is not kept', async () => {
  const cache = openCache(temporaryFolder());
  await expect(cache.keep('n', 1000, () => Promise.reject(new Error('away')))).rejects.toThrow('away');
  expect(await cache.keep('n', 1000, async () => 5)).toBe(5);
});

test('only its owner can read it', () => {
  const folder = join(temporaryFolder(), 'cache');
  openCache(folder).write('nodes', 5);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, 'nodes.json')).mode & 0o777).toBe(0o600);
});

test('without a writable folder, everything is asked for again', async () => {
  const blocked = join(temporaryFolder(), 'file');
  writeFileSync(blocked, '');
  for (const cache of [openCache(undefined), openCache(blocked)]) {
    const make = vi.fn<() => Promise<number>>(async () => 5);
    expect([await cache.keep('n', 1000, make), await cache.keep('n', 1000, make)]).toEqual([5, 5]);
    expect(make).toHaveBeenCalledTimes(2);
  }
});

test.each(['', '{', 'null', '5', '"text"', '[]', '{"key":""}', '{"key":"","atMs":"now","value":1}'])(
  'a file with %j in it is not an answer',
  (text) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'nodes.json'), text);
    expect(openCache(folder).read('nodes', Infinity)).toBeUndefined();
  },
);

test('a folder instead of the file is not an answer either', () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'nodes.json'));
  const cache = openCache(folder);
  cache.write('nodes', 5);
  expect(cache.read('nodes', 1000)).toBeUndefined();
});
