import fc from 'fast-check';
import { expect, test } from 'vitest';
import { suggestName, computeEditDistance, findNearest } from './nearest.ts';

const names = ['learning_rate', 'weight_decay', 'seed', 'lr', 'wd', 'Status', 'stage', 'tag', '--lr', '--name'];

test.each([
  ['learning_rat', ['learning_rate']],
  ['lerning_rtae', ['learning_rate']],
  ['stats', ['Status']],
  ['sede', ['seed']],
  ['stat', ['Status']],
  ['wr', ['lr', 'wd']],
  ['x', []],
  ['step', []],
  ['--lrr', ['--lr']],
  ['momentum', []],
])('%s was probably meant to be %j', (name, expected) => {
  expect(findNearest(name, names)).toEqual(expected);
});

test('nothing near gives the fallback', () => {
  expect([suggestName('wr', names, 'list them'), suggestName('momentum', names, 'list them')]).toEqual([
    'did you mean lr or wd?',
    'list them',
  ]);
});

test('the distance counts edits, is the same both ways, and stops at its limit', () => {
  expect(computeEditDistance('kitten', 'sitting', 5)).toBe(3);
  expect(computeEditDistance('ab', 'ba', 2)).toBe(1);
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 });
  fc.assert(
    fc.property(word, word, fc.nat(4), (a, b, limit) => {
      const distance = computeEditDistance(a, b, 10);
      expect(computeEditDistance(b, a, 10)).toBe(distance);
      expect(distance === 0).toBe(a === b);
      const limited = computeEditDistance(a, b, limit);
      expect(distance <= limit ? limited === distance : limited > limit).toBe(true);
    }),
  );
});
