import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeRandomNumbers } from '../../core/stats/random-numbers.ts';
import type { PastWait } from '../../core/cluster/past-wait.ts';
import { judgeBounds, type JudgedBounds } from './judge-bounds.ts';
import { QUANTILES } from './quantiles.ts';
import { replayWaits, type Replay } from './replay.ts';

const MINUTE_MS = 60_000;

/** One job each minute; what it waits, by its position. */
function queue(count: number, waitS: (i: number) => number): PastWait[] {
  return Array.from({ length: count }, (_, i) => {
    const eligibleMs = i * MINUTE_MS;
    return { eligibleMs, startMs: eligibleMs + 1000 * waitS(i), gpus: 1 };
  });
}

const endOf = (waits: readonly PastWait[]): number =>
  waits.reduce((end, { eligibleMs, startMs = eligibleMs }) => Math.max(end, startMs), 0) + 1;

function judge({ replayed }: Replay, quantile: number): JudgedBounds | undefined {
  return judgeBounds(
    replayed.map(({ waitS, boundsS }) => ({ waitS, boundS: boundsS[quantile] ?? 0 })),
    QUANTILES[quantile] ?? 0,
  );
}

/** Any queue: jobs that come together or apart, of different sizes, some of which wait still. */
const anyQueue = fc
  .array(
    fc.record({
      gapS: fc.oneof(fc.constant(0), fc.nat(20_000)),
      waitS: fc.option(fc.oneof(fc.constant(0), fc.nat(500), fc.nat(200_000)), { freq: 20 }),
      gpus: fc.option(fc.nat(70)),
      timeLimitS: fc.option(fc.nat(1_000_000)),
      submission: fc.option(fc.constantFrom('a', 'b', 'c'), { freq: 3 }),
    }),
    { minLength: 60, maxLength: 160 },
  )
  .map((jobs) => {
    let atMs = 0;
    return jobs.map(({ gapS, waitS, gpus, timeLimitS, submission }): PastWait => {
      atMs += 1000 * gapS;
      return {
        eligibleMs: atMs,
        ...(waitS === null ? {} : { startMs: atMs + 1000 * waitS }),
        ...(gpus === null ? {} : { gpus }),
        ...(timeLimitS === null ? {} : { timeLimitS }),
        ...(submission === null ? {} : { submission }),
      };
    });
  });

const anyJob = fc.record({ gpus: fc.nat(200), timeLimitS: fc.nat(1_000_000) });

function listBounds(waits: readonly PastWait[], nowMs: number, job: { gpus: number; timeLimitS: number }): number[][] {
  const { replayed, predict } = replayWaits(waits, nowMs);
  return [...replayed.map(({ boundsS }) => [...boundsS]), [...(predict(job)?.boundsS ?? [])]];
}

describe('whatever the queue does, bounds', () => {
  test('are finite, never negative, and never less for a larger share', () => {
    fc.assert(
      fc.property(anyQueue, anyJob, (waits, job) => {
        for (const bounds of listBounds(waits, endOf(waits), job)) {
          expect(bounds.every((bound) => Number.isFinite(bound) && bound >= 0)).toBe(true);
          expect(bounds).toEqual(bounds.toSorted((a, b) => a - b));
        }
      }),
    );
  });

  test('do not depend on the order in which jobs are listed', () => {
    fc.assert(
      fc.property(anyQueue, anyJob, fc.nat(1_000), (waits, job, seed) => {
        const random = makeRandomNumbers(seed);
        const mixed = waits
          .map((past) => ({ past, at: random() }))
          .toSorted((a, b) => a.at - b.at)
          .map(({ past }) => past);
        expect(listBounds(mixed, endOf(waits), job)).toEqual(listBounds(waits, endOf(waits), job));
      }),
    );
  });

  test('know nothing of what had not happened: later starts and later jobs may be anything', () => {
    fc.assert(
      fc.property(anyQueue, anyJob, fc.nat(100_000), (waits, job, laterS) => {
        const cutMs = waits[waits.length - 20]?.eligibleMs ?? 0;
        const atCut = (all: readonly PastWait[]): unknown => [
          replayWaits(
            all.filter(({ eligibleMs }) => eligibleMs < cutMs),
            cutMs,
          ).predict(job),
          // Those that started before the cut are judged in both.
          replayWaits(all, endOf(all))
            .replayed.filter(({ past }) => (past.startMs ?? 0) < cutMs)
            .map(({ boundsS }) => boundsS),
        ];
        const others = waits.map((past) => {
          const { startMs } = past;
          return startMs === undefined || startMs < cutMs ? past : { ...past, startMs: startMs + 1000 * laterS };
        });
        expect(atCut(others)).toEqual(atCut(waits));
      }),
    );
  });

  test('are at most twice the longest wait, or what a job that still waits has waited', () => {
    fc.assert(
      fc.property(anyQueue, anyJob, (waits, job) => {
        const nowMs = endOf(waits);
        const longestS = waits.reduce(
          (most, { eligibleMs, startMs = nowMs }) => Math.max(most, (startMs - eligibleMs) / 1000),
          0,
        );
        for (const bounds of listBounds(waits, nowMs, job)) {
          expect(Math.max(0, ...bounds)).toBeLessThanOrEqual(Math.ceil(2 * longestS));
        }
      }),
    );
  });
});

