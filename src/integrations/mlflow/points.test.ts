import { expect, test } from 'vitest';
import { getPointIdentity, listSeriesPoints } from './points.ts';

test('a series keeps NaN and infinities, and what has no time gets the one that is given', () => {
  const series = {
    steps: Float64Array.of(0, 1, 2 ** 40),
    values: Float64Array.of(Number.NaN, Infinity, 0.1),
    times: Float64Array.of(1_700_000_000.0004, Number.NaN, 1_700_000_000.25),
  };
  expect([...listSeriesPoints('loss', series, 5)]).toEqual([
    { key: 'loss', value: 'NaN', timestamp: 1_700_000_000_000, step: 0 },
    { key: 'loss', value: 'Infinity', timestamp: 5, step: 1 },
    { key: 'loss', value: 0.1, timestamp: 1_700_000_000_250, step: 2 ** 40 },
  ]);
});

test('an infinity is the largest double that MLflow returns for it, and minus zero is zero', () => {
  const point = { key: 'loss', timestamp: 1, step: 2 };
  expect(getPointIdentity({ ...point, value: 'Infinity' })).toBe(
    getPointIdentity({ ...point, value: Number.MAX_VALUE }),
  );
  expect(getPointIdentity({ ...point, value: '-Infinity' })).toBe(
    getPointIdentity({ ...point, value: -Number.MAX_VALUE }),
  );
  expect(getPointIdentity({ ...point, value: -0 })).toBe(getPointIdentity({ ...point, value: 0 }));
  expect(getPointIdentity({ ...point, value: 'NaN' })).not.toBe(getPointIdentity({ ...point, value: 0 }));
  expect(getPointIdentity({ ...point, value: 1 })).not.toBe(getPointIdentity({ ...point, value: 1, step: 3 }));
});
