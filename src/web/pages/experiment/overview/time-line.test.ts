import { expect, test } from 'vitest';
import type { AttemptJson } from '../../../../json/index.ts';
import { layOutAttempts } from './time-line.ts';

const NOW = Date.parse('2026-12-01T16:00:00Z');

const ATTEMPT: AttemptJson = {
  stage: 'train',
  attempt: 1,
  fresh: false,
  resumed_from: null,
  code: null,
  status: 'queued',
  cause: null,
  job: null,
  host: null,
  gpus: null,
  exit_code: null,
  submitted_at: null,
  started_at: null,
  ended_at: null,
  said: null,
  diagnosis: null,
  advised: null,
  limits: null,
  folder: null,
};

test('attempts are laid out over the time from the first submission until now', () => {
  const { range, rows } = layOutAttempts(
    [
      {
        ...ATTEMPT,
        status: 'failed',
        cause: 'preempted',
        submitted_at: '2026-12-01T12:00:00Z',
        started_at: '2026-12-01T13:00:00Z',
        ended_at: '2026-12-01T14:00:00Z',
      },
      {
        ...ATTEMPT,
        attempt: 2,
        status: 'running',
        submitted_at: '2026-12-01T14:00:00Z',
        started_at: '2026-12-01T15:00:00Z',
        resumed_from: 'ck/step_18000.pt',
      },
    ],
    NOW,
  );
  expect(range).toEqual([Date.parse('2026-12-01T12:00:00Z'), NOW]);
  expect(rows).toEqual([
    {
      name: 'train-1',
      status: 'failed',
      pieces: [
        { kind: 'queued', from: 0, to: 0.25 },
        { kind: 'ran', from: 0.25, to: 0.5 },
      ],
      words: 'queued 1h 00m, ran 1h 00m, failed: preempted',
    },
    {
      name: 'train-2',
      status: 'running',
      pieces: [
        { kind: 'queued', from: 0.5, to: 0.75 },
        { kind: 'running', from: 0.75, to: 1 },
      ],
      words: 'queued 1h 00m, resumed from step_18000.pt, running for 1h 00m',
    },
  ]);
});

test('an attempt that waits has waited until now, and says why', () => {
  const waiting = { ...ATTEMPT, submitted_at: '2026-12-01T15:00:00Z', said: 'Resources' };
  expect(layOutAttempts([waiting], NOW).rows).toEqual([
    {
      name: 'train-1',
      status: 'queued',
      pieces: [{ kind: 'queued', from: 0, to: 1 }],
      words: 'queued 1h 00m, Resources',
    },
  ]);
});

test('attempts without times still have their words', () => {
  const { range, rows } = layOutAttempts([{ ...ATTEMPT, status: 'cancelled' }], NOW);
  expect(range).toBeUndefined();
  expect(rows).toEqual([{ name: 'train-1', status: 'cancelled', pieces: [], words: 'cancelled' }]);
});
