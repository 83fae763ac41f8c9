import fc from 'fast-check';
import { expect, test } from 'vitest';
import { groupDigits, joinNotes } from './phrases.ts';

test('whole numbers have commas between thousands', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (number) => {
      expect(groupDigits(number)).toBe(number.toLocaleString('en-US'));
    }),
  );
});

test('a note of several stands once, with all that it is of, each named once', () => {
  expect(
    joinNotes([
      ['a', ['full', 'old']],
      ['b', ['full']],
      ['b', ['full']],
    ]),
  ).toEqual(['a, b: full', 'a: old']);
});