describe('what is claimed is covered, within 3 points', () => {
  const cases: readonly [string, (random: () => number, i: number) => number][] = [
    ['if waits are long and short by chance', (random) => -600 * Math.log(random())],
    ['if they have a heavy tail', (random) => 10 * random() ** -1.2],
    ['if the queue gets ten times longer in the middle', (random, i) => (i < 1_500 ? 60 : 600) * random()],
    ['if they rise and fall', (random, i) => 300 * (1.2 + Math.sin(i / 60)) * (0.5 + random())],
    ['if four of five do not wait', (random) => (random() < 0.8 ? 0 : Math.ceil(20 * random()))],
  ];
  test.each(cases)('%s', (_name, waitOf) => {
    const random = makeRandomNumbers(42);
    const waits = queue(3_000, (i) => waitOf(random, i));
    const replay = replayWaits(waits, endOf(waits));
    for (const [quantile, q] of QUANTILES.entries()) {
      const { covered = 0, below = 1 } = judge(replay, quantile) ?? {};
      expect(covered, `p${100 * q}`).toBeGreaterThanOrEqual(q - 0.03);
      expect(below, `p${100 * q}`).toBeLessThanOrEqual(q + 0.03);
    }
  });
});

test('the size of a job counts, if large jobs wait longer', () => {
  const random = makeRandomNumbers(9);
  const sizes = [1, 8];
  const waits = queue(1_000, () => 0).map(({ eligibleMs }, i): PastWait => {
    const gpus = sizes[i % 2] ?? 1;
    return { eligibleMs, gpus, startMs: eligibleMs + 1000 * Math.ceil(600 * gpus * (0.5 + random())) };
  });
  const { predict } = replayWaits(waits, endOf(waits));
  const [small, large] = sizes.map((gpus) => predict({ gpus })?.boundsS ?? [0, 0, 0, 0]);
  expect(large?.[0]).toBeGreaterThan(3 * (small?.[0] ?? 0));
});

test('fewer waits than bounds need give none', () => {
  const few = queue(28, () => 5);
  expect(replayWaits(few, endOf(few))).toMatchObject({ replayed: [], known: 28 });
  expect(replayWaits(few, endOf(few)).predict({ gpus: 1 })).toBeUndefined();
  const more = queue(29, () => 5);
  expect(replayWaits(more, endOf(more)).predict({ gpus: 1 })).toMatchObject({ samples: 29 });
});

test('if all waits were equal, that is the p50, and soon all of the bounds', () => {
  const predict = (count: number): readonly number[] => {
    const waits = queue(count, () => 5);
    return replayWaits(waits, endOf(waits)).predict({ gpus: 1 })?.boundsS ?? [];
  };
  expect(predict(29)[0]).toBe(5);
  expect(predict(400)).toEqual([5, 5, 5, 5]);
});

test('jobs that never had to wait say nothing of one that comes behind others', () => {
  const before = queue(60, () => 0);
  const nowMs = endOf(before) + MINUTE_MS;
  expect(replayWaits(before, nowMs).predict({ gpus: 1 })?.boundsS).toEqual([0, 0, 0, 0]);
  const behind = replayWaits([...before, { eligibleMs: nowMs - 1000, gpus: 1 }], nowMs);
  expect(behind).toMatchObject({ waiting: 1, known: 60 });
  expect(behind.predict({ gpus: 1 })).toBeUndefined();
});

test('the upper ends of a short record are wider', () => {
  const random = makeRandomNumbers(3);
  const waits = queue(200, () => Math.ceil(100 * random()));
  const { predict } = replayWaits(waits, endOf(waits));
  const [long, short] = [predict({ gpus: 1 }), predict({ gpus: 1 }, 30)].map((each) => each?.boundsS ?? [0, 0, 0, 0]);
  expect(short?.[0]).toBe(long?.[0]);
  expect(short?.[2]).toBeGreaterThan(long?.[2] ?? Infinity);
});

test('jobs that wait still, longer than was expected, raise the bounds before any of them started', () => {
  const random = makeRandomNumbers(5);
  // Each waits behind the one before it.
  const before = queue(100, () => 61 + Math.ceil(60 * random()));
  const nowMs = 100 * MINUTE_MS + 3_600_000;
  const stuck = Array.from({ length: 60 }, (_, i): PastWait => ({ eligibleMs: (100 + i / 10) * MINUTE_MS, gpus: 1 }));
  const p90 = (waits: readonly PastWait[]): number => replayWaits(waits, nowMs).predict({ gpus: 1 })?.boundsS[2] ?? 0;
  expect(p90([...before, ...stuck])).toBeGreaterThan(1_000);
  expect(p90(before)).toBeLessThan(250);
});

test('of one submission the first counts, and all of it is in the queue', () => {
  const array = Array.from({ length: 40 }, (_, i): PastWait => ({
    eligibleMs: 0,
    startMs: 1000 * i,
    submission: '17',
  }));
  expect(replayWaits(array, 20_000)).toMatchObject({ known: 1, waiting: 20 });
});
