import fc from 'fast-check';
import { expect, test } from 'vitest';
import { groupDigits } from './number-text.ts';

test('whole numbers have commas between thousands', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (number) => {
      expect(groupDigits(number)).toBe(number.toLocaleString('en-US'));
    }),
  );
});
