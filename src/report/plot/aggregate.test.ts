import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { computeMeanCurve, type PlotRun } from './aggregate.ts';

function run(name: string, points: readonly (readonly [number, number])[]): PlotRun {
  return { name, xs: points.map(([x]) => x), ys: points.map(([, y]) => y) };
}

describe('the mean over runs', () => {
  test('at a step is over the runs that have it, with how many', () => {
    const curve = computeMeanCurve(
      [
        run('a', [
          [0, 1],
          [1, 2],
          [2, 3],
        ]),
        run('b', [
          [0, 3],
          [1, 4],
        ]),
      ],
      'std',
    );
    expect(curve).toMatchObject({ xs: [0, 1, 2], ys: [2, 3, 3], n: [2, 2, 1], interpolated: false });
    expect(curve.low).toEqual([expect.closeTo(2 - Math.SQRT2), expect.closeTo(3 - Math.SQRT2), undefined]);
    expect(curve.high).toEqual([expect.closeTo(2 + Math.SQRT2), expect.closeTo(3 + Math.SQRT2), undefined]);
  });

  test('leaves out what is no number, and is a gap if nothing is left', () => {
    const curve = computeMeanCurve(
      [
        run('a', [
          [0, 1],
          [1, Number.NaN],
        ]),
        run('b', [
          [0, Infinity],
          [1, Number.NaN],
        ]),
      ],
      'std',
    );
    expect(curve).toMatchObject({ ys: [1, undefined], n: [1, 0] });
  });

  test('follows straight lines, within the range of each run, only when the runs log at other steps', () => {
    const curve = computeMeanCurve(
      [
        run('a', [
          [0, 0],
          [10, 10],
        ]),
        run('b', [
          [5, 1],
          [15, 3],
        ]),
      ],
      'none',
    );
    expect(curve).toMatchObject({ interpolated: true, xs: [0, 5, 10, 15], ys: [0, 3, 6, 3], n: [1, 2, 2, 1] });
  });

  test('has the bands that are asked for', () => {
    const runs = [1, 2, 6].map((y, i) => run(String(i), [[0, y]]));
    const ends = (band: Parameters<typeof computeMeanCurve>[1]): unknown[] => {
      const { low, high } = computeMeanCurve(runs, band);
      return [low[0], high[0]];
    };
    const std = Math.sqrt(7);
    expect(ends('std')).toEqual([expect.closeTo(3 - std), expect.closeTo(3 + std)]);
    expect(ends('sem')).toEqual([expect.closeTo(3 - std / Math.sqrt(3)), expect.closeTo(3 + std / Math.sqrt(3))]);
    // t(0.975, 2) = 4.302653
    expect(ends('ci95')[1]).toBeCloseTo(3 + (4.302653 * std) / Math.sqrt(3), 5);
    expect(ends('minmax')).toEqual([1, 6]);
    expect(ends('none')).toEqual([undefined, undefined]);
  });

  test('does not depend on the order of the runs, and lies within their values', () => {
    const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.array(values, { minLength: 1, maxLength: 5 }), (all) => {
        const runs = all.map((ys, i) => ({ name: String(i), xs: ys.map((_, x) => x), ys }));
        const curve = computeMeanCurve(runs, 'minmax');
        const other = computeMeanCurve(runs.toReversed(), 'minmax');
        curve.ys.forEach((y = Number.NaN, i) => {
          const there = all.flatMap((ys) => ys[i] ?? []);
          expect(curve.n[i]).toBe(there.length);
          expect(other.ys[i]).toBeCloseTo(y, 6);
          expect(y).toBeGreaterThanOrEqual(Math.min(...there) - 1e-6);
          expect(y).toBeLessThanOrEqual(Math.max(...there) + 1e-6);
        });
      }),
    );
  });
});
