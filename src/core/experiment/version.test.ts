import { describe, expect, test } from 'vitest';
import { config, rereadOf } from '../../../test/support/events.ts';
import type { Attempt } from './attempt.ts';
import type { Fact, Facts } from './facts.ts';
import { asToken } from '../ids.ts';
import { listStageStatuses } from './status.ts';
import { getVersionInForce, withVersion } from './version.ts';

function attempt(stage: string, n: number, stamp: string, command?: string, ...facts: Fact[]): Attempt {
  return {
    stage,
    n,
    token: { stamp, value: asToken(`t${n}`) },
    ...(command === undefined ? {} : { fresh: true, version: { stamp, value: rereadOf(command) } }),
    facts: Object.fromEntries(facts.map((fact) => [fact.kind, { stamp, value: fact }])) as Facts,
  };
}

function recordOf(...attempts: Attempt[]): { attempts: Record<string, Attempt> } {
  return { attempts: Object.fromEntries(attempts.map((each) => [`${each.stage}-${each.n}`, each])) };
}

const failed: Fact = { kind: 'ended', atMs: 1, exitCode: 1 };
const refused: Fact = { kind: 'refused', atMs: 1, said: 'no' };

describe('the current version', () => {
  test('does not exist for an experiment that was never retried with --fresh', () => {
    expect(getVersionInForce(recordOf(attempt('train', 1, 'a', undefined, failed)))).toBeUndefined();
  });

  test('is that of the last fresh attempt, whichever stage that is of', () => {
    const record = recordOf(
      attempt('eval', 3, 'b', 'second.py', failed),
      attempt('train', 2, 'c', 'third.py', failed),
      attempt('train', 3, 'd', undefined, failed),
    );
    expect(getVersionInForce(record)?.settings.command).toBe('third.py');
  });

  test('is the one before when the scheduler refuses the fresh attempt', () => {
    const record = recordOf(
      attempt('train', 2, 'b', 'second.py', failed),
      attempt('train', 3, 'c', 'third.py', refused),
    );
    expect(getVersionInForce(record)?.settings.command).toBe('second.py');
  });

  test('is that of a fresh attempt which the scheduler has no room for yet', () => {
    const deferred: Fact = {
      kind: 'deferred',
      atMs: 1,
      why: 'full',
      by: 'ada',
      options: {},
      fresh: true,
      reread: rereadOf('second.py'),
      code: { mode: 'live' },
    };
    const waiting: Attempt = { stage: 'train', n: 2, facts: { deferred: { stamp: 'b', value: deferred } } };
    const record = recordOf(attempt('train', 1, 'a', undefined, failed), waiting);
    expect(getVersionInForce(record)).toMatchObject({ settings: { command: 'second.py' }, code: { mode: 'live' } });
  });

  test('keeps the parameters of the experiment and where they came from', () => {
    const made = {
      ...config,
      origins: { sources: ['command line'], at: { '/params/seed': [0] as const, '/command': [0] as const } },
    };
    const { params, settings, origins } = withVersion(made, rereadOf('second.py'));
    expect(params).toEqual(config.params);
    expect(settings.command).toBe('second.py');
    expect(origins).toEqual({
      sources: ['command line', 'templates/t.yaml'],
      at: { '/params/seed': [0], '/command': [1, 1] },
    });
  });

  test('decides which stages count: one that it no longer has is left out once it has ended', () => {
    const gone = attempt('prepare', 1, 'a', undefined, failed);
    const next = attempt('train', 2, 'b', 'second.py', failed);
    expect(listStageStatuses(recordOf(gone, next)).map(({ stage }) => stage)).toEqual(['train']);
    const running = attempt('prepare', 1, 'a');
    expect(listStageStatuses(recordOf(running, next)).map(({ stage }) => stage)).toEqual(['prepare', 'train']);
  });
});
