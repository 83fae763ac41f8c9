import { describe, expect, test } from 'vitest';
import { computeHitRate, type Settled } from './settled.ts';
import { trackRecord } from './track-record.ts';

const wait = (actual: number, differs: Partial<Settled> = {}): Settled => ({
  of: 'wait',
  kind: 'history',
  p50: 60,
  p90: 600,
  actual,
  ...differs,
});

test('one row for each kind, with how many held and how far they were off', () => {
  const rows = trackRecord([
    ...[30, 90, 120, 240, 700].map((actual) => wait(actual)),
    wait(5, { kind: 'now' }),
    { of: 'memory', kind: 'estimate', p50: 20, p90: 20, actual: 18 },
  ]);
  expect(rows.map(({ of, kind }) => `${of} ${kind}`)).toEqual(['memory estimate', 'wait history', 'wait now']);
  expect(rows[1]).toMatchObject({ settled: 5, open: 0, p50: { held: 1, of: 5 }, p90: { held: 4, of: 5 }, factor: 2 });
});

test('the loss is 0 if the forecast was exact, and grows with the factor by which it was off', () => {
  const off = (factor: number): number => trackRecord([wait(factor * 601 - 1)])[0]?.loss?.p90 ?? 0;
  expect(off(1)).toBeCloseTo(0);
  expect(off(Math.E)).toBeCloseTo(0.9);
  expect(off(1 / Math.E)).toBeCloseTo(0.1);
  const [memory] = trackRecord([{ of: 'memory', kind: 'estimate', p50: 20, p90: 20, actual: 18 }]);
  expect(memory?.loss).toBeUndefined();
});

describe('what goes on still', () => {
  test('is a miss once it is above, and not known before', () => {
    const going = [wait(100, { atLeast: true }), wait(900, { atLeast: true }), wait(10, { atLeast: true })];
    expect(trackRecord(going)).toMatchObject([
      { settled: 0, open: 3, p50: { held: 0, of: 2 }, p90: { held: 0, of: 1 } },
    ]);
    expect(trackRecord(going)[0]?.factor).toBeUndefined();
  });
});

describe('the words', () => {
  const words = (all: readonly Settled[]): string | undefined => trackRecord(all)[0]?.words;
  const some = (count: number, actual: number): Settled[] => Array.from({ length: count }, () => wait(actual));

  test('judge from five on', () => {
    expect(words(some(4, 9_999))).toBe('too few to judge: 5 must be known');
  });
  test('name what chance does not explain', () => {
    expect(words([...some(5, 30), ...some(5, 700)])).toContain('the upper ends are too low');
    expect(words(some(10, 90))).toBe('it takes longer: 1.50 × the predicted p50 (median)');
    expect(words(some(10, 30))).toBe('it takes less: 0.50 × the predicted p50 (median)');
  });
  test('leave alone what it does', () => {
    expect(words([...some(5, 30), ...some(4, 90), ...some(1, 700)])).toBe('as claimed, for all that is known');
  });
});

test('a hit rate is of one kind, and of forecasts that had a p90', () => {
  const { p90: _none, ...bare } = wait(5);
  const all = [...[1, 2, 3, 4, 700].map((actual) => wait(actual)), wait(9, { kind: 'now' }), bare];
  expect(computeHitRate(all, 'history')).toEqual({ held: 4, of: 5 });
  expect(computeHitRate(all, 'now')).toBeUndefined();
});
