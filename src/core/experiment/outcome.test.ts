import { describe, expect, test } from 'vitest';
import { getAttemptOutcome } from './outcome.ts';
import { mergeFact, type Fact, type Facts } from './facts.ts';

/** What an attempt has come to after these facts, told one after the other. */
function outcome(...facts: Fact[]): ReturnType<typeof getAttemptOutcome> {
  const merged = facts.reduce<Facts>((known, fact, i) => mergeFact(known, fact, `s${String(i).padStart(3, '0')}`), {});
  return getAttemptOutcome({ stage: 'train', n: 1, facts: merged });
}

const pending: Fact = { kind: 'queue', state: 'pending', atMs: 10, reason: 'Priority' };
const running: Fact = { kind: 'queue', state: 'running', atMs: 20 };
const started: Fact = { kind: 'started', atMs: 21, host: 'gn01', job: '7' };
const endedWell: Fact = { kind: 'ended', atMs: 30, exitCode: 0 };
const endedBadly: Fact = { kind: 'ended', atMs: 30, exitCode: 3 };
const cancel: Fact = { kind: 'cancel', atMs: 25, by: 'ada' };
const unseen: Fact = { kind: 'unseen', atMs: 40 };
const lost: Fact = { kind: 'lost', atMs: 200, sinceMs: 40 };
const accounted = (state: 'completed' | 'failed' | 'timeout' | 'node_fail' | 'out_of_memory' | 'cancelled'): Fact => ({
  kind: 'accounted',
  state,
  atMs: 31,
});

