import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { studentCdf, studentQuantile, studentTails } from './student-t.ts';
import { testPaired, testWelch, type TestResult } from './t-test.ts';
import { summarize, type Summary } from './statistics.ts';

interface Expected {
  readonly tails: readonly (readonly [t: number, df: number, p: number])[];
  readonly quantiles: readonly (readonly [p: number, df: number, t: number])[];
  readonly summaries: readonly (Summary & { readonly values: readonly number[] })[];
  readonly tests: readonly {
    readonly a: readonly number[];
    readonly b: readonly number[];
    readonly welch: TestResult;
    readonly paired?: TestResult;
  }[];
}

/** What scipy 1.17.1 gives: stats.t.sf, stats.t.ppf, stats.t.interval, stats.ttest_ind(equal_var=False), stats.ttest_rel. */
const scipy = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../test/fixtures/statistics/scipy.json'), 'utf8'),
) as Expected;

function expectClose(found: number | undefined, wanted: number | undefined, relative: number): void {
  const size = Math.max(Math.abs(wanted ?? Number.NaN), Number.MIN_VALUE);
  expect(Math.abs((found ?? Number.NaN) - (wanted ?? Number.NaN)) / size).toBeLessThanOrEqual(relative);
}

describe("Student's t", () => {
  test('has the tails that scipy gives, for 1 to 1,000,000 degrees of freedom', () => {
    expect(scipy.tails.length).toBeGreaterThan(250);
    for (const [t, df, p] of scipy.tails) expectClose(studentTails(t, df), p, 1e-10);
  });

  test('has the quantiles that scipy gives', () => {
    expect(scipy.quantiles.length).toBeGreaterThan(200);
    for (const [p, df, t] of scipy.quantiles) expectClose(studentQuantile(p, df), t, 1e-10);
  });

  test('is that of Cauchy with one degree of freedom', () => {
    fc.assert(
      fc.property(fc.double({ min: -50, max: 50, noNaN: true }), (t) => {
        expect(studentCdf(t, 1)).toBeCloseTo(0.5 + Math.atan(t) / Math.PI, 13);
      }),
    );
  });

  test('is symmetric, and its quantiles lead back to their probabilities', () => {
    const p = fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true });
    const df = fc.double({ min: 1, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(p, df, (probability, freedom) => {
        const t = studentQuantile(probability, freedom);
        expect(studentCdf(t, freedom)).toBeCloseTo(probability, 11);
        expect(studentCdf(-t, freedom)).toBeCloseTo(1 - probability, 11);
      }),
    );
  });

  test('ends where numbers end', () => {
    expect([studentTails(0, 3), studentTails(Infinity, 3), studentTails(-Infinity, 3)]).toEqual([1, 0, 0]);
    expect(studentTails(Number.NaN, 3)).toBeNaN();
    expect(studentTails(1e200, 3)).toBe(0);
    expect(studentTails(1e200, 1) * 1e200).toBeCloseTo(2 / Math.PI, 12);
  });
});

test('a summary has the standard error, interval, median and range that scipy and numpy give', () => {
  for (const { values, ...wanted } of scipy.summaries) {
    const found = summarize(values);
    for (const name of ['mean', 'std', 'sem', 'median', 'min', 'max'] as const) {
      expectClose(found[name], wanted[name], 1e-11);
    }
    expectClose(found.ci95?.[0], wanted.ci95?.[0], 1e-10);
    expectClose(found.ci95?.[1], wanted.ci95?.[1], 1e-10);
  }
});

function expectTest(found: TestResult, wanted: TestResult): void {
  for (const name of ['t', 'df', 'p'] as const) expectClose(found[name], wanted[name], 1e-8);
  // The width is the scale on which an end may be off: it can lie anywhere, also at 0.
  const [low = 0, high = 0] = wanted.ci95 ?? [];
  expect(Math.abs((found.ci95?.[0] ?? Infinity) - low)).toBeLessThanOrEqual(1e-8 * (high - low));
  expect(Math.abs((found.ci95?.[1] ?? Infinity) - high)).toBeLessThanOrEqual(1e-8 * (high - low));
}

describe('a t-test', () => {
  test("is Welch's as scipy does it", () => {
    for (const { a, b, welch } of scipy.tests) expectTest(testWelch(a, b), welch);
  });

  test('is paired as scipy does it', () => {
    const pairs = scipy.tests.filter(({ paired }) => paired !== undefined);
    expect(pairs.length).toBeGreaterThan(4);
    for (const { a, b, paired } of pairs) {
      expectTest(
        testPaired(a.map((value, i) => [value, b[i] ?? Number.NaN])),
        paired ?? { groups: [{ n: 0 }, { n: 0 }] },
      );
    }
  });

  test('gives the same with its groups in the other order, with signs turned', () => {
    const sample = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const [there, back] = [testWelch(a, b), testWelch(b, a)];
        expect(back.p).toBe(there.p);
        expect(back.difference).toBe(there.difference === undefined ? undefined : -there.difference + 0 || 0);
      }),
    );
  });

  test('has no t that rests on rounding', () => {
    const rounded = testPaired([
      [0.5, 0.2],
      [0.7, 0.4],
    ]);
    expect([rounded.difference, rounded.t, rounded.p]).toEqual([expect.closeTo(0.3), undefined, undefined]);
    expect(testWelch([0.3, 0.1 + 0.2], [0.5, 0.5]).t).toBeUndefined();
    expect(testWelch([1e-300, 2e-300], [4e-300, 5e-300]).t).toBeCloseTo(-4.24264);
    expect(testWelch([1e9, 1e9 + 1e-3], [1e9 + 1, 1e9 + 1.001]).t).toBeDefined();
  });

  test('has no t without variance, and no difference without numbers', () => {
    expect(testWelch([1, 1], [2, 2, 2])).toEqual({ groups: [summarize([1, 1]), summarize([2, 2, 2])], difference: -1 });
    expect(testWelch([1], [2, 3]).t).toBeUndefined();
    expect(testWelch([], [2, 3]).difference).toBeUndefined();
    expect(
      testPaired([
        [3, 1],
        [4, 2],
      ]),
    ).toMatchObject({ difference: 2 });
    expect(
      testPaired([
        [3, 1],
        [4, 2],
      ]).p,
    ).toBeUndefined();
    expect(testPaired([]).difference).toBeUndefined();
  });
});
