import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatExact, type Cell } from './cell.ts';
import { formatMean } from '../core/stats/format-summary.ts';
import { groupRows } from './group.ts';

type Row = Readonly<Record<string, Cell>>;
const group = (
  rows: readonly Row[],
  by: readonly string[],
  metrics: readonly string[],
): ReturnType<typeof groupRows<Row>> =>
  groupRows(rows, { by, metrics, read: (row, field) => row[field], nameOf: (row) => formatExact(row['exp_id']) });

describe('grouping', () => {
  test('gives n, mean and deviation over the rest, and names the rows without a number', () => {
    const rows = [
      { exp_id: 'a', lr: 0.1, acc: 0.7 },
      { exp_id: 'b', lr: 0.01, acc: 0.9 },
      { exp_id: 'c', lr: 0.1, acc: 0.8 },
      { exp_id: 'd', lr: 0.1 },
      { exp_id: 'e', lr: 0.1, acc: 'nan' },
    ];
    expect(
      group(rows, ['lr'], ['acc']).map(({ keys, metrics, rows: { length } }) => ({ keys, metrics, length })),
    ).toMatchObject([
      { keys: [0.01], metrics: [{ name: 'acc', n: 1, mean: 0.9, missing: [] }], length: 1 },
      {
        keys: [0.1],
        metrics: [{ name: 'acc', n: 2, mean: 0.75, std: expect.closeTo(Math.sqrt(0.005), 12), missing: ['d', 'e'] }],
        length: 4,
      },
    ]);
  });

  test('sorts numbers by size, then texts, then rows without the key', () => {
    const keys: readonly Cell[] = ['10', 9, null, 10, 'a', undefined, 1e-4, true];
    const rows = keys.map((key, i) => ({ exp_id: `e${i}`, key }));
    expect(group(rows, ['key'], []).map((each) => each.keys[0])).toEqual([1e-4, 9, 10, '10', 'a', true, undefined]);
  });

  test('by several fields compares the first ones first', () => {
    const rows = [2, 1].flatMap((a) => [10, 9].map((b) => ({ exp_id: `${a}${b}`, a, b })));
    expect(group(rows, ['a', 'b'], []).map(({ keys }) => keys)).toEqual([
      [1, 9],
      [1, 10],
      [2, 9],
      [2, 10],
    ]);
  });

  test('by nothing is one group, and no rows make no group', () => {
    expect(
      group(
        [
          { exp_id: 'a', m: 1 },
          { exp_id: 'b', m: 3 },
        ],
        [],
        ['m'],
      )[0]?.metrics[0],
    ).toMatchObject({ n: 2, mean: 2 });
    expect(group([], ['a'], ['m'])).toEqual([]);
  });

  test('puts every row in exactly one group, whatever the keys', () => {
    const key: fc.Arbitrary<Cell> = fc.oneof(
      fc.integer({ max: 3 }),
      fc.string({ maxLength: 1 }),
      fc.boolean(),
      fc.constantFrom(null, undefined, [1], ['1']),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(key, key)), (pairs) => {
        const rows: Row[] = pairs.map(([a, b], i) => ({ exp_id: `e${i}`, a, b, m: i }));
        const groups = group(rows, ['a', 'b'], ['m']);
        const grouped = groups.flatMap((each) => each.rows);
        expect(grouped.length).toBe(rows.length);
        expect(new Set(grouped)).toEqual(new Set(rows));
        for (const { keys, rows: members, metrics } of groups) {
          expect(metrics[0]?.n).toBe(members.length);
          for (const row of members) expect([row['a'] ?? undefined, row['b'] ?? undefined]).toEqual(keys);
        }
        const shuffled = group(rows.toReversed(), ['a', 'b'], ['m']);
        expect(shuffled.map(({ keys }) => keys)).toEqual(groups.map(({ keys }) => keys));
      }),
    );
  });
});

test.each([
  [{ n: 3, mean: 0.774123, std: 0.0021 }, '0.7741 ± 0.0021'],
  [{ n: 3, mean: 12.3456, std: 1.5 }, '12.3 ± 1.5'],
  [{ n: 3, mean: 1234.56, std: 150 }, '1235 ± 150'],
  [{ n: 3, mean: 1e-12, std: 2e-13 }, '1.000e-12 ± 2.0e-13'],
  [{ n: 2, mean: 0.5, std: 0 }, '0.5'],
  [{ n: 1, mean: 0.987654 }, '0.9877'],
  [{ n: 1, mean: 373658 }, '373658'],
  [{ n: 2, mean: 373658, std: 0 }, '373658'],
  [{ n: 2, mean: 373658.5, std: 0 }, '373700'],
  [{ n: 2, mean: 373658, std: 1.4 }, '373658.0 ± 1.4'],
  [{ n: 0 }, ''],
])('%j is written %j', (summary, text) => {
  expect(formatMean(summary)).toBe(text);
});
