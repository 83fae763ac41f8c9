import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { computeShape } from './shape.ts';

function shape(values: readonly number[], steps: readonly number[] = values.map((_, i) => i)): string {
  return computeShape({ steps: Float64Array.from(steps), values: Float64Array.from(values) });
}

describe('the shape of a series', () => {
  test('rises from 0 to 7 where the values do', () => {
    expect(shape(Array.from({ length: 160 }, (_, i) => i))).toBe('0011223344556677');
    expect(shape([1, 2, 3])).toBe('047');
  });

  test('has a dash for a part of the steps without a finite value', () => {
    expect(shape([1, Number.NaN, 3])).toBe('0-7');
    expect(shape([0, 1, 2], [0, 1, 99])).toBe('0-7');
    expect(shape([1, Infinity, 2])).toBe('0-7');
  });

  test('is flat when nothing changes, and empty when there is nothing', () => {
    expect(shape([5, 5, 5])).toBe('333');
    expect(shape([])).toBe('');
    expect(shape([Number.NaN, Number.NaN])).toBe('');
  });

  test('of any series is at most 16 digits and dashes, and does not change when the values are doubled', () => {
    const number = fc.double({ min: -1e300, max: 1e300 }).map((each) => (Math.abs(each) < 1e-280 ? 0 : each));
    const value = fc.oneof(number, fc.constant(Number.NaN), fc.constant(-Infinity));
    fc.assert(
      fc.property(fc.array(value, { maxLength: 60 }), (values) => {
        const found = shape(values);
        expect(found).toMatch(/^[0-7-]{0,16}$/);
        expect(shape(values.map((each) => each * 2))).toBe(found);
      }),
    );
  });
});
