import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findPlace, type TreePlace } from './tree-places.ts';

test('each row of a list is a group or a row below it, in their order', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(3), { minLength: 1, maxLength: 12 }), (counts) => {
      const open = counts.flatMap((rows, place) => (rows === 0 ? [] : [{ place, rows }]));
      const all = counts.flatMap((rows, place): TreePlace[] => [
        { place },
        ...Array.from({ length: rows }, (_, below) => ({ place, below })),
      ]);
      expect(all.map((_, row) => findPlace(row, open))).toEqual(all);
    }),
  );
});
