import fc from 'fast-check';
import { expect, test } from 'vitest';
import { joinNames, parseBaseline, parseGrouping, parseSpread, splitNames, writeBaseline } from './group-settings.ts';

test('names and a baseline of the address are read as they were written', () => {
  const name = fc.string({ minLength: 1 });
  fc.assert(
    fc.property(fc.array(name), name, (names, id) => {
      expect(splitNames(joinNames(names))).toEqual(names);
      expect(parseBaseline(writeBaseline({ group: id }))).toEqual({ group: id });
      expect(parseBaseline(writeBaseline({ expId: id }))).toEqual({ expId: id });
    }),
  );
});

test('settings of groups that mean nothing are left out', () => {
  expect([parseGrouping(undefined), parseGrouping(''), parseGrouping('*'), parseGrouping('lr,a%2Cb')]).toEqual([
    undefined,
    undefined,
    { kind: 'seeds' },
    { kind: 'fields', by: ['lr', 'a,b'] },
  ]);
  expect([parseBaseline(undefined), parseBaseline('run'), parseBaseline('x:')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect([parseSpread('ci'), parseSpread('x'), parseSpread(undefined)]).toEqual(['ci', 'std', 'std']);
});
