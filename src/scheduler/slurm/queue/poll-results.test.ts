import { describe, expect, test } from 'vitest';
import { recorded } from '../../../../test/support/recorded-jobs.ts';
import type { AccountedFact, QueuedFact } from '../../../core/experiment/facts.ts';
import { asToken } from '../../../core/ids.ts';
import type { AccountedRun, TaskRef } from '../../scheduler.ts';
import { parseAccounts, type AccountRow } from '../parse/sacct.ts';
import { getAccountedTasks, isEndedByUnknown, getPollResults } from './poll-results.ts';
import { parseQueue, type QueueRow } from '../parse/squeue.ts';

const NOW_MS = 1_795_489_800_000;
const SUBMITTED_MS = 1_795_489_627_000;
const QUEUE = ['squeue-tasks.txt', 'squeue-nodefail.txt', 'squeue-oom.txt', 'squeue-launch.txt'].flatMap((file) =>
  parseQueue(recorded(file)),
);
const ACCOUNTS = ['sacct.txt', 'sacct-nodefail.txt', 'sacct-oom.txt', 'sacct-launch.txt'].flatMap((file) =>
  parseAccounts(recorded(file)),
);

function task(token: string, id: string, index?: number): TaskRef {
  const job = { scheduler: 'slurm:lab', id, uid: 1000, submittedMs: SUBMITTED_MS };
  return { job, token: asToken(token), ...(index === undefined ? {} : { index }) };
}

/** The task of a recorded job, whose token is its name. */
function taskOf(rows: readonly (QueueRow | AccountRow)[], name: string, index?: number): TaskRef {
  const row = rows.find((each) => each.name === name && each.index === index);
  if (row === undefined) throw new Error(`not recorded: ${name}`);
  return task(name, row.id, index);
}

function seen(name: string, index?: number): QueuedFact | AccountedFact | undefined {
  return getPollResults(QUEUE, [taskOf(QUEUE, name, index)], NOW_MS)[0]?.fact;
}

function runs(name: string, index?: number): readonly AccountedRun[] | undefined {
  return getAccountedTasks(ACCOUNTS, [taskOf(ACCOUNTS, name, index)], NOW_MS)[0]?.runs;
}

describe('what the queue shows of a task', () => {
  test('it runs, since', () => {
    expect(seen('running')).toEqual({ kind: 'queue', state: 'running', atMs: NOW_MS, startedMs: SUBMITTED_MS });
    expect(seen('array', 3)).toMatchObject({ kind: 'queue', state: 'running', startedMs: SUBMITTED_MS + 1000 });
  });

  test('it waits, and why', () => {
    const waits = { kind: 'queue', state: 'pending', atMs: NOW_MS };
    expect(seen('dependent')).toEqual({ ...waits, reason: 'waits for another job to end (Dependency)' });
    expect(seen('array', 7)).toEqual({
      ...waits,
      reason: 'waits because of --max-parallel: others of its array run (JobArrayTaskLimit)',
    });
    expect(seen('held')).toMatchObject({ ...waits, held: true });
    expect(seen('requeuehold')).toMatchObject({ ...waits, held: true });
    expect(seen('special')).toMatchObject({ ...waits, held: true });
    expect(seen('launchheld')).toMatchObject({ ...waits, held: true });
    expect(seen('neverstays')).toMatchObject({ ...waits, stuck: true, never: 'dependency' });
    expect(seen('dependent')).not.toHaveProperty('never');
  });

  test('it waits again: a requeue is no end', () => {
    expect(seen('nodefailrequeue')).toMatchObject({ kind: 'queue', state: 'pending' });
    expect(seen('preempted')).toMatchObject({ kind: 'queue', state: 'pending' });
  });

  test('it ended, and how', () => {
    const fact = (name: string): [string | undefined, string | undefined] => {
      const found = seen(name);
      return found?.kind === 'accounted' ? [found.state, found.said] : [found?.kind, found?.state];
    };
    expect(fact('completed')).toEqual(['completed', undefined]);
    expect(fact('failed')).toEqual(['failed', undefined]);
    expect(fact('timeout')).toEqual(['timeout', 'its time limit was reached']);
    expect(fact('deadline')).toEqual(['timeout', 'its deadline passed']);
    expect(fact('cancelrunning')).toEqual(['cancelled', undefined]);
    expect(fact('oom')).toEqual(['out_of_memory', 'it used more memory than it had asked for']);
    expect(fact('nodefail')).toEqual(['node_fail', 'its node failed']);
    expect(fact('never')).toEqual(['dependency', 'what it waited for did not complete']);
  });

  test('a job that ended while it waited for another is left to accounting, and no other job is', () => {
    const [waiting] = QUEUE.filter(({ name }) => name === 'dependent');
    expect(QUEUE.filter(isEndedByUnknown)).toEqual([]);
    expect([waiting].map((row) => row && isEndedByUnknown({ ...row, state: 'CANCELLED' }))).toEqual([true]);
  });

  test('one that never ran has no start', () => {
    for (const name of ['cancelpending', 'never']) expect(seen(name)).not.toHaveProperty('startedMs');
    expect(seen('cancelpending')).toMatchObject({ state: 'cancelled', atMs: SUBMITTED_MS + 1000 });
  });

  test('an unknown state is not an end', () => {
    const [row] = QUEUE.filter(({ name }) => name === 'running');
    const strange = getPollResults(
      row === undefined ? [] : [{ ...row, state: 'MELTING' }],
      [task('running', '3')],
      NOW_MS,
    );
    expect(strange[0]?.fact).toMatchObject({
      kind: 'queue',
      state: 'unknown',
      reason: expect.stringContaining('MELTING'),
    });
  });

  test('a job is known by its token and its id: each of them alone is another job', () => {
    expect(getPollResults(QUEUE, [task('other', '3')], NOW_MS)).toEqual([]);
    expect(getPollResults(QUEUE, [task('running', '4')], NOW_MS)).toEqual([]);
    expect(getPollResults(QUEUE, [task('array', '13')], NOW_MS)).toEqual([]);
    expect(getPollResults(QUEUE, [task('array', '13', 10)], NOW_MS)).toEqual([]);
  });

  test('each task says whose it is', () => {
    const asked = [task('array', '13', 4), task('running', '3'), task('gone', '99')];
    expect(getPollResults(QUEUE, asked, NOW_MS).map(({ token, index }) => [token, index])).toEqual([
      ['array', 4],
      ['running', undefined],
    ]);
  });
});

