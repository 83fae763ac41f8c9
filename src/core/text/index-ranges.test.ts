import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatRanges, parseRanges } from './index-ranges.ts';

test('indices as Slurm writes them', () => {
  expect(parseRanges('7')).toEqual([7]);
  expect(parseRanges('0-3,7')).toEqual([0, 1, 2, 3, 7]);
  expect(parseRanges('[4-9%4]')).toEqual([4, 5, 6, 7, 8, 9]);
  expect(parseRanges('0-11%2')).toHaveLength(12);
  expect(parseRanges('0-8:2,9')).toEqual([0, 2, 4, 6, 8, 9]);
});

test('a text that is no list of ranges, or was cut off, is not guessed', () => {
  for (const text of ['', 'N/A', '1,', '1-2,5,9,...', '[1-2,5,9,...,35', '[1,2,...]', 'a-b', '-3', '0x18C0']) {
    expect(parseRanges(text)).toBeUndefined();
  }
});

test('indices are written short', () => {
  expect(formatRanges([])).toBe('');
  expect(formatRanges([5])).toBe('5');
  expect(formatRanges([0, 1, 2, 3, 7, 9, 10])).toBe('0-3,7,9-10');
});

const indices = fc.uniqueArray(fc.nat({ max: 500 }), { minLength: 1 }).map((all) => all.toSorted((a, b) => a - b));

test('what is written is read back, in brackets and with a throttle too', () => {
  fc.assert(
    fc.property(indices, fc.integer({ min: 1, max: 99 }), (all, throttle) => {
      const text = formatRanges(all);
      expect(parseRanges(text)).toEqual(all);
      expect(parseRanges(`[${text}]`)).toEqual(all);
      expect(parseRanges(`[${text}%${throttle}]`)).toEqual(all);
    }),
  );
});
