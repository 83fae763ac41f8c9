import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { computeCoverage } from './coverage.ts';
import type { PastWait } from '../../core/cluster/past-wait.ts';
import { selectFirstOfEach } from './waiting-job.ts';
import { listMoments } from './queue.ts';
import { replayWaits } from './replay.ts';

const MINUTE_MS = 60_000;

/** Park and Miller's generator: 0 to 1, the same each time. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** One job each minute; what it waits, by its position. */
function queue(count: number, waitS: (i: number) => number): PastWait[] {
  return Array.from({ length: count }, (_, i) => {
    const eligibleMs = i * MINUTE_MS;
    return { eligibleMs, startMs: eligibleMs + 1000 * waitS(i) };
  });
}

const endOf = (waits: readonly PastWait[]): number => waits.length * MINUTE_MS + 1e9;

describe('what is claimed is covered, within 3 points', () => {
  const cases: readonly [string, (random: () => number, i: number) => number][] = [
    ['when waits are long and short by chance', (random) => -600 * Math.log(random())],
    ['when they have a heavy tail', (random) => 10 * random() ** -1.2],
    ['when the queue gets ten times longer in the middle', (random, i) => (i < 1_500 ? 60 : 600) * random()],
    ['when they rise and fall', (random, i) => 300 * (1.2 + Math.sin(i / 60)) * (0.5 + random())],
  ];
  test.each(cases)('%s', (_name, waitOf) => {
    const random = randomFrom(42);
    const waits = queue(3_000, (i) => waitOf(random, i));
    for (const q of [0.5, 0.75, 0.9, 0.95]) {
      const covered = computeCoverage(replayWaits(waits, q, endOf(waits)).replayed)?.covered ?? 0;
      expect(Math.abs(covered - q), `p${100 * q}: ${covered}`).toBeLessThanOrEqual(0.03);
    }
  });
});

test('whole seconds and waits of none: the share of ties that belongs below the quantile counts', () => {
  const random = randomFrom(3);
  const waits = queue(3_000, () => (random() < 0.8 ? 0 : Math.ceil(20 * random())));
  const half = computeCoverage(replayWaits(waits, 0.5, endOf(waits)).replayed);
  expect(half?.covered).toBeGreaterThan(0.75);
  expect(half?.below).toBe(0);
  expect(Math.abs((half?.tiesShared ?? 0) - 0.5)).toBeLessThanOrEqual(0.03);
});

test('a forecast knows nothing of jobs that had not started', () => {
  const seconds = fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 40, maxLength: 90 });
  fc.assert(
    fc.property(seconds, fc.integer({ min: 0, max: 1_000 }), (waitsS, later) => {
      const cut = waitsS.length - 5;
      const waits = queue(waitsS.length, (i) => waitsS[i] ?? 0);
      const cutMs = cut * MINUTE_MS;
      // What starts later than the job at the cut comes may be anything.
      const other = waits.map((past) =>
        (past.startMs ?? 0) < cutMs ? past : { ...past, startMs: (past.startMs ?? 0) + 1000 * later },
      );
      const boundAt = (all: readonly PastWait[]): unknown => replayWaits(all.slice(0, cut), 0.9, cutMs).boundS;
      expect(boundAt(other)).toEqual(boundAt(waits));
    }),
  );
});

test('fewer waits than a bound needs give none', () => {
  const waits = queue(28, () => 5);
  expect(replayWaits(waits, 0.9, endOf(waits))).toMatchObject({ replayed: [], samples: 28 });
  expect(replayWaits(waits, 0.9, endOf(waits)).boundS).toBeUndefined();
  const more = queue(29, () => 5);
  expect(replayWaits(more, 0.9, endOf(more)).boundS).toBe(5);
});

test('five bounds missed in a row: what was before is forgotten', () => {
  const random = randomFrom(5);
  const shorter = queue(140, (i) => (i < 100 ? 50 : 5) * random());
  const longer = queue(140, (i) => (i < 100 ? 5 * random() : i - 90));
  expect(replayWaits(shorter, 0.9, endOf(shorter)).samples).toBe(140);
  const after = replayWaits(longer, 0.9, endOf(longer));
  expect(after.samples).toBeLessThan(80);
  expect(after.boundS).toBeGreaterThan(40);
});

test('jobs that wait still, longer than their bound, raise it before any of them started', () => {
  const before = queue(60, () => 30);
  const nowMs = 120 * MINUTE_MS;
  const stuck = Array.from({ length: 20 }, (_, i): PastWait => ({ eligibleMs: (60 + i) * MINUTE_MS }));
  const waiting = replayWaits([...before, ...stuck], 0.9, nowMs);
  expect(waiting.waiting).toBe(20);
  expect(waiting.boundS).toBeGreaterThan(2_000);
  expect(replayWaits(before, 0.9, nowMs).boundS).toBe(30);
});

