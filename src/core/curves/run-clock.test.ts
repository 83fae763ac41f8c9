import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findZeros, type RunSpan } from './run-clock.ts';

const span = (attempt: string, startMs: number, endMs?: number): RunSpan => ({ attempt, startMs, endMs });

test('time begins at the first start, and without its gaps a later attempt goes on where the one before ended', () => {
  const spans = [span('train-2', 500, 600), span('train-1', 100, 200), span('eval-1', 550, 900), span('eval-2', 1_000)];
  expect([...findZeros(spans, false).values()]).toEqual([100, 100, 100, 100]);
  expect(Object.fromEntries(findZeros(spans, true))).toEqual({
    'train-1': 100,
    'train-2': 400,
    'eval-1': 400,
    'eval-2': 500,
  });
});

test('after an attempt whose end is not known nothing is left out', () => {
  expect([...findZeros([span('train-1', 100), span('train-2', 900, 950)], true).values()]).toEqual([100, 100]);
});

test('without gaps the attempts of a stage follow each other, and each takes as long as it did', () => {
  const lengths = fc.array(fc.tuple(fc.nat(1_000), fc.nat(1_000)), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(lengths, (all) => {
      let at = 0;
      const spans = all.map(([waited, ran], i) => {
        const startMs = at + waited;
        at = startMs + ran;
        return span(`train-${i + 1}`, startMs, at);
      });
      const zeros = findZeros(spans, true);
      let ran = 0;
      for (const { attempt, startMs, endMs = 0 } of spans) {
        expect(startMs - (zeros.get(attempt) ?? 0)).toBe(ran);
        ran += endMs - startMs;
      }
    }),
    { numRuns: 50 },
  );
});
