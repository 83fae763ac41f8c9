import { describe, expect, onTestFinished, test } from 'vitest';
import { recorded } from '../../../../test/support/recorded-jobs.ts';
import { ACCOUNT_FIELDS, ACCOUNT_SEPARATOR, parseAccounts, type AccountRow } from './sacct.ts';

const rows = parseAccounts(recorded('sacct.txt'));
const named = (name: string, from: readonly AccountRow[] = rows): AccountRow[] =>
  from.filter((row) => row.name === name);

function line(...fields: readonly string[]): string {
  return `${fields.join(ACCOUNT_SEPARATOR)}\n`;
}

describe('what sacct printed', () => {
  test('a job that ended has its status and its times', () => {
    expect(named('failed')).toEqual([
      {
        id: '9',
        state: 'FAILED',
        exitCode: 3,
        submittedMs: 1_795_489_627_000,
        startMs: 1_795_489_627_000,
        endMs: 1_795_489_627_000,
        nodes: 'l40s1',
        reason: 'None',
        name: 'failed',
      },
    ]);
    expect(named('completed')).toMatchObject([{ state: 'COMPLETED', exitCode: 0 }]);
    expect(named('killed')).toMatchObject([{ state: 'FAILED', exitCode: 0, signal: 9 }]);
    expect(named('timeout')).toMatchObject([{ state: 'TIMEOUT', endMs: 1_795_489_716_000 }]);
    expect(named('deadline')).toMatchObject([{ state: 'DEADLINE', exitCode: 1 }]);
  });

  test('128 is taken from a status above it: 137 comes as 9', () => {
    expect(named('status137')).toMatchObject([{ state: 'FAILED', exitCode: 9 }]);
  });

  test('a job whose output could not be opened has signal 53', () => {
    expect(named('nooutput')).toMatchObject([{ state: 'FAILED', signal: 53 }]);
  });

  test('a job that took too much memory', () => {
    const [row] = parseAccounts(recorded('sacct-oom.txt'));
    expect(row).toMatchObject({ state: 'OUT_OF_MEMORY', exitCode: 0, signal: 125 });
  });

  test('a job that was cancelled says who did it, and has no start when it waited', () => {
    const [pending] = named('cancelpending');
    expect(pending).toMatchObject({ state: 'CANCELLED by 1000', nodes: 'None assigned' });
    expect(pending).not.toHaveProperty('startMs');
    expect(pending).toHaveProperty('endMs');
    expect(named('cancelrunning')).toMatchObject([{ state: 'CANCELLED by 1000', startMs: 1_795_489_628_000 }]);
  });

  test('a job whose dependency failed was cancelled by nobody, without a reason', () => {
    const [never] = named('never');
    expect(never).toMatchObject({ state: 'CANCELLED', reason: 'None' });
    expect(never).not.toHaveProperty('startMs');
  });

  test('a job that runs or waits has no end', () => {
    expect(named('running')).toMatchObject([{ state: 'RUNNING', startMs: 1_795_489_627_000 }]);
    for (const name of ['running', 'held', 'dependent']) expect(named(name)[0]).not.toHaveProperty('endMs');
    expect(named('held')).toMatchObject([{ state: 'PENDING' }]);
  });

  test('a job that was requeued has a row for each run, oldest first', () => {
    expect(named('requeued').map(({ id, state, submittedMs }) => [id, state, submittedMs])).toEqual([
      ['23', 'REQUEUED', 1_795_489_627_000],
      ['23', 'COMPLETED', 1_795_489_628_000],
    ]);
    expect(named('requeuehold').map(({ state }) => state)).toEqual(['REQUEUED', 'PENDING']);
    const failed = parseAccounts(recorded('sacct-nodefail.txt'));
    expect(named('nodefail', failed)).toMatchObject([{ state: 'NODE_FAIL', exitCode: 1, nodes: 'cpu1' }]);
    expect(named('nodefailrequeue', failed).map(({ state }) => state)).toEqual(['NODE_FAIL', 'RUNNING']);
    expect(named('preempted', failed).map(({ state }) => state)).toEqual(['PREEMPTED', 'RUNNING']);
    const launch = parseAccounts(recorded('sacct-launch.txt'));
    expect(named('launchheld', launch).map(({ state }) => state)).toEqual(['REQUEUED', 'PENDING']);
    expect(named('launchcancelled', launch)).toMatchObject([{ state: 'CANCELLED by 0' }]);
  });

  test('pending tasks of an array are folded into one row, which expands to one row each', () => {
    expect(recorded('sacct.txt')).toContain(`15_[0-11%2]${ACCOUNT_SEPARATOR}PENDING`);
    const waiting = named('waiting');
    expect(waiting.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(new Set(waiting.map(({ id, state }) => `${id} ${state}`))).toEqual(new Set(['15 PENDING']));
    expect(named('array').map(({ index, state }) => [index, state])).toEqual([
      ...[0, 1, 2, 3].map((index) => [index, 'RUNNING']),
      ...[4, 5, 6, 7, 8, 9].map((index) => [index, 'PENDING']),
    ]);
  });

  test('a task that was cancelled while it waited with others is not there at all', () => {
    expect(named('onetask').map(({ index }) => index)).toEqual([0, 2, 3]);
  });

  test('tasks that ran have rows of their own', () => {
    expect(named('some').map(({ index, state, exitCode }) => [index, state, exitCode])).toEqual([
      [1, 'FAILED', 1],
      [3, 'FAILED', 1],
      [4, 'COMPLETED', 0],
      [7, 'FAILED', 1],
    ]);
  });

  test('long lists of indices are whole with SLURM_BITSTR_LEN=0; of one that was cut off nothing is believed', () => {
    expect(named('irregular')).toHaveLength(501);
    expect(recorded('sacct-cut.txt')).toContain('42...]');
    expect(parseAccounts(recorded('sacct-cut.txt'))).toEqual([]);
  });

  test('without SLURM_TIME_FORMAT times are those of the time zone of this process', () => {
    const before = process.env['TZ'];
    process.env['TZ'] = 'America/New_York';
    onTestFinished(() => {
      if (before === undefined) delete process.env['TZ'];
      else process.env['TZ'] = before;
    });
    const local = parseAccounts(recorded('sacct-local-time.txt'));
    for (const name of ['running', 'failed', 'cancelpending']) expect(named(name, local)).toEqual(named(name));
  });

  test('rows of steps and of jobs that are several in one are skipped; documented, not seen here', () => {
    const rest = ['COMPLETED', '0:0', '0:0', '1795489627', '1795489627', '1795489627', 'n1', 'None', 'x'];
    expect(parseAccounts(line('12.batch', ...rest) + line('12.extern', ...rest) + line('3393+0', ...rest))).toEqual([]);
    expect(parseAccounts(line('12', ...rest))).toHaveLength(1);
  });

  test('a job without an end, and one without a node, have none (Aalto Triton, 2019; Hábrók, 2023)', () => {
    const open = line(
      '43977780',
      'CANCELLED by 1300204',
      '0:9',
      '',
      '1564618526',
      '1564618527',
      'Unknown',
      'pe2',
      '',
      'x',
    );
    expect(parseAccounts(open)).toEqual([
      {
        id: '43977780',
        state: 'CANCELLED by 1300204',
        exitCode: 0,
        signal: 9,
        submittedMs: 1_564_618_526_000,
        startMs: 1_564_618_527_000,
        nodes: 'pe2',
        reason: '',
        name: 'x',
      },
    ]);
    const never = line(
      '4047445',
      'CANCELLED by 9',
      '0:0',
      '',
      '1693573490',
      'None',
      '1693573557',
      'None assigned',
      '',
      'x',
    );
    const [row] = parseAccounts(never);
    expect(row).toMatchObject({ endMs: 1_693_573_557_000, nodes: 'None assigned' });
    expect(row).not.toHaveProperty('startMs');
  });

  test('only fields that Slurm has known since 20.11 are asked for; documented, not seen here', () => {
    expect(ACCOUNT_FIELDS).toBe('JobID,State,ExitCode,DerivedExitCode,Submit,Start,End,NodeList,Reason,JobName');
  });
});
