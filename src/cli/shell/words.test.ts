import { expect, test } from 'vitest';
import { wrap } from './words.ts';

test('lines break between words, and a number stays with its percent sign', () => {
  expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
  expect(wrap('at least 95 % of it', 11)).toEqual(['at least', '95 % of it']);
});
