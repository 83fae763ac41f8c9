import fc from 'fast-check';
import { expect, test } from 'vitest';
import { markHits } from './mark-hits.ts';

const plain = (...texts: string[]) => texts.map((text) => ({ text, classes: '' }));

test('a hit of the search is marked in both cases of letters, also across colours', () => {
  expect(markHits(plain('a Los', 'S of 3'), 'loss').map(({ text, isHit }) => [text, isHit])).toEqual([
    ['a ', false],
    ['Los', true],
    ['S', true],
    [' of 3', false],
  ]);
});

test('marks change no text, and mark nothing but hits', () => {
  const part = fc.constantFrom('a', 'b', 'ab', 'İ', '<b>', '');
  fc.assert(
    fc.property(fc.array(part), fc.constantFrom('', 'a', 'ab', 'B'), (texts, wanted) => {
      const marked = markHits(plain(...texts), wanted);
      expect(marked.map(({ text }) => text).join('')).toBe(texts.join(''));
      const hits = marked.filter(({ isHit }) => isHit).map(({ text }) => text);
      expect(
        hits
          .join('')
          .toLowerCase()
          .replaceAll(wanted.toLowerCase() || '-', ''),
      ).toBe('');
    }),
  );
});
