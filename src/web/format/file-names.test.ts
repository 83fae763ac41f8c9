import { expect, test } from 'vitest';
import { decodeBytePath, isPlainName, showName } from './file-names.ts';

test('a name of a file shows what cannot be seen, and nothing else in another way', () => {
  expect(showName('größe 1.txt')).toBe('größe 1.txt');
  expect(showName('\u202Egpj.exe')).toBe('<U+202E>gpj.exe');
  expect(showName('a\nb\x1b[31m')).toBe('a<U+000A>b<U+001B>[31m');
  expect(['größe 1.txt', 'a\nb', 'gr\ufffd'].map(isPlainName)).toEqual([true, false, false]);
});

test('a path of bytes is read as UTF-8, if it is that', () => {
  expect(decodeBytePath(Buffer.from('größe/a').toString('latin1'))).toBe('größe/a');
  expect(decodeBytePath('gr\xfc\xff')).toBe('gr\ufffd\ufffd');
});
