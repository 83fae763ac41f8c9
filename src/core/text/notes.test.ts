import { expect, test } from 'vitest';
import { joinNotes } from './notes.ts';

test('a note of several stands once, with all that it is of, each named once', () => {
  expect(
    joinNotes([
      ['a', ['full', 'old']],
      ['b', ['full']],
      ['b', ['full']],
    ]),
  ).toEqual(['a, b: full', 'a: old']);
});
