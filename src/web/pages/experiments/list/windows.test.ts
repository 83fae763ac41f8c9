import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextSort } from './next-sort.ts';
import { listWindows, WINDOW_ROWS } from './windows.ts';

test('the windows hold all rows on screen, one more to each side, and none beyond the list', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100_000 }), fc.nat(), fc.nat(100), (total, start, rows) => {
      const first = start % total;
      const last = Math.min(first + rows, total - 1);
      const windows = new Set(listWindows(first, last, total));
      for (const row of [first, last]) expect(windows).toContain(Math.floor(row / WINDOW_ROWS));
      expect(Math.min(...windows)).toBe(Math.max(0, Math.floor(first / WINDOW_ROWS) - 1));
      expect(Math.max(...windows) * WINDOW_ROWS).toBeLessThan(total);
      expect(windows.size).toBeLessThanOrEqual(4);
    }),
  );
  expect(listWindows(0, 0, 0)).toEqual([]);
});

test('a heading sorts by the useful order first, then by the opposite, then not at all', () => {
  const metric = { name: 'acc', isNumeric: true };
  const best = nextSort(undefined, metric);
  expect(best).toEqual({ field: 'acc', descending: true });
  expect(nextSort(best, metric)).toEqual({ field: 'acc', descending: false });
  expect(nextSort(nextSort(best, metric), metric)).toBeUndefined();
  expect(nextSort(best, { name: 'exp_id', isNumeric: false })).toEqual({ field: 'exp_id', descending: false });
  expect(nextSort(undefined, { name: 'created', isNumeric: false })).toEqual({ field: 'created', descending: true });
});
