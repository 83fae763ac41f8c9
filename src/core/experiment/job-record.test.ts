import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseEnded, parseStarted } from './job-record.ts';

const STARTED = {
  schema: 1,
  exp_id: 'exp',
  key: 'k1',
  stage: 'train',
  attempt: 2,
  token: 'exp-train-abc',
  job_id: '812345_7',
  restart: 1,
  host: 'node7',
  pid: 4242,
  cuda_visible_devices: '0,1',
  nodes: 'node[7-8]',
  cwd: '/home/ann/project',
  started_at: '2026-03-01T12:00:00.250Z',
};

const ENDED = {
  schema: 1,
  job_id: '812345_7',
  restart: 1,
  exit_code: 143,
  signal: 'TERM',
  died_of: 'TERM',
  signals: ['USR1', 'TERM'],
  started_at: '2026-03-01T12:00:00.250Z',
  ended_at: '2026-03-01T12:00:10.750Z',
  duration_s: 10.5,
};

test('the record of a start gives the fact that an attempt is running', () => {
  expect(parseStarted(JSON.stringify(STARTED))).toEqual({
    kind: 'record',
    record: {
      expId: 'exp',
      key: 'k1',
      stage: 'train',
      attempt: 2,
      token: 'exp-train-abc',
      jobId: '812345_7',
      restart: 1,
      host: 'node7',
      pid: 4242,
      cudaVisibleDevices: '0,1',
      nodes: 'node[7-8]',
      cwd: '/home/ann/project',
      startedMs: Date.UTC(2026, 2, 1, 12, 0, 0, 250),
    },
    fact: {
      kind: 'started',
      atMs: Date.UTC(2026, 2, 1, 12, 0, 0, 250),
      host: 'node7',
      nodes: 'node[7-8]',
      job: '812345_7',
      gpus: '0,1',
    },
  });
});

test('a job record says what a program resumed from, or that it started from the beginning', () => {
  const record = (checkpoint: unknown) => {
    const parsed = parseStarted(JSON.stringify({ ...STARTED, checkpoint }));
    return parsed.kind === 'record' ? parsed.record.checkpoint : parsed;
  };
  expect(record('/a/step "5"')).toBe('/a/step "5"');
  expect([record(null), record(undefined)]).toEqual([undefined, undefined]);
  expect(record(5)).toMatchObject({ kind: 'unreadable' });
});

test('an attempt that went back into the queue at its time limit says so', () => {
  const record = (more: object) => {
    const parsed = parseEnded(JSON.stringify({ ...ENDED, ...more }));
    return parsed.kind === 'record' ? parsed.record : parsed;
  };
  expect(record({ cause: 'timeout', requeued: true })).toMatchObject({ cause: 'timeout', requeued: true });
  for (const requeued of [false, null, 'true']) expect(record({ requeued })).not.toHaveProperty('requeued');
});

test.each([null, ''])('a job without GPUs has none in its fact: %j', (cuda) => {
  const parsed = parseStarted(JSON.stringify({ ...STARTED, cuda_visible_devices: cuda }));
  expect(parsed).toMatchObject({ kind: 'record', fact: { kind: 'started' } });
  expect(parsed.kind === 'record' && 'gpus' in parsed.fact).toBe(false);
});

test('one of several programs of a job has its place among them in its record', () => {
  expect(parseStarted(JSON.stringify({ ...STARTED, pack: { slot: 2, of: 4 } }))).toMatchObject({
    record: { pack: { slot: 2, of: 4 } },
  });
  expect(parseStarted(JSON.stringify({ ...STARTED, pack: 4 }))).toEqual({
    kind: 'unreadable',
    why: 'its field pack is 4, not a map',
  });
});

test('the record of an end says why the job itself ended the program; causes unknown here are let pass', () => {
  for (const cause of ['dependency', 'timeout', 'host_oom'])
    expect(parseEnded(JSON.stringify({ ...ENDED, cause }))).toMatchObject({ record: { cause }, fact: { cause } });
  for (const cause of ['solar_flare', null]) {
    const parsed = parseEnded(JSON.stringify({ ...ENDED, cause }));
    expect(parsed.kind === 'record' && ('cause' in parsed.record || 'cause' in parsed.fact)).toBe(false);
  }
});

test('the record of an end gives status, signal and time', () => {
  expect(parseEnded(JSON.stringify(ENDED))).toEqual({
    kind: 'record',
    record: {
      exitCode: 143,
      signal: 'TERM',
      diedOf: 'TERM',
      startedMs: Date.UTC(2026, 2, 1, 12, 0, 0, 250),
      endedMs: Date.UTC(2026, 2, 1, 12, 0, 10, 750),
      durationS: 10.5,
    },
    fact: { kind: 'ended', atMs: Date.UTC(2026, 2, 1, 12, 0, 10, 750), exitCode: 143, signal: 'TERM' },
  });
});

test('a file that is not there is no damage', () => {
  expect(parseStarted(undefined)).toEqual({ kind: 'absent' });
  expect(parseEnded(undefined)).toEqual({ kind: 'absent' });
});

test.each([
  ['', 'the file is empty'],
  ['\0\0\0\0', 'the file is not whole JSON (4 characters)'],
  ['[1]', 'the file does not hold a JSON object'],
  ['{}', 'its schema is null, and this sheaf reads schema 1'],
  [JSON.stringify({ ...ENDED, schema: 2 }), 'its schema is 2, and this sheaf reads schema 1'],
  [JSON.stringify({ ...ENDED, exit_code: -1 }), 'its field exit_code is -1, not a whole number up to 255'],
  [JSON.stringify({ ...ENDED, exit_code: 256 }), 'its field exit_code is 256, not a whole number up to 255'],
  [JSON.stringify({ ...ENDED, signal: 15 }), 'its field signal is 15, not a text'],
  [JSON.stringify({ ...ENDED, ended_at: 'noon' }), 'its field ended_at is "noon", not a time'],
])('what cannot be read says why: %s', (text, why) => {
  expect(parseEnded(text)).toEqual({ kind: 'unreadable', why });
});

test('a record cut off anywhere is unreadable, never half a record', () => {
  const [started, ended] = [JSON.stringify(STARTED), JSON.stringify(ENDED)];
  for (let length = 0; length < started.length; length += 1) {
    expect(parseStarted(started.slice(0, length)).kind).toBe('unreadable');
  }
  for (let length = 0; length < ended.length; length += 1) {
    expect(parseEnded(ended.slice(0, length)).kind).toBe('unreadable');
  }
});

test('no text makes reading throw', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.json().map((json) => `{"schema":1,"exit_code":${json}}`),
      ),
      (text) => {
        expect(['unreadable', 'record']).toContain(parseEnded(text).kind);
        expect(['unreadable', 'record']).toContain(parseStarted(text).kind);
      },
    ),
  );
});
