import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asToken } from '../../../core/ids.ts';
import type { LocalJob } from './job-file.ts';
import { replayJobLog, type JobLogEntry, type TaskLine, type TaskStates } from './job-log.ts';

const JOB: LocalJob = {
  schema: 1,
  token: asToken('t'),
  submittedMs: 0,
  cwd: '/',
  outputFolder: '/',
  cpus: 1,
  gpus: 0,
  held: true,
  after: [],
};

const START: TaskLine = { t: 'start', i: 0, at: 10, boot: 'b', cpus: 1, gpus: ['0'] };
const taskStates = (job: LocalJob, log: string): TaskStates => replayJobLog(job, log).states;
const text = (...lines: readonly JobLogEntry[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join('');
const stateAfter = (...lines: readonly JobLogEntry[]) => taskStates(JOB, text(...lines)).get(0);

test('a job begins as it was submitted, and each of its tasks by itself', () => {
  expect(taskStates(JOB, '')).toEqual(new Map([[0, { kind: 'pending', held: true }]]));
  const array = { ...JOB, held: false, indices: [2, 4] };
  expect(taskStates(array, text({ ...START, i: 4 })).get(2)).toEqual({ kind: 'pending', held: false });
  expect(taskStates(array, text({ ...START, i: 4 })).get(4)).toMatchObject({ kind: 'running' });
});

test('the log says how a task ended', () => {
  expect(stateAfter({ t: 'hold', i: 0, at: 5, held: false })).toEqual({ kind: 'pending', held: false });
  expect(stateAfter(START)).toEqual({ kind: 'running', startedMs: 10, boot: 'b', cpus: 1, gpus: ['0'] });
  expect(stateAfter(START, { t: 'end', i: 0, at: 20, state: 'failed', exit: 3 })).toEqual({
    kind: 'ended',
    startedMs: 10,
    atMs: 20,
    state: 'failed',
    exit: 3,
  });
});

test('a task that goes back into the queue is free there, and its runs are counted', () => {
  const again = { t: 'again', i: 0, at: 15 } as const;
  expect(stateAfter(START, again)).toEqual({ kind: 'pending', held: false, restarts: 1 });
  expect(stateAfter(START, again, { t: 'hold', i: 0, at: 16, held: true })).toEqual({
    kind: 'pending',
    held: true,
    restarts: 1,
  });
  expect(stateAfter(START, again, START, again, START)).toMatchObject({ kind: 'running', restarts: 2 });
  expect(stateAfter(START, { t: 'stop', i: 0, at: 12, why: 'timeout' }, again, START)).not.toHaveProperty('stop');
  expect(stateAfter(again)).toEqual({ kind: 'pending', held: true });
});

test('the first reason to end a task stands, and its end is final', () => {
  const [limit, cancel] = [
    { t: 'stop', i: 0, at: 15, why: 'timeout' },
    { t: 'stop', i: 0, at: 16, why: 'cancelled' },
  ] as const;
  expect(stateAfter(START, limit, cancel)).toMatchObject({ stop: { why: 'timeout', sinceMs: 15 } });
  const end = { t: 'end', i: 0, at: 20, state: 'completed' } as const;
  expect(stateAfter(START, end, { ...end, state: 'lost' }, START)).toMatchObject({ kind: 'ended', state: 'completed' });
});

test('a log that is cut anywhere tells as much as its whole lines', () => {
  const lines: JobLogEntry[] = [
    START,
    { t: 'stop', i: 0, at: 15, why: 'cancelled' },
    { t: 'end', i: 0, at: 20, state: 'cancelled' },
  ];
  const log = text(...lines);
  for (let length = 0; length <= log.length; length += 1) {
    // A line that only lacks its line break is whole.
    const whole = `${log.slice(0, length)}\n`.split('}\n').length - 1;
    expect(taskStates(JOB, log.slice(0, length))).toEqual(taskStates(JOB, text(...lines.slice(0, whole))));
  }
});

test('foreign lines are skipped', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.json())), (foreign) => {
      const log = `${foreign.map((line) => line.replaceAll('\n', ' ')).join('\n')}\n${text(START)}`;
      expect(taskStates(JOB, log).get(0)).toMatchObject({ kind: 'running', startedMs: 10 });
    }),
  );
});

test('the last change of how many tasks run at once replaces the submitted value', () => {
  const array: LocalJob = { ...JOB, indices: [0, 1], maxParallel: 1 };
  const mostAfter = (...lines: readonly JobLogEntry[]) => replayJobLog(array, text(...lines)).job.maxParallel;
  expect(mostAfter(START)).toBe(1);
  expect(mostAfter({ t: 'throttle', at: 1, most: 3 }, START, { t: 'throttle', at: 2, most: 2 })).toBe(2);
  expect(mostAfter({ t: 'throttle', at: 1 })).toBeUndefined();
});
