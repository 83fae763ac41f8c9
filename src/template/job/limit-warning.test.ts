import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Requeue } from '../../core/settings/run-settings.ts';
import { limitWarning } from './limit-warning.ts';

const REQUEUE: Requeue = { on: ['timeout', 'preempted'], max: 5, signal: 'USR1', before: 120 };

test('a program is warned as long before its time limit as it asks for, and some time is left to end it', () => {
  const warning = { signal: 'USR1', before: 120, margin: 30, max: 5, last: 120 };
  expect(limitWarning({ requeue: REQUEUE, time_limit: '1:00:00' })).toEqual(warning);
  expect(limitWarning({ requeue: REQUEUE })).toEqual(warning);
  expect(limitWarning({ requeue: REQUEUE, time_limit: 'UNLIMITED' })).toEqual(warning);
});

test('a program that does not continue after its time limit is not warned', () => {
  expect(limitWarning({ requeue: { ...REQUEUE, on: ['preempted'] } })).toBeUndefined();
  expect(limitWarning({ requeue: true })).toBeUndefined();
  expect(limitWarning({})).toBeUndefined();
});

test('at least half of the limit is left for the work itself if it is short', () => {
  expect(limitWarning({ requeue: REQUEUE, time_limit: 1 })).toMatchObject({ before: 22, margin: 15, last: 15 });
  fc.assert(
    fc.property(fc.integer({ min: 4, max: 100_000 }), fc.integer({ min: 1, max: 5000 }), (seconds, before) => {
      const limit = `0:${seconds}`;
      const warning = limitWarning({ requeue: { ...REQUEUE, before }, time_limit: limit });
      expect(warning?.before).toBeGreaterThanOrEqual(1);
      expect(warning?.before).toBeLessThanOrEqual(before);
      expect((warning?.before ?? 0) * 2 + (warning?.margin ?? 0)).toBeLessThanOrEqual(Math.max(seconds, 4));
    }),
  );
});
