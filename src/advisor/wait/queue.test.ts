import { describe, expect, test } from 'vitest';
import type { PastWait } from '../../core/cluster/past-wait.ts';
import { listMoments } from './queue.ts';

const job = (atS: number, startS: number | undefined, gpus: number = 1): PastWait => ({
  eligibleMs: atS * 1000,
  ...(startS === undefined ? {} : { startMs: startS * 1000 }),
  gpus,
});

describe('the queue as a job finds it', () => {
  const waits = [job(0, 0), job(0, 10, 2), job(5, 40, 4), job(20, 20), job(30, undefined, 3)];
  const { found, now } = listMoments(waits, 60_000);
  const waitingOf = waits.map((past) => found.get(past)?.waiting);

  test('has those that came and had not started, without those that started in the second in which they came', () => {
    expect(waitingOf).toEqual([0, 0, 1, 1, 1]);
    expect(now.waiting).toBe(1);
  });

  test('permits a bound of twice the longest wait that has ended', () => {
    // Until 30 s the longest wait that ended is that of 10 s; the job of 5 s waits and is 25 s old.
    expect(found.get(waits[4] as PastWait)?.mostS).toBe(25);
    expect(found.get(waits[3] as PastWait)?.mostS).toBe(20);
    // Until 60 s it is that of 35 s.
    expect(now.mostS).toBe(70);
  });

  test('permits what a job that still waits has waited, also before anything started', () => {
    expect(listMoments([job(0, undefined)], 1_000_000).now.mostS).toBe(1_000);
    expect(listMoments([], 0).now).toEqual({ ms: 0, waiting: 0, mostS: 0 });
  });
});
