import { expect, test } from 'vitest';
import { readFilePlace } from './file-place.ts';

test('a path in the address is that of a folder if it ends with a slash, and otherwise that of a file', () => {
  expect(readFilePlace(null)).toEqual({ kind: 'folder', path: '', steps: [] });
  expect(readFilePlace('a/gr\xc3\xbc/')).toEqual({
    kind: 'folder',
    path: 'a/gr\xc3\xbc',
    steps: [
      { name: 'a', setting: 'a/' },
      { name: 'grü', setting: 'a/gr\xc3\xbc/' },
    ],
  });
  expect(readFilePlace('a/b')).toEqual({
    kind: 'file',
    path: 'a/b',
    steps: [
      { name: 'a', setting: 'a/' },
      { name: 'b', setting: 'a/b' },
    ],
  });
});
