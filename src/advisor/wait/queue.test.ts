import { describe, expect, test } from 'vitest';
import type { PastWait } from '../../core/past-wait.ts';
import { momentsOf } from './queue.ts';

const job = (atS: number, startS: number | undefined, gpus: number = 1): PastWait => ({
  eligibleMs: atS * 1000,
  ...(startS === undefined ? {} : { startMs: startS * 1000 }),
  gpus,
});

describe('the queue as a job finds it', () => {
  const waits = [job(0, 0), job(0, 10, 2), job(5, 40, 4), job(20, 20), job(30, undefined, 3)];
  const { found, now } = momentsOf(waits, 60_000);
  const waitingOf = waits.map((past) => found.get(past)?.waiting);

  test('has those that came and had not started, without those that started in the second in which they came', () => {
    expect(waitingOf).toEqual([0, 0, 1, 1, 1]);
    expect(now.waiting).toBe(1);
  });

  test('lasts as long as its GPUs take at the pace of the last starts', () => {
    // Until 30 s 1 + 2 + 1 GPUs started, in 30 s; four wait.
    expect(found.get(waits[4] as PastWait)?.drainS).toBeCloseTo((4 * 30) / 4, 9);
    // Until 60 s 8 GPUs; three wait.
    expect(now.drainS).toBeCloseTo((3 * 60) / 8, 9);
  });

  test('is a second long at least, also before anything started', () => {
    expect(momentsOf([job(0, undefined)], 1_000_000).now.drainS).toBe(1);
    expect(momentsOf([], 0).now).toEqual({ ms: 0, waiting: 0, drainS: 1 });
  });
});