describe('what accounting has of a task', () => {
  test('it ended, and how', () => {
    expect(runs('failed')).toEqual([
      { kind: 'accounted', state: 'failed', atMs: SUBMITTED_MS, startedMs: SUBMITTED_MS, exitCode: 3 },
    ]);
    expect(runs('completed')).toMatchObject([{ state: 'completed' }]);
    expect(runs('killed')).toMatchObject([{ state: 'failed', signal: 9, said: 'killed by signal 9' }]);
    expect(runs('timeout')).toMatchObject([{ state: 'timeout', said: 'its time limit was reached' }]);
    expect(runs('deadline')).toMatchObject([{ state: 'timeout', said: 'its deadline passed' }]);
    expect(runs('oom')).toMatchObject([{ state: 'out_of_memory' }]);
    expect(runs('nodefail')).toMatchObject([{ state: 'node_fail', said: 'its node failed (cpu1)' }]);
    expect(runs('some', 3)).toMatchObject([{ state: 'failed', exitCode: 1 }]);
  });

  test('a status says something of a program that failed, and of no other', () => {
    for (const name of ['completed', 'deadline', 'nodefail', 'cancelrunning']) {
      expect(runs(name)?.[0]).not.toHaveProperty('exitCode');
    }
  });

  test('it was cancelled, and by whom', () => {
    expect(runs('cancelpending')).toEqual([
      { kind: 'accounted', state: 'cancelled', atMs: SUBMITTED_MS + 1000, said: 'cancelled by user id 1000' },
    ]);
    expect(runs('launchcancelled')).toMatchObject([{ state: 'cancelled', said: 'cancelled by user id 0' }]);
  });

  test('it never started and nobody cancelled it: what it waited for did not complete', () => {
    expect(runs('never')).toMatchObject([{ state: 'dependency', said: 'what it waited for did not complete' }]);
  });

  test('it was cancelled by nobody while it ran: its controller lost all it knew; documented, not seen here', () => {
    const [row] = ACCOUNTS.filter(({ name }) => name === 'cancelrunning');
    const flushed = row === undefined ? [] : [{ ...row, state: 'CANCELLED' }];
    const [found] = getAccountedTasks(flushed, [task('cancelrunning', row?.id ?? '')], NOW_MS);
    expect(found?.runs).toMatchObject([{ state: 'cancelled' }]);
  });

  test('its output could not be opened', () => {
    expect(runs('nooutput')).toMatchObject([
      { state: 'launch', said: expect.stringContaining('could not open its output') },
    ]);
  });

  test('it has not ended there', () => {
    expect(runs('running')).toEqual(['running']);
    expect(runs('held')).toEqual(['pending']);
    expect(runs('waiting', 11)).toEqual(['pending']);
  });

  test('each run of one that was requeued', () => {
    expect(runs('requeued')).toMatchObject([
      { state: 'preempted', said: 'it was requeued', startedMs: SUBMITTED_MS + 1000 },
      { state: 'completed' },
    ]);
    expect(runs('nodefailrequeue')).toMatchObject([{ state: 'node_fail' }, 'running']);
    expect(runs('preempted')).toMatchObject([
      { state: 'preempted', said: 'a job of higher priority took its place' },
      'running',
    ]);
    expect(runs('launchheld')).toMatchObject([{ said: 'it was requeued' }, 'pending']);
  });

  test('a job of long ago that had the same id and name is another one', () => {
    const late = task('failed', '9');
    const asked = { ...late, job: { ...late.job, submittedMs: SUBMITTED_MS + 11 * 60_000 } };
    expect(getAccountedTasks(ACCOUNTS, [asked], NOW_MS)).toEqual([]);
    const clockBehind = { ...late, job: { ...late.job, submittedMs: SUBMITTED_MS + 9 * 60_000 } };
    expect(getAccountedTasks(ACCOUNTS, [clockBehind], NOW_MS)).toHaveLength(1);
  });

  test('nothing of another name or index', () => {
    expect(
      getAccountedTasks(ACCOUNTS, [task('other', '9'), task('some', '16', 2), task('onetask', '19', 1)], NOW_MS),
    ).toEqual([]);
  });
});
