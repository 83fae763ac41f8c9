import { describe, expect, test } from 'vitest';
import { makeRandomNumbers } from '../../core/stats/random-numbers.ts';
import type { Candidate } from '../job/job.ts';
import type { Settled } from '../track-record/settled.ts';
import type { PastWait } from '../../core/cluster/past-wait.ts';
import { waitForecast, type WaitQuestion } from './wait-forecast.ts';

const nowMs = 1_700_000_000_000;
const MINUTE_MS = 60_000;

function candidate(offer: Partial<Candidate['offer']> = {}, differs: Partial<Candidate> = {}): Candidate {
  return {
    offer: {
      partition: 'gpu',
      gpuType: 'a100',
      nodes: 2,
      gpusPerNode: 4,
      gpusTotal: 8,
      cpusPerNode: 32,
      memoryMibPerNode: 128_000,
      exclusive: false,
      features: [],
      notes: [],
      free: [],
      pendingBefore: { here: 3, elsewhere: 0 },
      ...offer,
    },
    nodes: 1,
    gpusPerNode: 1,
    gpus: 1,
    sharding: 'none',
    need: { verdict: 'fits', basis: 'measured' },
    cpusPerNode: 1,
    timeLimitS: 3600,
    warnings: [],
    ...differs,
  };
}

/** Some that started, each of a different length, of the last hours. */
function history(count: number, waitS: (i: number) => number): PastWait[] {
  return Array.from({ length: count }, (_, i) => {
    const eligibleMs = nowMs - (count - i) * 10 * MINUTE_MS;
    return { eligibleMs, startMs: eligibleMs + 1000 * waitS(i), partition: 'gpu', gpus: 1, timeLimitS: 3000 };
  });
}

const ask = (question: Partial<WaitQuestion>) =>
  waitForecast({ candidate: candidate(), waits: [], nowMs, ...question });

const oneFree = { free: [{ gpus: 1, cpus: 4, memoryMib: 8_000 }] };
const first = { pendingBefore: { here: 0, elsewhere: 0 } };

describe('what is free now', () => {
  test('is minutes, as assumed, if no job waits before it', () => {
    const forecast = ask({ candidate: candidate({ ...oneFree, ...first }) });
    expect(forecast).toMatchObject({ kind: 'now', p50S: 60, p90S: 300, samples: 0 });
    expect(forecast.basis).toContain('assumes');
  });
  test('is what it was before, if that is known and shorter', () => {
    const random = makeRandomNumbers(1);
    const waits = history(60, () => Math.floor(10 * random()));
    const forecast = ask({ candidate: candidate({ ...oneFree, ...first }), waits });
    expect(forecast).toMatchObject({ kind: 'now', samples: 60 });
    expect(forecast.p90S).toBeLessThanOrEqual(18);
    expect(forecast.basis).toContain('from the last 60 waits');
  });
  test('is not now while others wait, unless the scheduler says that it would start', () => {
    expect(ask({ candidate: candidate(oneFree) }).kind).toBe('unknown');
    const planned = ask({ candidate: candidate(oneFree), testOnlyStartMs: nowMs + 5_000 });
    expect(planned.kind).toBe('now');
    expect(planned.basis).toMatch(/^GPUs are free now and the scheduler would start it before the jobs that wait;/);
  });
  test('is not now while others wait for the same nodes elsewhere, whatever the scheduler plans for a single job', () => {
    const shared = candidate({ ...oneFree, pendingBefore: { here: 0, elsewhere: 1 } });
    expect(ask({ candidate: shared, testOnlyStartMs: nowMs + 5_000 }).kind).toBe('unknown');
    expect(ask({ candidate: shared, testOnlyStartMs: nowMs + 3_600_000 }).kind).toBe('test_only');
  });
  test('is not for a job that needs more than the free node has left', () => {
    const wide = candidate({ ...oneFree, ...first }, { cpusPerNode: 8 });
    expect(ask({ candidate: wide }).kind).toBe('unknown');
  });
});

test('a limit that own jobs used up gives no number, however much is known', () => {
  const access = { account: 'lab', qos: 'normal', default: true, basis: 'settings' as const };
  const full = candidate({ ...oneFree, ...first }, { access: { ...access, maxGpusPerUser: 4, gpusInUse: 4 } });
  const forecast = ask({ candidate: full, waits: history(60, () => 10), testOnlyStartMs: nowMs });
  expect(forecast).toMatchObject({ kind: 'unknown', samples: 0 });
  expect(forecast.p50S).toBeUndefined();
  expect(forecast.basis).toBe('you have 4 of the 4 GPUs that QOS normal allows: it waits for jobs of your own');
});

