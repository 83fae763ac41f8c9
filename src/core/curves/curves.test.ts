import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bucketPoints,
  chooseLevel,
  countBuckets,
  findRange,
  mergeBuckets,
  sliceBuckets,
  type Buckets,
} from './buckets.ts';
import { decodeCurves, encodeCurves } from './encoding.ts';
import type { Curves } from './curves.ts';

const value = fc.oneof(
  { weight: 8, arbitrary: fc.double({ noNaN: true, min: -1e6, max: 1e6 }) },
  { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity, 1e300, -1e300) },
);
/** Steps that never fall, far apart or equal, and a value at each. */
const points = fc
  .array(fc.tuple(fc.oneof(fc.integer({ min: -50, max: 5_000 }), fc.integer({ min: -1, max: 2 ** 36 })), value), {
    minLength: 1,
    maxLength: 60,
  })
  .map((pairs) => pairs.toSorted(([a], [b]) => a - b))
  .map((pairs) => ({
    xs: Float64Array.from(pairs, ([x]) => x),
    values: Float64Array.from(pairs, ([, y]) => y),
  }));

/** The lowest level at which the places of points fit, and levels above it. */
function levelFor(xs: Float64Array, above: number): number {
  return chooseLevel(countBuckets(xs), Number.MAX_SAFE_INTEGER) + above;
}

/** What a bucket holds, by its place. */
function list({ mean: means, ...buckets }: Buckets): { exact: unknown[]; means: number[] } {
  const exact = [...buckets.places].map((place, i) => ({
    place: buckets.first + place,
    numbers: [buckets.min[i], buckets.max[i], buckets.last[i], buckets.count[i], buckets.lastOffset[i]],
    odd: [buckets.odd?.nan[i] ?? 0, buckets.odd?.infinite[i] ?? 0],
  }));
  return { exact, means: [...means] };
}

describe('buckets of a series', () => {
  test('hold the same when they are merged as when they are made of all points', () => {
    fc.assert(
      fc.property(points, fc.nat(3), fc.nat(30), ({ xs, values }, low, more) => {
        const level = levelFor(xs, low);
        const merged = list(mergeBuckets(bucketPoints(xs, values, level), level + more));
        const whole = list(bucketPoints(xs, values, level + more));
        expect(merged.exact).toEqual(whole.exact);
        merged.means.forEach((mean, i) => {
          // A mean of rounded means; of values that cancel out little is left.
          const scale = Math.max(1, Math.abs(whole.means[i] ?? 0), 1e6);
          if (Math.abs(mean) < 1e30) expect(Math.abs(mean - (whole.means[i] ?? NaN)) / scale || 0).toBeLessThan(1e-5);
        });
      }),
    );
  });

  test('count every point once, with the mean between the extremes and the last one among them', () => {
    fc.assert(
      fc.property(points, fc.nat(20), ({ xs, values }, above) => {
        const buckets = bucketPoints(xs, values, levelFor(xs, above));
        const odd = [...(buckets.odd?.nan ?? []), ...(buckets.odd?.infinite ?? [])];
        expect([...buckets.count, ...odd].reduce((a, b) => a + b)).toBe(xs.length);
        buckets.count.forEach((count, i) => {
          const [min, mean, max, last] = [buckets.min, buckets.mean, buckets.max, buckets.last].map((each) => each[i]!);
          if (count === 0) expect([min, mean, max, last]).toEqual([NaN, NaN, NaN, NaN]);
          else expect(min! <= mean! && mean! <= max! && min! <= last! && last! <= max!).toBe(true);
          if (count > 0) expect([min, mean, max].every(Number.isFinite)).toBe(true);
        });
      }),
    );
  });

  test('never change when points are added behind them', () => {
    fc.assert(
      fc.property(points, fc.nat(60), fc.nat(20), ({ xs, values }, cut, above) => {
        const level = levelFor(xs, above);
        const some = Math.min(xs.length, cut + 1);
        const before = list(bucketPoints(xs.subarray(0, some), values.subarray(0, some), level));
        const after = list(bucketPoints(xs, values, level));
        // The newest bucket may still grow.
        const past = before.exact.length - 1;
        expect(after.exact.slice(0, past)).toEqual(before.exact.slice(0, past));
        expect(after.means.slice(0, past)).toEqual(before.means.slice(0, past));
      }),
    );
  });

  test('are as many at each level as was counted', () => {
    fc.assert(
      fc.property(points, ({ xs, values }) => {
        countBuckets(xs).forEach((count, level) => {
          if (count !== Infinity) expect(bucketPoints(xs, values, level).places).toHaveLength(count);
        });
      }),
      { numRuns: 30 },
    );
  });

  test('of a range are all that have points there, and one more at each side', () => {
    const xs = Float64Array.from({ length: 100 }, (_, i) => i);
    const buckets = bucketPoints(xs, xs, 3);
    const part = sliceBuckets(buckets, ...findRange(buckets, 17, 30));
    expect(list(part).exact.map((each) => (each as { place: number }).place)).toEqual([1, 2, 3, 4]);
  });
});

describe('the encoding of curves', () => {
  const answer = (buckets: Buckets): Curves =>
    ({
      x: 'step',
      curves: [
        {
          key: 'k',
          expId: 'größe_1',
          metric: 'val/loss',
          superseded: false,
          attempts: [{ attempt: 'train-1', from: 0 }],
          extent: [0, 9],
          points: 10,
          nan: 0,
          infinite: 0,
          leftOut: 0,
          buckets,
        },
      ],
      absent: [],
    }) as unknown as Curves;

  test('returns the curves, as a line without what a line does not need', () => {
    fc.assert(
      fc.property(points, fc.nat(20), fc.nat(7), ({ xs, values }, above, shift) => {
        const buckets = bucketPoints(xs, values, levelFor(xs, above));
        const bytes = encodeCurves(answer(buckets), 'whole');
        const moved = new Uint8Array(bytes.length + shift).subarray(shift);
        moved.set(bytes);
        expect(decodeCurves(moved)).toEqual(answer(buckets));
        const { mean: _mean, count: _count, lastOffset: _offset, ...line } = buckets;
        expect(decodeCurves(encodeCurves(answer(buckets)))).toEqual(answer(line as Buckets));
      }),
    );
  });

  test('takes 12 bytes for a bucket of a line', () => {
    const xs = Float64Array.from({ length: 1000 }, (_, i) => i);
    const sizeOf = (count: number) =>
      encodeCurves(answer(bucketPoints(xs.subarray(0, count), xs.subarray(0, count), 0))).length;
    expect(sizeOf(900) - sizeOf(800)).toBe(1200);
  });
});
