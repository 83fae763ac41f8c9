import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { choosePointsToDraw } from './downsample.ts';

const lines = fc.array(fc.option(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { nil: undefined }), {
  minLength: 1,
  maxLength: 400,
});

describe('the points that are drawn of a line of many', () => {
  test('are all of them when they are few', () => {
    expect(choosePointsToDraw([0, 1, 2], [5, undefined, 7], 3)).toEqual([0, 1, 2]);
  });

  test('keep a spike of one point, and a gap', () => {
    const xs = Array.from({ length: 10_000 }, (_, i) => i);
    const ys = xs.map((x) => (x === 6_543 ? 99 : x === 1_234 ? undefined : Math.sin(x)));
    const drawn = choosePointsToDraw(xs, ys, 400);
    expect(drawn).toContain(6_543);
    expect(drawn).toContain(1_234);
    expect(drawn.length).toBeLessThanOrEqual(500);
  });

  test('rise, have the first, the last, the lowest and the highest, and are hardly more than asked for', () => {
    fc.assert(
      fc.property(lines, fc.integer({ min: 4, max: 100 }), (ys, most) => {
        const drawn = choosePointsToDraw(
          ys.map((_, i) => i * 3),
          ys,
          most,
        );
        expect(drawn).toEqual([...new Set(drawn)].toSorted((a, b) => a - b));
        expect([drawn[0], drawn.at(-1)]).toEqual([0, ys.length - 1]);
        expect(drawn.length).toBeLessThanOrEqual(Math.max(most, (most / 4) * 5));
        const finite = (indices: readonly number[]): number[] =>
          indices.map((i) => ys[i]).filter((y) => y !== undefined);
        const all = finite(ys.map((_, i) => i));
        expect(Math.max(...finite(drawn))).toBe(Math.max(...all));
        expect(Math.min(...finite(drawn))).toBe(Math.min(...all));
      }),
    );
  });
});
