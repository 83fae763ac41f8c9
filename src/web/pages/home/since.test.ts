import { expect, test } from 'vitest';
import { getSinceMs, noteLook, parseVisits, writeVisits } from './since.ts';

const NOW = Date.parse('2026-12-01T12:00:00Z');
const MINUTE_MS = 60_000;

test('the last look is that of the visit before, and a reload within minutes does not change it', () => {
  const first = noteLook(undefined, NOW);
  expect(getSinceMs('look', first, NOW)).toBe(NOW - 24 * 60 * MINUTE_MS);
  const second = noteLook(first, NOW + 12 * MINUTE_MS);
  expect(getSinceMs('look', second, NOW + 12 * MINUTE_MS)).toBe(NOW);
  const again = noteLook(second, NOW + 15 * MINUTE_MS);
  expect(getSinceMs('look', again, NOW + 15 * MINUTE_MS)).toBe(NOW);
});

test('what the browser keeps of visits is read back, and anything else is no visit', () => {
  const visits = { before: NOW, last: NOW + 1 };
  expect(parseVisits(writeVisits(visits))).toEqual(visits);
  expect(parseVisits(writeVisits({ before: undefined, last: NOW }))).toEqual({ before: undefined, last: NOW });
  for (const text of ['', 'yesterday', '1']) expect(parseVisits(text)).toBeUndefined();
});
