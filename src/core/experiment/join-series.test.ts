import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatenateSeries, joinAttempts, joinSegments, type Segment, type SeriesPart } from './join-series.ts';
import type { Series } from './series.ts';

function series(...steps: number[]): Series {
  return {
    steps: Float64Array.from(steps),
    values: Float64Array.from(steps, (step) => step / 10),
    times: new Float64Array(steps.length).fill(NaN),
  };
}

const segment = (n: number, start: Segment['start'], ...steps: number[]): Segment => ({
  attempt: `train-${n}`,
  start,
  ...(steps.length > 0 && { points: series(...steps) }),
});

const stepsOf = (parts: readonly SeriesPart[]): Record<string, number[]> =>
  Object.fromEntries(parts.map(({ attempt, points }) => [attempt, [...points.steps]]));

describe('the series of a run with several attempts', () => {
  test('is cut at the first step of each attempt that resumed', () => {
    const { parts, superseded, restart } = joinSegments([
      segment(1, 'unknown', 1, 2, 3, 4, 5),
      segment(2, 'resumed', 4, 5, 6, 7),
      segment(3, 'resumed', 3, 4),
    ]);
    expect(stepsOf(parts)).toEqual({ 'train-1': [1, 2], 'train-3': [3, 4] });
    expect(stepsOf(superseded)).toEqual({ 'train-1': [3, 4, 5], 'train-2': [4, 5, 6, 7] });
    expect(restart).toBeUndefined();
  });

  test.each(['unknown', 'resumed'] as const)('begins again at its first step (%s)', (start) => {
    const { parts, superseded, restart } = joinSegments([segment(1, 'unknown', 1, 2, 3), segment(2, start, 1, 2)]);
    expect(stepsOf(parts)).toEqual({ 'train-2': [1, 2] });
    expect(stepsOf(superseded)).toEqual({ 'train-1': [1, 2, 3] });
    expect(restart).toEqual({ attempt: 'train-2', start, firstStep: 1, replaced: ['train-1'] });
  });

  test('holds nothing of earlier attempts when an attempt had no checkpoint, wherever it begins', () => {
    const { parts, restart } = joinSegments([segment(1, 'unknown', 1, 2, 3), segment(2, 'anew', 10, 11)]);
    expect(stepsOf(parts)).toEqual({ 'train-2': [10, 11] });
    expect(restart).toMatchObject({ attempt: 'train-2', start: 'anew', replaced: ['train-1'] });
  });

  test('goes past an attempt that wrote nothing', () => {
    const { parts } = joinSegments([
      segment(1, 'unknown', 1, 2, 3),
      segment(2, 'unknown'),
      segment(3, 'unknown', 3, 4),
    ]);
    expect(stepsOf(parts)).toEqual({ 'train-1': [1, 2], 'train-3': [3, 4] });
  });

  test('stands while an attempt that resumed has written nothing, and not when it is unknown whether it did', () => {
    expect(stepsOf(joinSegments([segment(1, 'unknown', 1, 2), segment(2, 'resumed')]).parts)).toEqual({
      'train-1': [1, 2],
    });
    expect(stepsOf(joinSegments([segment(1, 'unknown', 1, 2), segment(2, 'unknown')]).parts)).toEqual({});
  });

  test('of a metric that is written seldom is cut where the attempt began, not at its own first point', () => {
    const joined = joinAttempts([
      {
        attempt: 'train-1',
        start: 'unknown',
        series: new Map([
          ['loss', { points: series(1, 2, 3, 4, 5, 6), counts: 'step' }],
          ['val', { points: series(2, 5), counts: 'step' }],
          ['acc', { points: series(1, 2), counts: 'epoch' }],
        ]),
      },
      {
        attempt: 'train-2',
        start: 'resumed',
        series: new Map([['loss', { points: series(4, 5), counts: 'step' }]]),
      },
    ]);
    expect(stepsOf(joined.get('val')?.parts ?? [])).toEqual({ 'train-1': [2] });
    expect(stepsOf(joined.get('val')?.superseded ?? [])).toEqual({ 'train-1': [5] });
    // Epochs are no steps.
    expect(stepsOf(joined.get('acc')?.parts ?? [])).toEqual({ 'train-1': [1, 2] });
  });

  const attempts = fc.array(
    fc.record({
      start: fc.constantFrom('resumed', 'anew', 'unknown'),
      steps: fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 8 }),
    }),
    { maxLength: 6 },
  );
  const segmentsOf = (given: readonly { start: string; steps: readonly number[] }[]): Segment[] =>
    given.map(({ start, steps }, i) => segment(i + 1, start as Segment['start'], ...steps.toSorted((a, b) => a - b)));

  test('loses no point and doubles none, and its steps never fall', () => {
    fc.assert(
      fc.property(attempts, (given) => {
        const { parts, superseded } = joinSegments(segmentsOf(given));
        const { steps } = concatenateSeries(parts);
        expect([...steps]).toEqual([...steps].toSorted((a, b) => a - b));
        const kept = [...parts, ...superseded].flatMap(({ attempt, points }) =>
          [...points.steps].map((step) => `${attempt} ${step}`),
        );
        const written = given.flatMap((one, i) => one.steps.map((step) => `train-${i + 1} ${step}`));
        expect(kept.toSorted()).toEqual(written.toSorted());
      }),
    );
  });

  test('has a step of one attempt only', () => {
    fc.assert(
      fc.property(attempts, (given) => {
        const owners = new Map<number, Set<string>>();
        for (const { attempt, points } of joinSegments(segmentsOf(given)).parts)
          for (const step of points.steps) owners.set(step, (owners.get(step) ?? new Set()).add(attempt));
        expect([...owners.values()].every(({ size }) => size === 1)).toBe(true);
      }),
    );
  });

  test('is that of an uninterrupted run when each attempt repeats what it resumes from', () => {
    const cuts = fc.array(fc.record({ reached: fc.integer({ min: 1, max: 30 }), lost: fc.nat({ max: 10 }) }), {
      maxLength: 5,
    });
    fc.assert(
      fc.property(cuts, (given) => {
        let saved = 0;
        const interrupted = given.map(({ reached, lost }, i) => {
          const steps = Array.from({ length: reached }, (_, at) => saved + at + 1);
          const made = segment(i + 1, i === 0 ? 'unknown' : saved === 0 ? 'anew' : 'resumed', ...steps);
          saved = Math.max(saved, saved + reached - lost);
          return made;
        });
        const last = segment(given.length + 1, saved === 0 ? 'anew' : 'resumed', saved + 1, saved + 2);
        const { parts } = joinSegments([...interrupted, last]);
        expect([...concatenateSeries(parts).steps]).toEqual(Array.from({ length: saved + 2 }, (_, i) => i + 1));
      }),
    );
  });
});
