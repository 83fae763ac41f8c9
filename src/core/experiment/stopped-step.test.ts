import { expect, test } from 'vitest';
import { explainDecision } from '../search/index.ts';
import { getStoppedStep } from './stopped-step.ts';

test('the step at which a sweep stopped a run is that of the decision that its reason explains', () => {
  for (const rung of [1, 9, 81, 1_000, 1_234_567]) {
    for (const standing of [
      { rule: 'asha', rank: 14, of: 16, first: 5 },
      { rule: 'median', median: 0.5, others: 12 },
    ] as const) {
      const said = explainDecision({ trial: 0, action: 'stop', rung, value: 0.71, standing });
      expect(getStoppedStep({ status: 'stopped', endedMs: 0, said })).toBe(rung);
    }
  }
  expect(getStoppedStep({ status: 'stopped', endedMs: 0, said: 'no better than the others' })).toBeUndefined();
  expect(getStoppedStep({ status: 'completed', endedMs: 0 })).toBeUndefined();
});
