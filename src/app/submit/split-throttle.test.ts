import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitThrottle } from './split-throttle.ts';

describe('a throttle is divided among arrays', () => {
  test('evenly, the first ones get what is left over', () => {
    expect(splitThrottle(10, [1, 1, 1])).toEqual({ tasks: [4, 3, 3], sideBySide: 3 });
    expect(splitThrottle(8, [4])).toEqual({ tasks: [2], sideBySide: 1 });
  });

  test('if there are more arrays than may run at once, the others wait', () => {
    expect(splitThrottle(2, [1, 1, 1, 1])).toMatchObject({ tasks: [1, 1, 1, 1], sideBySide: 2 });
    expect(splitThrottle(8, [4, 4, 4])).toMatchObject({ tasks: [1, 1, 1], sideBySide: 2 });
  });

  test('never more members run at once than asked for, unless a single pack is larger than that', () => {
    const packs = fc.array(fc.integer({ min: 1, max: 16 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), packs, (limit, sizes) => {
        const { tasks, sideBySide } = splitThrottle(limit, sizes);
        for (let first = 0; first < sizes.length; first += 1) {
          // Of arrays that are `sideBySide` apart, one waits for the other.
          const running = sizes.slice(first, first + sideBySide);
          const members = running.reduce((sum, size, i) => sum + size * (tasks[first + i] ?? 0), 0);
          expect(members).toBeLessThanOrEqual(Math.max(limit, ...sizes));
        }
      }),
    );
  });
});
