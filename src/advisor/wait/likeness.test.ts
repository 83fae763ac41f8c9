import { describe, expect, test } from 'vitest';
import { selectLikeWaits, selectTellingWaits, type LikeWaits } from './likeness.ts';
import type { PastWait } from '../../core/cluster/past-wait.ts';
import type { WaitingJob } from './waiting-job.ts';

const HOUR_MS = 3_600_000;
const nowMs = 1_000 * 168 * HOUR_MS;
const job: WaitingJob = { partition: 'gpu', gpuType: 'a100', gpus: 2, timeLimitS: 3600, account: 'lab' };

function like(waits: readonly PastWait[]): LikeWaits {
  return selectLikeWaits(selectTellingWaits(waits, nowMs), job, { nowMs, least: 29 });
}

function past(count: number, differs: Partial<PastWait> = {}, hoursAgo: number = 168): PastWait[] {
  const eligibleMs = nowMs - hoursAgo * HOUR_MS;
  return Array.from({ length: count }, (_, i) => ({
    eligibleMs: eligibleMs + i,
    startMs: eligibleMs + i + 1000,
    partition: 'gpu',
    gpuType: 'a100',
    gpus: 2,
    timeLimitS: 3000,
    account: 'lab',
    ...differs,
  }));
}

describe('the waits of jobs most like it that are enough', () => {
  const traits: readonly [string, PastWait[], RegExp][] = [
    ['the hour of the week', past(30, {}, 168 + 80), /in gpu, 2 to 3 GPUs, limits up to 1 h, account lab$/],
    ['the account, too', past(30, { account: 'other' }, 80), /in gpu, 2 to 3 GPUs, limits up to 1 h$/],
    ['the time limit, too', past(30, { timeLimitS: 90_000 }, 80), /in gpu, 2 to 3 GPUs$/],
    ['the number of GPUs, too', past(30, { gpus: 8 }, 80), /^in gpu$/],
    ['the partition, too', past(30, { partition: 'cpu' }, 80), /^in all partitions, as there are too few in gpu$/],
  ];
  test('may have a type of GPU that accounting writes in lower case', () => {
    const found = selectLikeWaits(past(29), { ...job, gpuType: 'A100' }, { nowMs, least: 29 });
    expect(found).toMatchObject({ elsewhere: false, words: expect.stringMatching(/^in gpu, 2 to 3 GPUs/) as string });
  });

  test('share all traits if there are enough of those', () => {
    const found = like([...past(29), ...past(50, { account: 'other' })]);
    expect(found.waits).toHaveLength(29);
    expect(found.words).toBe('in gpu, 2 to 3 GPUs, limits up to 1 h, account lab, this hour of the week');
  });
  test.each(traits)('give up %s if there are too few', (_trait, others, words) => {
    const found = like([...past(5), ...others]);
    expect(found.words).toMatch(words);
    expect(found.waits).toHaveLength(35);
  });
});

test('GPUs of another type in the same partition are another queue; those without a name are not', () => {
  const other = like(past(30, { gpuType: 'v100' }));
  expect(other.words).toContain('all partitions');
  const nameless = like(past(30, { gpuType: '' }));
  expect(nameless.words).toContain('in gpu, 2 to 3 GPUs');
});

const withoutStart = ({ eligibleMs }: PastWait): PastWait => ({
  eligibleMs,
  partition: 'gpu',
  gpus: 2,
  timeLimitS: 3000,
  account: 'lab',
});

test('jobs that wait still are kept, and are not enough by themselves', () => {
  const waiting = past(40, {}, 1).map(withoutStart);
  expect(like([...waiting, ...past(29)]).waits).toHaveLength(69);
  expect(like(waiting).words).toContain('all partitions');
});

test('those that wait twice as long as anything ever did are stuck, and left out', () => {
  const waiting = past(3, {}, 5).map(withoutStart);
  expect(like([...waiting, ...past(29)]).waits).toHaveLength(29);
  const long = past(1).map((each) => ({ ...each, startMs: each.eligibleMs + 3 * HOUR_MS }));
  expect(like([...waiting, ...past(29), ...long]).waits).toHaveLength(33);
});
