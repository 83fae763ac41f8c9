import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitBatches, type Pair } from './batches.ts';
import type { Point } from './points.ts';

const point: fc.Arbitrary<Point> = fc.record({
  key: fc.string({ minLength: 1, maxLength: 250 }),
  value: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant('NaN' as const)),
  timestamp: fc.nat(2_000_000_000_000),
  step: fc.maxSafeInteger(),
});
const param: fc.Arbitrary<Pair> = fc.record({
  key: fc.string({ maxLength: 250 }),
  value: fc.string({ maxLength: 6_000 }),
});

test('every request is one that MLflow takes, and together they are all that is to be sent, in order', () => {
  fc.assert(
    fc.property(fc.array(param), fc.array(point), fc.nat(30), fc.nat(60), (params, points, more, many) => {
      const allParams = Array.from({ length: more }, () => params).flat();
      const allPoints = Array.from({ length: many }, () => points).flat();
      const made = [...splitBatches(allParams, allPoints)];
      expect(made.flatMap((batch) => batch.params)).toEqual(allParams);
      expect(made.flatMap(({ metrics }) => metrics)).toEqual(allPoints);
      for (const batch of made) {
        expect(batch.params.length).toBeLessThanOrEqual(100);
        expect(batch.metrics.length + batch.params.length).toBeLessThanOrEqual(1_000);
        expect(batch.metrics.length + batch.params.length).toBeGreaterThan(0);
        const body = JSON.stringify({ run_id: 'x'.repeat(256), metrics: batch.metrics, params: batch.params });
        expect(Buffer.byteLength(body)).toBeLessThan(1_000_000);
      }
    }),
    { numRuns: 50 },
  );
});

test('parameters that are long in UTF-8, with escapes, fill their requests sooner', () => {
  const long = Array.from({ length: 100 }, (_, i) => ({ key: `p${i}`, value: '\u0001'.repeat(6_000) }));
  const made = [...splitBatches(long, [])];
  expect(made.length).toBeGreaterThan(1);
  for (const { params } of made) expect(Buffer.byteLength(JSON.stringify(params))).toBeLessThan(1_000_000);
});

test('points fill requests of a thousand', () => {
  const points = Array.from({ length: 2_001 }, (_, step): Point => ({ key: 'loss', value: 1, timestamp: 0, step }));
  expect([...splitBatches([], points)].map(({ metrics }) => metrics.length)).toEqual([1_000, 1_000, 1]);
});

test('nothing to send is no request', () => {
  expect([...splitBatches([], [])]).toEqual([]);
});
