import { expect, test } from 'vitest';
import type { PastWait } from '../../core/cluster/past-wait.ts';
import { summarizeWaitsByHour } from './waits-by-hour.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const nowMs = 10 * DAY_MS;
const hourOf = (ms: number): number => Math.floor(ms / HOUR_MS) % 24;

/** A job that could have started on a day at an hour. @param seconds that it waited; undefined: it waits still */
function job(day: number, hour: number, seconds: number | undefined, more: Partial<PastWait> = {}): PastWait {
  const eligibleMs = day * DAY_MS + hour * HOUR_MS;
  return { eligibleMs, gpus: 1, ...(seconds !== undefined && { startMs: eligibleMs + seconds * 1_000 }), ...more };
}

test('an hour has a median from five submissions on, and says how many wait still', () => {
  const morning = [60, 120, 7_200, 240, 300].map((seconds, day) => job(day + 4, 9, seconds));
  const array = [10, 20, 30].map((seconds) => job(9, 14, seconds, { submission: '7' }));
  const others = [job(9, 9, 5, { gpus: 0 }), { eligibleMs: 9 * DAY_MS, startMs: 9 * DAY_MS }];
  const waits = [...morning, ...array, ...others, job(9, 23, undefined)];
  const { hours, ...rest } = summarizeWaitsByHour(waits, { device: 'gpu', nowMs, hourOf });
  expect(rest).toEqual({ device: 'gpu', least: 5, sinceMs: 4 * DAY_MS + 9 * HOUR_MS });
  expect(hours.map(({ hour }) => hour)).toEqual(Array.from({ length: 24 }, (_, hour) => hour));
  expect(hours.filter(({ started, waiting }) => started + waiting > 0)).toEqual([
    { hour: 9, started: 5, waiting: 0, medianS: 240 },
    { hour: 14, started: 1, waiting: 0 },
    { hour: 23, started: 0, waiting: 1 },
  ]);
  const ofCpus = summarizeWaitsByHour(waits, { device: 'cpu', nowMs, hourOf });
  expect(ofCpus.hours.reduce((sum, { started }) => sum + started, 0)).toBe(1);
  expect(summarizeWaitsByHour([], { device: 'gpu', nowMs, hourOf })).not.toHaveProperty('sinceMs');
});