describe('a bound is never absurd', () => {
  const longestS = (waits: readonly PastWait[]): number =>
    waits.reduce((most, { eligibleMs, startMs = 0 }) => Math.max(most, (startMs - eligibleMs) / 1000), 0);

  test('it is at most twice the longest wait, however the queue moves', () => {
    const gapsS = fc.array(fc.tuple(fc.nat(2_000), fc.nat(20_000)), { minLength: 80, maxLength: 200 });
    fc.assert(
      fc.property(gapsS, fc.constantFrom(0.5, 0.9, 0.95), (jobs, q) => {
        let atMs = 0;
        const waits = jobs.map(([gapS, waitS]): PastWait => {
          atMs += 1000 * gapS;
          return { eligibleMs: atMs, startMs: atMs + 1000 * waitS };
        });
        const { boundS = 0, replayed } = replayWaits(waits, q, atMs + 1e9);
        const most = 2 * longestS(waits);
        expect(boundS).toBeLessThanOrEqual(most);
        expect(Math.max(0, ...replayed.map((each) => each.boundS))).toBeLessThanOrEqual(most);
      }),
    );
  });

  test('a queue that once drained within a second does not multiply the waits of a longer one', () => {
    // Pairs: one job starts a second after it came, the one behind it waits for half an hour.
    const pairs = Array.from({ length: 100 }, (_, i): PastWait[] => {
      const eligibleMs = i * 60 * MINUTE_MS;
      return [
        { eligibleMs, startMs: eligibleMs + 2_000 },
        { eligibleMs: eligibleMs + 1_000, startMs: eligibleMs + 30 * MINUTE_MS },
      ];
    });
    const nowMs = 100 * 60 * MINUTE_MS;
    const many = Array.from({ length: 50 }, (): PastWait => ({ eligibleMs: nowMs - 1_000, gpus: 8 }));
    const { boundS, waiting } = replayWaits([...pairs.flat(), ...many], 0.9, nowMs);
    expect(waiting).toBe(50);
    expect(boundS).toBeGreaterThan(1_000);
    expect(boundS).toBeLessThanOrEqual(3_600);
  });

  test('jobs that wait now raise it to what they have waited, and no further than twice the longest wait', () => {
    const before = queue(60, () => 1_000);
    const nowMs = 60 * MINUTE_MS + 1_800_000;
    const waiting = Array.from({ length: 150 }, (): PastWait => ({ eligibleMs: 60 * MINUTE_MS }));
    expect(replayWaits([...before, ...waiting], 0.9, nowMs).boundS).toBe(2_000);
    expect(replayWaits([...before, ...waiting], 0.9, nowMs + 1_800_000).boundS).toBe(3_600);
  });
});

test('jobs of one submission count once, by the first', () => {
  const task = (i: number): PastWait => ({ eligibleMs: 0, startMs: 1000 * i, submission: '17' });
  const alone: PastWait = { eligibleMs: 5, startMs: 10 };
  expect(selectFirstOfEach([task(1), task(2), alone, task(3)])).toEqual([task(1), alone]);
});

test('others in the same queue are waited for, and not counted', () => {
  const random = randomFrom(9);
  const small = queue(200, () => 5 * random());
  const nowMs = 300 * MINUTE_MS;
  // Whenever a large job waits, the small ones behind it do, too.
  const mixed = small.map((past, i) => (i % 4 === 1 ? { ...past, startMs: past.eligibleMs + 40_000 } : past));
  const large = small.flatMap(({ eligibleMs }, i): PastWait[] =>
    i % 4 === 1 ? [{ eligibleMs: eligibleMs - 1, startMs: eligibleMs + 30_000 }] : [],
  );
  const all = [...mixed, ...large].toSorted((a, b) => a.eligibleMs - b.eligibleMs);
  const waiting = [...all, { eligibleMs: nowMs - 1 }];
  expect(replayWaits(mixed, 0.5, nowMs, listMoments(all, nowMs))).toMatchObject({ waiting: 0, samples: 150 });
  expect(replayWaits(mixed, 0.5, nowMs, listMoments(all, nowMs)).boundS).toBeLessThan(5);
  expect(replayWaits(mixed, 0.5, nowMs, listMoments(waiting, nowMs)).waiting).toBe(1);
  expect(replayWaits(mixed, 0.5, nowMs, listMoments(waiting, nowMs)).boundS).toBeGreaterThan(5);
});
