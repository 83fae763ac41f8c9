import fc from 'fast-check';
import { expect, test } from 'vitest';
import { estimateTimeLeft, measureRate, type MemberSpan } from './time-left.ts';

const MINUTE = 60_000;
const NOW = 1_000 * MINUTE;

const time = fc.option(fc.integer({ min: -NOW, max: 2 * NOW }), { nil: undefined });
const member: fc.Arbitrary<MemberSpan> = fc.record({
  status: fc.constantFrom('created', 'queued', 'running', 'completed', 'failed', 'cancelled'),
  startedMs: time,
  endedMs: time,
});

test('the time left and the rate are finite and never negative, whatever the clocks of the hosts say', () => {
  fc.assert(
    fc.property(fc.array(member, { maxLength: 20 }), (members) => {
      for (const number of [estimateTimeLeft(members, NOW) ?? 0, measureRate(members, NOW) ?? 0]) {
        expect(Number.isFinite(number)).toBe(true);
        expect(number).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});

test('there is no estimate before a member has completed', () => {
  fc.assert(
    fc.property(fc.array(member), (members) => {
      const open = members.filter(({ status }) => status !== 'completed');
      expect(estimateTimeLeft(open, NOW)).toBeUndefined();
    }),
  );
});

/** A sweep on a number of places, each of which runs one member of this length after the other, as it is at a time. */
function queue(
  count: number,
  places: number,
  lengthMs: number,
  atMs: number,
): { members: MemberSpan[]; endMs: number } {
  const members = Array.from({ length: count }, (_, i): MemberSpan => {
    const startedMs = Math.floor(i / places) * lengthMs;
    if (startedMs > atMs) return { status: 'queued' };
    const endedMs = startedMs + lengthMs;
    return endedMs > atMs ? { status: 'running', startedMs } : { status: 'completed', startedMs, endedMs };
  });
  return { members, endMs: Math.ceil(count / places) * lengthMs };
}

test('with members of equal length on any number of places, the estimate is wrong by less than one length', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 60 }),
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1_000, max: NOW }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (count, places, lengthMs, part) => {
        const rounds = Math.ceil(count / places);
        fc.pre(rounds > 1);
        // After the first round, and before the end.
        const atMs = lengthMs + Math.floor(part * ((rounds - 1) * lengthMs - 1));
        const { members, endMs } = queue(count, places, lengthMs, atMs);
        const left = estimateTimeLeft(members, atMs) ?? NaN;
        expect(Math.abs(left - (endMs - atMs))).toBeLessThanOrEqual(lengthMs);
      },
    ),
  );
});

test('a member that runs for longer than the mean is expected to take as long as those that did', () => {
  const done = [10, 10, 40].map((m): MemberSpan => ({ status: 'completed', startedMs: 0, endedMs: m * MINUTE }));
  const running = (minutes: number): MemberSpan => ({ status: 'running', startedMs: NOW - minutes * MINUTE });
  expect(estimateTimeLeft([...done, running(5)], NOW)).toBe(15 * MINUTE);
  expect(estimateTimeLeft([...done, running(30)], NOW)).toBe(10 * MINUTE);
});

test('there is no estimate while a member runs for longer than any that completed', () => {
  const done = [2, 3].map((seconds): MemberSpan => ({ status: 'completed', startedMs: 0, endedMs: seconds * 1_000 }));
  const running: MemberSpan = { status: 'running', startedMs: NOW - 8 * MINUTE };
  const queued = Array.from({ length: 4 }, (): MemberSpan => ({ status: 'queued' }));
  expect(estimateTimeLeft([...done, running], NOW)).toBeUndefined();
  expect(estimateTimeLeft([...done, running, ...queued], NOW)).toBeUndefined();
  expect(estimateTimeLeft([...done, { ...running, startedMs: NOW }, ...queued], NOW)).toBe(12_500);
});

test('there is no estimate while all that is left waits in the queue', () => {
  const done: MemberSpan = { status: 'completed', startedMs: 0, endedMs: 10 * MINUTE };
  expect(estimateTimeLeft([done, { status: 'queued' }], NOW)).toBeUndefined();
  // A moment after the last one ended, the next one is expected to start.
  expect(estimateTimeLeft([done, { status: 'queued' }], 11 * MINUTE)).toBe(10 * MINUTE);
});

test('the rate counts only the time in which something ran', () => {
  const span = (startedMs: number, endedMs: number): MemberSpan => ({ status: 'completed', startedMs, endedMs });
  const members = [span(0, 30 * MINUTE), span(0, 30 * MINUTE), span(500 * MINUTE, 530 * MINUTE)];
  expect(measureRate(members, NOW)).toBe(3);
  expect(measureRate([{ status: 'queued' }], NOW)).toBeUndefined();
});