describe('from the waits of jobs like it', () => {
  const random = makeRandomNumbers(2);
  const waits = history(100, () => 60 * Math.floor(10 * random()));
  test('p50 and p90 have a basis: how many, which, and whether such bounds held', () => {
    const forecast = ask({ waits });
    expect(forecast).toMatchObject({ kind: 'history', samples: 100 });
    expect(forecast.p50S).toBeGreaterThanOrEqual(120);
    expect(forecast.p50S).toBeLessThanOrEqual(420);
    expect(forecast.p90S).toBeGreaterThanOrEqual(420);
    expect(forecast.p90S).toBeLessThanOrEqual(1080);
    expect(forecast.basis).toMatch(
      /^from the last 100 waits of jobs in gpu with 1 GPU that came when no job waited; such a p90 would have held for \d+ % of \d+ before$/,
    );
  });
  test('a short record is named, and its p90 is wider', () => {
    const [short, long] = [ask({ waits: waits.slice(-40) }), ask({ waits })];
    expect(short.basis).toContain('; a short record of 40 waits, for which the p90 is widened; ');
    expect(long.basis).not.toContain('short record');
    expect(short.p90S).toBeGreaterThanOrEqual(long.p90S ?? Infinity);
  });
  test('beside the estimate of the scheduler: the median of both, with the upper bound of the history', () => {
    const [alone, both] = [ask({ waits }), ask({ waits, testOnlyStartMs: nowMs + 600_000 })];
    expect(both).toMatchObject({ kind: 'mixed', p50S: ((alone.p50S ?? 0) + 600) / 2, samples: 100 });
    expect(both.p90S).toBe(Math.max(alone.p90S ?? 0, both.p50S ?? 0));
    expect(both.basis).toContain('10m that Slurm itself plans');
  });
  test('too few are unknown, with how many there are', () => {
    const forecast = ask({ waits: history(12, () => 5) });
    expect(forecast).toEqual({ kind: 'unknown', samples: 12, basis: '12 past waits are known, and 29 are needed' });
  });
});

test('jobs that never had to wait say nothing of one that comes behind others', () => {
  const waiting: PastWait = { eligibleMs: nowMs - 5_000, partition: 'gpu', gpus: 4, timeLimitS: 3000 };
  const waits = [...history(60, () => 0), waiting];
  const forecast = ask({ waits });
  expect(forecast.kind).toBe('unknown');
  expect(forecast.basis).toBe('others wait now, and too few jobs in gpu came behind others before: 29 are needed');
  expect(ask({ waits, testOnlyStartMs: nowMs + 600_000 }).kind).toBe('test_only');
});

test('the estimate of the scheduler alone has a p90 that is named an assumption', () => {
  const forecast = ask({ testOnlyStartMs: nowMs + 3_600_000 });
  expect(forecast).toMatchObject({ kind: 'test_only', p50S: 3600, p90S: 7800, samples: 0 });
  expect(forecast.basis).toContain('assumption');
});

test('how often plans of the scheduler held here comes with one, from five on', () => {
  const settled = (actual: number): Settled => ({ of: 'wait', kind: 'test_only', planned: 600, actual });
  const pastForecasts = [100, 600, 650, 700, 2_000].map(settled);
  const testOnlyStartMs = nowMs + 3_600_000;
  expect(ask({ testOnlyStartMs, pastForecasts }).basis).toContain(
    'that Slurm itself plans (3 of 5 such plans held here)',
  );
  expect(ask({ testOnlyStartMs, pastForecasts: pastForecasts.slice(1) }).basis).not.toContain('such plans');
});

test('what the scheduler would start at once takes no less than if it is known to be free', () => {
  const forecast = ask({ testOnlyStartMs: nowMs });
  expect(forecast).toMatchObject({ kind: 'test_only', p50S: 60, p90S: 600 });
  expect(forecast.basis).toMatch(/^less than a minute that Slurm itself plans/);
});

test('why nothing is known is reported in the words given', () => {
  expect(ask({ noWaits: 'this cluster has no accounting' }).basis).toBe('this cluster has no accounting');
});

test('how often forecasts of this kind held comes with it, from five on', () => {
  const settled = (actual: number, kind: string = 'history'): Settled => ({
    of: 'wait',
    kind,
    p50: 5,
    p90: 10,
    actual,
  });
  const waits = history(60, () => 10);
  const five = [1, 2, 3, 11, 10].map((actual) => settled(actual));
  expect(ask({ waits, pastForecasts: [...five, settled(99, 'now')] }).hitRate).toEqual({ held: 4, of: 5 });
  expect(ask({ waits, pastForecasts: five.slice(1) }).hitRate).toBeUndefined();
});
