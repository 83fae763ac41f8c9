import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileGlob, isClosedGlob } from './glob.ts';

const database = new DatabaseSync(':memory:');
const statement = database.prepare('SELECT ? GLOB ? AS matched');
const sqlite = (text: string, pattern: string): boolean => statement.get(text, pattern)?.['matched'] === 1;

describe('a glob', () => {
  test.each([
    ['lr_*', 'lr_0.1', true],
    ['lr_*', 'LR_0.1', false],
    ['lr_*', 'xlr_0.1', false],
    ['*', '', true],
    ['?', '', false],
    ['?', '𝒳', true],
    ['seed_[1-3]', 'seed_2', true],
    ['seed_[^1-3]', 'seed_2', false],
    ['[]]', ']', true],
    ['[a-]', '-', true],
    ['[a-b-c]', '-', true],
    ['[!a]', 'b', false],
    ['a[', 'a[', false],
    ['**a*?*b', 'xxaxxxb', true],
  ])('%s against %j is %s, as in SQLite', (pattern, text, expected) => {
    expect(compileGlob(pattern)(text)).toBe(expected);
    expect(sqlite(text, pattern)).toBe(expected);
  });

  test('agrees with SQLite on any pattern and text', () => {
    const letters = fc.constantFrom('a', 'b', 'c', '-', ']', '[', '^', '*', '?', 'é', '𝒳', '\uffff');
    const text = fc.string({ unit: letters, maxLength: 12 });
    fc.assert(
      fc.property(text, text, (pattern, subject) => {
        expect(compileGlob(pattern)(subject)).toBe(sqlite(subject, pattern));
      }),
      { numRuns: 20_000 },
    );
  });

  test('that is never closed matches nothing and says so', () => {
    expect(['a[b', '[', '[]', '[^]', 'a[b]', '[]]', '[[]'].map(isClosedGlob)).toEqual([
      false,
      false,
      false,
      false,
      true,
      true,
      true,
    ]);
  });

  test('with many stars stays fast on a text that does not match', () => {
    expect(compileGlob(`${'a*'.repeat(200)}b`)('a'.repeat(20_000))).toBe(false);
  });
});
