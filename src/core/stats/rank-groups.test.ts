import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareWithReference, correctHolm, rankGroups } from './rank-groups.ts';
import { summarize } from './statistics.ts';
import { testWelch } from './t-test.ts';

const value = fc.integer({ min: -1000, max: 1000 }).map((each) => each / 8);
const runs = fc.array(fc.array(value, { maxLength: 6 }), { minLength: 1, maxLength: 12 });

describe('the correction of Holm', () => {
  test('gives the values of a worked example', () => {
    const found = correctHolm([0.01, 0.04, undefined, 0.03, 0.005]);
    expect(found.map((p) => p && Number(p.toFixed(12)))).toEqual([0.03, 0.06, undefined, 0.06, 0.02]);
  });

  test('keeps the order, never makes a p smaller, and lies between no correction and that of Bonferroni', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 }), (ps) => {
        const found = correctHolm(ps).map((p) => p ?? Number.NaN);
        ps.forEach((p, i) => {
          expect(found[i]).toBeGreaterThanOrEqual(p);
          expect(found[i]).toBeLessThanOrEqual(Math.min(1, p * ps.length));
          ps.forEach((other, j) => {
            if (p <= other) expect(found[i]).toBeLessThanOrEqual(found[j] ?? Number.NaN);
          });
        });
        expect(Math.min(...found)).toBe(Math.min(1, Math.min(...ps) * ps.length));
      }),
    );
  });
});

describe('a comparison with a reference', () => {
  test('has of every group what the test of both by their values has, and leaves out the reference', () => {
    fc.assert(
      fc.property(runs, fc.nat(), (values, pick) => {
        const groups = values.map(summarize);
        const at = pick % groups.length;
        const reference = groups[at] ?? { n: 0 };
        const compared = compareWithReference(groups, reference);
        const tested = values.map((each) => testWelch(each, values[at] ?? []));
        values.forEach((_, i) => {
          const { difference, ci95, p, pHolm } = compared.at(i);
          if (i === at) expect([difference, ci95, p, pHolm]).toEqual([undefined, undefined, undefined, undefined]);
          else expect([difference, ci95, p]).toEqual([tested[i]?.difference, tested[i]?.ci95, tested[i]?.p]);
          expect(pHolm === undefined).toBe(p === undefined);
        });
        expect(compared.tests).toBe(tested.filter(({ p }, i) => i !== at && p !== undefined).length);
      }),
    );
  });
});

describe('a ranking', () => {
  test('puts better means first, groups without a value last, and equal means at the same rank', () => {
    fc.assert(
      fc.property(runs, fc.constantFrom('max', 'min'), (values, mode) => {
        const groups = values.map(summarize);
        const { order, ranks } = rankGroups(groups, mode);
        expect(order.toSorted((a, b) => a - b)).toEqual([...groups.keys()]);
        groups.forEach(({ mean }, i) => {
          const better = groups.filter((other) =>
            mean === undefined || other.mean === undefined
              ? false
              : mode === 'max'
                ? other.mean > mean
                : other.mean < mean,
          );
          expect(ranks[i]).toBe(mean === undefined ? undefined : better.length + 1);
        });
        const placed = order.map((i) => ranks[i] ?? Infinity);
        expect(placed).toEqual(placed.toSorted((a, b) => a - b));
      }),
    );
  });

  test('compares with the best group of several runs rather than with a single lucky one', () => {
    const groups = [[0.9], [0.7, 0.8], [0.5, 0.6, 0.4]].map(summarize);
    const ranking = rankGroups(groups, 'max');
    expect(ranking.reference).toBe(1);
    expect(ranking.tests).toBe(1);
    expect(ranking.at(0)).toEqual({ difference: expect.closeTo(0.15, 12) });
    expect(ranking.at(2)).toMatchObject({ difference: expect.closeTo(-0.25, 12), pHolm: ranking.at(2).p });
    expect(rankGroups([summarize([1]), summarize([2])], 'max').reference).toBe(1);
    const tied = rankGroups(
      [
        [0.5, 0.7],
        [0.6, 0.5, 0.7],
        [0.1, 0.2],
      ].map(summarize),
      'max',
    );
    expect(tied).toMatchObject({ reference: 1, order: [1, 0, 2], ranks: [1, 1, 3] });
    expect(rankGroups([{ n: 0 }], 'min')).toMatchObject({ order: [0], ranks: [undefined], tests: 0 });
  });
});
