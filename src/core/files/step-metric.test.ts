import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findBestOf, findJudgingMetric, findStepMetrics } from './step-metric.ts';
import type { SeriesPart } from '../experiment/join-series.ts';

function makePart(attempt: string, points: readonly (readonly [step: number, value: number])[]): SeriesPart {
  const steps = Float64Array.from(points, ([step]) => step);
  return { attempt, points: { steps, values: Float64Array.from(points, ([, value]) => value), times: steps } };
}

const at = (attempt: string | undefined, ...steps: number[]): { attempt?: string; step: number }[] =>
  steps.map((step) => (attempt === undefined ? { step } : { attempt, step }));

describe('the metric at a checkpoint', () => {
  const parts = [
    makePart('train-1', [
      [99, 1],
      [200, 2],
      [200, 3],
      [250, 4],
      [300, Number.NaN],
    ]),
    makePart('train-2', [[400, 5]]),
  ];
  const superseded = [makePart('train-1', [[399, 6]])];

  test('is the last value at its step, otherwise the last one since the checkpoint before', () => {
    const found = findStepMetrics('acc', { parts, superseded }, at('train-1', 100, 200, 300, 350, 400));
    expect(found.map((metric) => metric && [metric.step, metric.value])).toEqual([
      [99, 1],
      [200, 3],
      [250, 4],
      undefined,
      [399, 6],
    ]);
  });

  test('comes from its own attempt, or from what counts if no attempt is known', () => {
    expect(findStepMetrics('acc', { parts, superseded }, at('train-2', 400))[0]?.value).toBe(5);
    expect(findStepMetrics('acc', { parts, superseded }, at('train-3', 400))[0]).toBeUndefined();
    expect(findStepMetrics('acc', { parts, superseded }, at(undefined, 399))[0]).toEqual({
      name: 'acc',
      value: 4,
      step: 250,
    });
    expect(findStepMetrics('acc', { parts, superseded }, [{ attempt: 'train-1' }])).toEqual([undefined]);
  });

  test('is never from a step outside of its own interval', () => {
    const steps = fc.uniqueArray(fc.nat({ max: 50 }), { maxLength: 8 });
    const points = fc.array(fc.tuple(fc.nat({ max: 50 }), fc.oneof(fc.float(), fc.constant(Number.NaN))), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(steps, points, (asked, written) => {
        const series = makePart(
          'train-1',
          written.toSorted(([a], [b]) => a - b),
        );
        findStepMetrics('acc', { parts: [series], superseded: [] }, at('train-1', ...asked)).forEach((metric, i) => {
          const step = asked[i] ?? 0;
          const previous = Math.max(-1, ...asked.filter((other) => other < step));
          const inside = written.filter(([s, value]) => s > previous && s <= step && !Number.isNaN(value));
          expect(metric?.step).toBe(inside.length === 0 ? undefined : Math.max(...inside.map(([s]) => s)));
        });
      }),
    );
  });
});

describe('the metric that judges checkpoints', () => {
  const source = { file: 'a', rule: 'b' };

  test('is the only one that says which values are better', () => {
    const metrics = { loss: { value: 1, source, mode: 'min' as const }, time: { value: 2, source } };
    expect(findJudgingMetric(metrics)).toEqual({ name: 'loss', mode: 'min' });
    expect(findJudgingMetric({ ...metrics, acc: { value: 1, source, mode: 'max' } })).toBeUndefined();
  });

  test('has the first of equal values as its best, and NaN never', () => {
    const values = [Number.NaN, 2, undefined, 2, 1];
    expect(findBestOf([0, 1, 2, 3, 4], (i) => values[i], 'max')).toBe(1);
    expect(findBestOf([0, 1, 2, 3, 4], (i) => values[i], 'min')).toBe(4);
    expect(findBestOf([0, 2], (i) => values[i], 'min')).toBeUndefined();
  });
});
