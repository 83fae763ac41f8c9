import { expect, test } from 'vitest';
import type { AccountedState } from './facts.ts';
import type { Attempt } from './attempt.ts';
import { getExperimentStatus } from './status.ts';

function ended(stage: string, state: AccountedState): Attempt {
  const value = { kind: 'accounted', state, atMs: 1, exitCode: 3 } as const;
  return { stage, n: 1, facts: { accounted: { stamp: '1', value } } };
}

function statusOf(attempts: readonly Attempt[]): ReturnType<typeof getExperimentStatus> {
  return getExperimentStatus({ attempts: Object.fromEntries(attempts.map((attempt) => [attempt.stage, attempt])) });
}

test('the stage that failed decides, not the one that waited for it', () => {
  const status = statusOf([ended('eval', 'dependency'), ended('train', 'failed')]);
  expect(status).toMatchObject({ status: 'failed', cause: 'exit_code', stage: { stage: 'train' } });
});

test('an experiment whose training was cancelled is cancelled, though its evaluation could not start', () => {
  expect(statusOf([ended('eval', 'dependency'), ended('train', 'cancelled')])).toMatchObject({ status: 'cancelled' });
});

test('an experiment whose dependency failed has failed', () => {
  const status = statusOf([ended('eval', 'dependency'), ended('train', 'completed')]);
  expect(status).toMatchObject({ status: 'failed', cause: 'dependency', stage: { stage: 'eval' } });
});
