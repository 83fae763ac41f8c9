import { expect, test } from 'vitest';
import type { StatusLineJson } from '../../json/index.ts';
import { describeStatus, getTimeShare } from './status-words.ts';

const NOW = Date.parse('2026-12-01T14:00:00Z');

const CREATED: StatusLineJson = {
  exp_id: 'run',
  status: 'created',
  cause: null,
  stage: null,
  attempt: null,
  job: null,
  submitted_at: null,
  started_at: null,
  ended_at: null,
  unseen_since: null,
  exit_code: null,
  note: null,
  diagnosis: null,
  time_limit_seconds: null,
  partition: null,
};

test.each<[string, Partial<StatusLineJson>]>([
  ['created, not submitted', {}],
  ['queued for 2h 00m: Resources', { status: 'queued', submitted_at: '2026-12-01T12:00:00Z', note: 'Resources' }],
  [
    'running for 30m of at most 8h 00m',
    { status: 'running', started_at: '2026-12-01T13:30:00Z', time_limit_seconds: 28_800 },
  ],
  ['running', { status: 'running' }],
  [
    'failed after 41m: gpu_oom: out of memory',
    {
      status: 'failed',
      cause: 'gpu_oom',
      note: 'out of memory',
      started_at: '2026-12-01T12:00:00Z',
      ended_at: '2026-12-01T12:41:00Z',
    },
  ],
  ['failed: exit code 3', { status: 'failed', cause: 'exit_code', note: 'exit code 3' }],
  ['cancelled', { status: 'cancelled' }],
])('a status is one sentence: %s', (sentence, line) => {
  expect(describeStatus({ ...CREATED, ...line }, NOW)).toBe(sentence);
});

test('the share of the time limit that a run has used is never more than all of it', () => {
  const running = { ...CREATED, status: 'running', started_at: '2026-12-01T13:00:00Z' } as const;
  expect(getTimeShare({ ...running, time_limit_seconds: 7200 }, NOW)).toBe(0.5);
  expect(getTimeShare({ ...running, time_limit_seconds: 60 }, NOW)).toBe(1);
  expect(getTimeShare(running, NOW)).toBeUndefined();
});
