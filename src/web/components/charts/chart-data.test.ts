import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bucketPoints } from '../../../core/curves/buckets.ts';
import type { Curve } from '../../../core/curves/curves.ts';
import { decodeCurves, encodeCurves } from '../../../core/curves/encoding.ts';
import type { ExpId, Key } from '../../../core/ids.ts';
import { findPoint, makeChartData, moveAlong, type ChartLine } from './chart-data.ts';
import { listRows } from './chart-rows.ts';
import { describeValue, describeX, listUndrawn } from './chart-words.ts';

/** A line as it comes from the server: its numbers went over the wire. */
function line(
  points: readonly (readonly [number, number])[],
  { level = 0, ...head }: { level?: number } & Partial<Curve> = {},
): ChartLine {
  const xs = Float64Array.from(points, ([x]) => x);
  const values = Float64Array.from(points, ([, value]) => value);
  const curve: Curve = {
    key: 'k' as Key,
    expId: 'run' as ExpId,
    metric: 'acc',
    superseded: false,
    attempts: [{ attempt: 'train-1', from: xs[0] ?? 0 }],
    extent: [xs[0] ?? 0, xs.at(-1) ?? 0],
    points: points.length,
    nan: values.filter(Number.isNaN).length,
    infinite: 0,
    leftOut: 0,
    ...head,
    buckets: bucketPoints(xs, values, level),
  };
  const [decoded] = decodeCurves(encodeCurves({ x: 'step', curves: [curve], absent: [] }, 'whole')).curves;
  if (decoded === undefined) throw new Error('the curve is lost');
  return { name: 'acc', slot: 1, curve: decoded };
}

test('lines of different steps share one axis: a gap where a value is NaN, and no point where a line has none', () => {
  const superseded = line([[3, 5]], { superseded: true });
  const data = makeChartData(
    [
      line([
        [1, 0.5],
        [2, NaN],
        [4, 0.75],
      ]),
      superseded,
    ],
    false,
  );
  expect(data.xs).toEqual([1, 2, 3, 4]);
  expect(data.lines.map(({ last }) => last)).toEqual([
    [0.5, null, undefined, 0.75],
    [undefined, undefined, 5, undefined],
  ]);
  expect(listRows(data, { from: 2, to: 3 })).toMatchObject([
    { x: 2, line: 0, last: null },
    { x: 3, line: 1, last: 5 },
  ]);
  expect(
    listUndrawn(
      data.lines.map(({ curve }) => curve),
      data.unplaced,
      'step',
    ),
  ).toEqual(['× 1 value is NaN.']);
});

test('a bucket of several values is drawn where its last one is, between the lowest and the highest', () => {
  const data = makeChartData(
    [
      line(
        [
          [0, 4],
          [1, 1],
          [2, 2],
          [5, 3],
        ],
        { level: 2 },
      ),
    ],
    false,
  );
  const [only] = data.lines;
  const point = only && findPoint(data, only, 0);
  expect(point).toEqual({ x: 2, last: 2, min: 1, max: 4 });
  expect(point && `${describeX(point.x, 'step')}: ${describeValue(point)}`).toBe('step 2: 2, between 1 and 4');
});

test('a logarithmic axis has no place for zero and below, and the chart says how many points these are', () => {
  const data = makeChartData(
    [
      line([
        [1, 0],
        [2, 10],
        [3, -1],
      ]),
    ],
    true,
  );
  expect(data.lines[0]?.last).toEqual([null, 10, null]);
  expect(listUndrawn([], data.unplaced, 'step')).toEqual(['2 points are zero or below.']);
});

test('every value that was written can be reached with the keyboard, in order', () => {
  const steps = fc.uniqueArray(fc.nat(5_000), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(steps, steps, (own, others) => {
      const sorted = own.toSorted((a, b) => a - b);
      const data = makeChartData(
        [sorted, others.toSorted((a, b) => a - b)].map((xs) => line(xs.map((x) => [x, x]))),
        false,
      );
      const points = data.lines[0]?.points ?? [];
      const met: number[] = [];
      for (let at = moveAlong(points, undefined, 'Home'); at !== undefined && met.length < 50;) {
        met.push(data.xs[at] ?? -1);
        const next = moveAlong(points, at, 'ArrowRight');
        at = next === at ? undefined : next;
      }
      expect(met).toEqual(sorted);
    }),
    { numRuns: 50 },
  );
});

test('times since the start are written as long as they are', () => {
  expect([500, 61_000, 3_725_000, 90_000_000].map((ms) => describeX(ms, 'time'))).toEqual([
    'after 0.5s',
    'after 1:01',
    'after 1:02:05',
    'after 1d 01:00:00',
  ]);
});