describe('what an attempt has come to', () => {
  test('an attempt that was submitted, with no further facts, is queued', () => {
    expect(outcome()).toEqual({ status: 'queued' });
  });

  test('in the queue: queued, with the reason', () => {
    expect(outcome(pending)).toEqual({ status: 'queued', reason: 'Priority' });
  });

  test('an attempt that was seen running, or recorded its start, is running', () => {
    expect(outcome(pending, running).status).toBe('running');
    expect(outcome(started, pending).status).toBe('running');
  });

  test('its own record of exit code 0 decides, whatever the scheduler says before or after', () => {
    for (const state of ['failed', 'timeout', 'node_fail', 'cancelled'] as const) {
      expect(outcome(started, accounted(state), endedWell).status).toBe('completed');
      expect(outcome(started, endedWell, accounted(state)).status).toBe('completed');
    }
    expect(outcome(endedWell, lost).status).toBe('completed');
  });

  test('exit code 0 after a signal does not decide: the scheduler knows whether it was a time-out', () => {
    expect(outcome(started, { ...endedWell, signal: 'TERM' }, accounted('timeout'))).toMatchObject({
      status: 'failed',
      cause: 'timeout',
      exitCode: 0,
    });
  });

  test('a program that failed in a script that went on has failed', () => {
    expect(outcome(started, endedBadly, accounted('completed'))).toMatchObject({ status: 'failed', exitCode: 3 });
  });

  test('why the job itself ended one of its programs, or did not run it, outweighs the outcome of the job', () => {
    for (const cause of ['dependency', 'timeout', 'host_oom'] as const) {
      expect(outcome({ ...endedBadly, cause })).toMatchObject({ status: 'failed', cause });
      expect(outcome({ ...endedWell, cause }, accounted('completed'))).toMatchObject({ status: 'failed', cause });
      expect(outcome({ ...endedBadly, cause }, accounted('failed'))).toMatchObject({ status: 'failed', cause });
      expect(outcome(cancel, { ...endedBadly, cause }).status).toBe('cancelled');
    }
  });

  test('an attempt that was stopped is stopped, whatever the scheduler says of its job even if someone cancelled it then', () => {
    const stopped: Fact = { ...endedBadly, cause: 'stopped', reason: 'rung 9: lost' };
    for (const others of [[], [accounted('failed')], [cancel, accounted('cancelled')]]) {
      expect(outcome(started, stopped, ...others)).toMatchObject({ status: 'stopped', said: 'rung 9: lost' });
    }
    const unstarted: Fact = { kind: 'given_up', atMs: 26, why: 'rung 9: lost', stopped: true };
    for (const others of [[], [pending], [accounted('cancelled')]]) {
      expect(outcome(unstarted, ...others)).toEqual({ status: 'stopped', endedMs: 26, said: 'rung 9: lost' });
    }
    expect(outcome({ kind: 'given_up', atMs: 26, why: 'no job' })).toMatchObject({ status: 'failed', cause: 'launch' });
  });

  test('the causes of the scheduler are kept apart', () => {
    expect(outcome(accounted('timeout'))).toMatchObject({ cause: 'timeout' });
    expect(outcome(accounted('node_fail'))).toMatchObject({ cause: 'node_fail' });
    expect(outcome(accounted('out_of_memory'))).toMatchObject({ cause: 'host_oom' });
    expect(outcome(endedBadly)).toMatchObject({ cause: 'exit_code', exitCode: 3 });
  });

  test('what its log says of a program that ended by itself refines the cause', () => {
    const diagnosed = (cause?: 'gpu_oom' | 'host_oom' | 'launch', of: 'exit_code' | 'timeout' = 'exit_code'): Fact => ({
      kind: 'diagnosed',
      atMs: 40,
      of,
      code: 'x',
      says: 'no room',
      ...(cause && { cause }),
    });
    expect(outcome(endedBadly, diagnosed('gpu_oom'))).toMatchObject({
      status: 'failed',
      cause: 'gpu_oom',
      exitCode: 3,
    });
    expect(outcome(diagnosed('gpu_oom'), endedBadly)).toMatchObject({
      cause: 'gpu_oom',
      diagnosis: { says: 'no room' },
    });
    expect(outcome(endedBadly, diagnosed())).toMatchObject({ cause: 'exit_code', diagnosis: { says: 'no room' } });
    expect(outcome(endedBadly, diagnosed('host_oom'), diagnosed('launch'))).toMatchObject({ cause: 'launch' });
  });

  test('a diagnosis never outweighs why a job was ended, nor that it completed, was cancelled or goes on', () => {
    const told: Fact = { kind: 'diagnosed', atMs: 40, of: 'exit_code', code: 'x', cause: 'gpu_oom', says: 'no room' };
    for (const state of ['timeout', 'node_fail', 'out_of_memory'] as const) {
      expect(outcome(accounted(state), told)).toEqual(outcome(accounted(state)));
    }
    expect(outcome(accounted('timeout'), { ...told, of: 'timeout' })).toMatchObject({
      cause: 'timeout',
      diagnosis: { says: 'no room' },
    });
    expect(outcome(endedWell, told)).toEqual(outcome(endedWell));
    expect(outcome(cancel, accounted('failed'), told).status).toBe('cancelled');
    expect(outcome(started, told)).toEqual(outcome(started));
  });

  test('ended badly after someone asked for its end: cancelled', () => {
    expect(outcome(started, cancel, { ...endedBadly, signal: 'TERM' }).status).toBe('cancelled');
    expect(outcome(started, cancel, { ...endedBadly, exitCode: 143 }).status).toBe('cancelled');
  });

  test('ended by itself before the wish to cancel it reached it: failed', () => {
    expect(outcome(started, cancel, endedBadly).status).toBe('failed');
    expect(outcome(started, cancel, endedBadly, accounted('failed')).status).toBe('failed');
    expect(outcome(started, cancel, accounted('failed')).status).toBe('cancelled');
  });

  test('what went back into the queue did so, whatever became of what came after it', () => {
    const requeued: Fact = { kind: 'ended', atMs: 30, exitCode: 0, cause: 'timeout', requeued: true };
    expect(outcome(started, requeued, { ...cancel, atMs: 60 })).toMatchObject({ status: 'failed', cause: 'timeout' });
  });

  test('an attempt that is missing from the queue is not lost: it keeps its last status, with since when', () => {
    expect(outcome(started, unseen)).toMatchObject({ status: 'running', unseenSinceMs: 40 });
    expect(outcome(pending, unseen)).toMatchObject({ status: 'queued', unseenSinceMs: 40 });
  });

  test('"lost" is corrected by a later poll and by the record of the job', () => {
    expect(outcome(started, lost)).toMatchObject({ status: 'failed', cause: 'lost' });
    expect(outcome(started, lost, running).status).toBe('running');
    expect(outcome(started, lost, endedWell).status).toBe('completed');
  });

  test('a task cancelled while it waited, of which no trace is left, is cancelled and not lost', () => {
    expect(outcome(pending, cancel, lost).status).toBe('cancelled');
  });

  test('what the scheduler refused never counts', () => {
    expect(outcome({ kind: 'refused', atMs: 1, said: 'Invalid account' }).status).toBe('void');
  });

  test('an attempt given up failed at launch, unless a job ran it after all', () => {
    const givenUp: Fact = { kind: 'given_up', atMs: 5, why: 'the command died' };
    expect(outcome(givenUp)).toMatchObject({ status: 'failed', cause: 'launch' });
    expect(outcome(givenUp, endedWell).status).toBe('completed');
  });
});
