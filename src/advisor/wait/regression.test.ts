import { expect, test } from 'vitest';
import { makeRandomNumbers } from '../../core/stats/random-numbers.ts';
import { Regression } from './regression.ts';

test('it learns a line, and follows it when it moves', () => {
  const random = makeRandomNumbers(4);
  const regression = new Regression([0, 0]);
  const learn = (count: number, slope: number): void => {
    for (let i = 0; i < count; i += 1) {
      const x = 4 * random();
      regression.learn(Float64Array.of(1, x), 1 + slope * x + 0.2 * (random() - 0.5));
    }
  };
  learn(1_000, 2);
  expect(regression.predict(Float64Array.of(1, 3))).toBeCloseTo(7, 1);
  learn(10_000, -1);
  expect(regression.predict(Float64Array.of(1, 3))).toBeCloseTo(-2, 1);
});

test('beyond what was learned from, the nearest counts', () => {
  const regression = new Regression([0, 0]);
  for (let i = 0; i < 1_000; i += 1) regression.learn(Float64Array.of(1, i % 5), i % 5);
  expect(regression.predict(Float64Array.of(1, 1_000))).toBe(regression.predict(Float64Array.of(1, 4)));
});

test('numbers that never change spoil nothing, however long it goes on', () => {
  const regression = new Regression([0, 0, 0]);
  for (let i = 0; i < 50_000; i += 1) regression.learn(Float64Array.of(1, 7, 7), 3);
  expect(regression.predict(Float64Array.of(1, 7, 7))).toBeCloseTo(3);
});
