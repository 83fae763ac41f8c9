import { expect, test } from 'vitest';
import { joinEndNotes } from './cause-words.ts';

test('the end of an attempt is described by scheduler and diagnosis, and the same words come once', () => {
  const said = 'its time limit of 4s was reached';
  expect(joinEndNotes(said, `${said}: step 40`)).toBe(`${said}: step 40`);
  expect(joinEndNotes(said, said)).toBe(said);
  expect(joinEndNotes('exit code 1', 'KeyError: lr')).toBe('exit code 1: KeyError: lr');
  expect(joinEndNotes(null, undefined)).toBeUndefined();
});
