import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SeriesPart } from '../experiment/join-series.ts';
import { chooseUnit, getAxisMetric, isCurveAxis, makeMetricAxis, makeSeriesPlacer } from './axis.ts';
import { placePoints } from './place-points.ts';

const values = fc.oneof(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), fc.constant(Number.NaN));
const points = fc.uniqueArray(fc.tuple(fc.nat(50), values), { selector: ([step]) => step, maxLength: 30 });

function makePart(pairs: readonly (readonly [number, number])[], attempt: string): SeriesPart {
  const sorted = pairs.toSorted(([a], [b]) => a - b);
  const [steps, own] = [0, 1].map((place) => Float64Array.from(sorted, (pair) => pair[place] ?? 0));
  return { attempt, points: { steps: steps!, values: own!, times: steps!.map(() => Number.NaN) } };
}

test('each point gets the value that the other series has at its step in its attempt, or is left out', () => {
  fc.assert(
    fc.property(points, points, (ys, xs) => {
      const place = makeSeriesPlacer({ parts: [makePart(xs, 'train-1')], superseded: [makePart(ys, 'train-2')] });
      const placed = place(makePart(ys, 'train-1')).points;
      const known = new Map(xs);
      const expected = ys.toSorted(([a], [b]) => a - b).filter(([step]) => Number.isFinite(known.get(step)));
      expect([...placed.steps]).toEqual(expected.map(([step]) => known.get(step)));
      expect([...placed.values]).toEqual(expected.map(([, value]) => value));
    }),
  );
});

test('a curve over another series has its points in the order of that, not of training', () => {
  const joined = (pairs: readonly (readonly [number, number])[]) => ({
    parts: [makePart(pairs, 'train-1')],
    superseded: [],
  });
  const metric = joined([0, 1, 2, 3].map((step) => [step, 10 + step] as const));
  const loss = joined([8, 2, 4, 2].map((x, step) => [step, x] as const));
  const [curve] = placePoints(metric, makeMetricAxis('loss'), () => 0, loss);
  expect(curve?.points).toEqual({ xs: Float64Array.of(2, 2, 4, 8), values: Float64Array.of(11, 13, 12, 10) });
});

test('places are whole numbers of their unit but for rounding, and whole numbers are their own', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true, min: -1e300, max: 1e300 }), { minLength: 1 }), (places) => {
      const unit = chooseUnit([Float64Array.from(places)]);
      for (const place of places) {
        const whole = Math.round(place / unit);
        expect(Number.isSafeInteger(whole)).toBe(true);
        expect(Math.abs(whole * unit - place)).toBeLessThanOrEqual(unit / 2);
      }
    }),
  );
  expect(chooseUnit([Float64Array.of(0, 3, 300)])).toBe(1);
});

test('a metric of any name is an axis, and nothing else but steps and times', () => {
  fc.assert(fc.property(fc.string({ minLength: 1 }), (name) => getAxisMetric(makeMetricAxis(name)) === name));
  expect(['step', 'time', 'active', 'metric:epoch', 'metric:', 'epoch', null].map(isCurveAxis)).toEqual([
    ...Array.from({ length: 4 }, () => true),
    ...Array.from({ length: 3 }, () => false),
  ]);
});
