import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diffLines } from './diff-lines.ts';

const textOf = (lines: ReturnType<typeof diffLines>, without: 'added' | 'removed'): string =>
  lines
    .filter(({ kind }) => kind !== without)
    .map(({ text }) => text)
    .join('\n');

test('a diff shows what was added and what was removed', () => {
  expect(diffLines('#!/bin/bash\nlr=1\nrun', '#!/bin/bash\nlr=2\nmore\nrun')).toEqual([
    { kind: 'same', text: '#!/bin/bash' },
    { kind: 'removed', text: 'lr=1' },
    { kind: 'added', text: 'lr=2' },
    { kind: 'added', text: 'more' },
    { kind: 'same', text: 'run' },
  ]);
});

test('both texts can be read from their diff, and what is the same is not a change', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 }).map((lines) => lines.join('\n'));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = diffLines(before, after);
      expect(textOf(lines, 'added')).toBe(before);
      expect(textOf(lines, 'removed')).toBe(after);
      if (before === after) expect(lines.every(({ kind }) => kind === 'same')).toBe(true);
    }),
  );
});

test('no common line is shown as a change', () => {
  const line = fc.constantFrom('a', 'b', 'c');
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), fc.array(line, { maxLength: 8 }), (a, b) => {
      const same = diffLines(a.join('\n'), b.join('\n')).filter(({ kind, text }) => kind === 'same' && text !== '');
      expect(same.length).toBe(longestCommon(a, b));
    }),
  );
});

/** The length of the longest common subsequence, by its definition. */
function longestCommon([a, ...restA]: readonly string[], b: readonly string[]): number {
  if (a === undefined || b.length === 0) return 0;
  const place = b.indexOf(a);
  const taken = place < 0 ? 0 : 1 + longestCommon(restA, b.slice(place + 1));
  return Math.max(taken, longestCommon(restA, b));
}
