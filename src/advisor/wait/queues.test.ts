import { describe, expect, test } from 'vitest';
import { selectQueue, selectTellingWaits } from './queues.ts';
import type { PastWait } from '../../core/cluster/past-wait.ts';
import type { WaitingJob } from './waiting-job.ts';

const HOUR_MS = 3_600_000;
const nowMs = 1_000 * 168 * HOUR_MS;
const job: WaitingJob = { partition: 'gpu', gpuType: 'a100', gpus: 2, timeLimitS: 3600 };

function past(count: number, differs: Partial<PastWait> = {}, hoursAgo: number = 100): PastWait[] {
  const eligibleMs = nowMs - hoursAgo * HOUR_MS;
  return Array.from({ length: count }, (_, i) => ({
    eligibleMs: eligibleMs + i,
    startMs: eligibleMs + i + 1000,
    partition: 'gpu',
    gpuType: 'a100',
    gpus: 2,
    ...differs,
  }));
}

describe('the queue of a job', () => {
  test('has the jobs of its partition and type of GPU, in whatever case accounting writes it', () => {
    const others = [...past(40, { partition: 'cpu' }), ...past(40, { gpuType: 'v100' })];
    const queue = selectQueue([...past(29), ...others], { ...job, gpuType: 'A100' });
    expect(queue).toMatchObject({ elsewhere: false, words: 'in gpu', ownKnown: 29 });
    expect(queue.waits).toHaveLength(29);
  });

  test('has those whose type of GPU is not known, too', () => {
    expect(selectQueue(past(30, { gpuType: '' }), job)).toMatchObject({ elsewhere: false, ownKnown: 30 });
  });

  test('has all jobs of the cluster if too few of the partition have started', () => {
    const queue = selectQueue([...past(28), ...past(40, { partition: 'cpu' })], job);
    expect(queue.waits).toHaveLength(68);
    expect(queue).toMatchObject({
      elsewhere: true,
      ownKnown: 28,
      words: 'in all partitions, as there are too few in gpu',
    });
  });

  test('counts a submission of many jobs once', () => {
    const burst = past(100, { submission: '17' });
    expect(selectQueue([...past(10), ...burst], job)).toMatchObject({ elsewhere: true, ownKnown: 11 });
  });
});

test('a job that has waited twice as long as anything ever did is stuck, and left out', () => {
  const waiting = past(3, {}, 5).map(({ eligibleMs, partition = '' }): PastWait => ({ eligibleMs, partition }));
  expect(selectTellingWaits([...waiting, ...past(29)], nowMs)).toHaveLength(29);
  const long = past(1).map((each) => ({ ...each, startMs: each.eligibleMs + 3 * HOUR_MS }));
  expect(selectTellingWaits([...waiting, ...past(29), ...long], nowMs)).toHaveLength(33);
});
