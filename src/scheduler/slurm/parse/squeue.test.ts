import { describe, expect, onTestFinished, test } from 'vitest';
import { recorded } from '../../../../test/support/recorded-jobs.ts';
import { parseQueue, QUEUE_FORMAT, type QueueRow } from './squeue.ts';

const named = (rows: readonly QueueRow[], name: string): QueueRow[] => rows.filter((row) => row.name === name);
const folded = parseQueue(recorded('squeue-folded.txt'));
const tasks = parseQueue(recorded('squeue-tasks.txt'));

function inTimeZone(zone: string): void {
  const before = process.env['TZ'];
  process.env['TZ'] = zone;
  onTestFinished(() => {
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
  });
}

describe('what squeue printed', () => {
  test('a job that runs has its start, and for its end the time that its limit permits', () => {
    expect(named(tasks, 'running')).toEqual([
      {
        id: '3',
        state: 'RUNNING',
        reason: 'None',
        submittedMs: 1_795_489_627_000,
        startMs: 1_795_489_627_000,
        endMs: 1_795_493_227_000,
        priority: 1,
        partition: 'l40s_public',
        rawId: '3',
        name: 'running',
      },
    ]);
  });

  test('a job that is held or depends on another has no times but that of its submission', () => {
    expect(named(tasks, 'held')).toEqual([
      {
        id: '5',
        state: 'PENDING',
        reason: 'JobHeldUser',
        submittedMs: 1_795_489_627_000,
        priority: 0,
        partition: 'l40s_public',
        rawId: '5',
        name: 'held',
      },
    ]);
    expect(named(tasks, 'dependent')).toMatchObject([{ state: 'PENDING', reason: 'Dependency' }]);
    expect(named(tasks, 'adminheld')).toMatchObject([{ state: 'PENDING', reason: 'JobHeldAdmin' }]);
  });

  test('a job that may start later has the time when it is expected to', () => {
    expect(named(tasks, 'begin')).toMatchObject([
      { state: 'PENDING', reason: 'BeginTime', startMs: 1_795_493_227_000 },
    ]);
  });

  test('jobs that ended are there for a while, with their ends', () => {
    const states = tasks.map(({ name, state, endMs }) => [name, state, endMs !== undefined]);
    expect(states).toContainEqual(['completed', 'COMPLETED', true]);
    expect(states).toContainEqual(['failed', 'FAILED', true]);
    expect(states).toContainEqual(['timeout', 'TIMEOUT', true]);
    expect(states).toContainEqual(['deadline', 'DEADLINE', true]);
    expect(states).toContainEqual(['cancelrunning', 'CANCELLED', true]);
    expect(named(tasks, 'never')).toMatchObject([{ state: 'CANCELLED', reason: 'DependencyNeverSatisfied' }]);
    expect(named(tasks, 'killed')).toMatchObject([{ state: 'FAILED', reason: 'RaisedSignal:9(Killed)' }]);
    expect(parseQueue(recorded('squeue-oom.txt'))).toMatchObject([{ state: 'OUT_OF_MEMORY', reason: 'OutOfMemory' }]);
    expect(parseQueue(recorded('squeue-nodefail.txt'))).toMatchObject([
      { name: 'nodefail', state: 'NODE_FAIL', reason: 'NodeDown' },
      { name: 'nodefailrequeue', state: 'PENDING', reason: 'BeginTime' },
      {
        name: 'preempted',
        state: 'PENDING',
        reason: expect.stringMatching(/^Nodes required for job are DOWN, DRAINED/),
      },
    ]);
  });

  test('a job that is being cleaned up says so', () => {
    expect(parseQueue(recorded('squeue-completing.txt'))).toMatchObject([{ name: 'stubborn', state: 'COMPLETING' }]);
  });

  test('a job that was requeued has its own id, and the time of the requeue for that of its submission', () => {
    const [row] = parseQueue(recorded('squeue-requeued.txt'));
    expect(row).toMatchObject({ id: '23', state: 'PENDING', reason: 'BeginTime', submittedMs: 1_795_489_628_000 });
    expect(named(tasks, 'requeuehold')).toMatchObject([{ state: 'PENDING', reason: 'job requeued in held state' }]);
    expect(named(tasks, 'special')).toMatchObject([{ state: 'SPECIAL_EXIT', reason: 'job requeued in held state' }]);
  });

  test('tasks of an array have the id of the array, their index, and an id of their own once they started', () => {
    const array = named(tasks, 'array').toSorted((a, b) => (a.index ?? 0) - (b.index ?? 0));
    expect(array.map(({ id, index, rawId, state }) => [id, index, rawId, state])).toEqual([
      ['13', 0, '27', 'RUNNING'],
      ['13', 1, '28', 'RUNNING'],
      ['13', 2, '29', 'RUNNING'],
      ['13', 3, '30', 'RUNNING'],
      ...[4, 5, 6, 7, 8, 9].map((index) => ['13', index, '13', 'PENDING']),
    ]);
  });

  test('the last task to start takes the id of its array', () => {
    expect(named(tasks, 'some').find(({ index }) => index === 7)).toMatchObject({ id: '16', rawId: '16' });
  });

  test('rows in which pending tasks are folded say the same as a row for each', () => {
    const sorted = (rows: readonly QueueRow[]): QueueRow[] =>
      rows.toSorted((a, b) => Number(a.id) - Number(b.id) || (a.index ?? 0) - (b.index ?? 0));
    expect(named(folded, 'array')).toHaveLength(10);
    expect(named(folded, 'irregular')).toHaveLength(501);
    expect(sorted(folded)).toEqual(sorted(tasks));
  });

  test('of a list of indices that was cut off nothing is believed', () => {
    expect(recorded('squeue-cut.txt')).toContain('42...');
    expect(parseQueue(recorded('squeue-cut.txt'))).toEqual([]);
  });

  test('own jobs with any name do no harm, and are read as far as they can be', () => {
    const names = tasks.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['a|b', `d"q's\tand`, 'größe 模型 🚀', '12\u001fheld\u001fPENDING', 'two']),
    );
    expect(named(tasks, '12\u001fheld\u001fPENDING')).toMatchObject([{ id: '38', state: 'PENDING' }]);
    // Of 38 ids that were given, 27 to 33 are those of tasks.
    expect(new Set(tasks.map(({ id }) => id)).size).toBe(38 - 7);
  });

  test('without SLURM_TIME_FORMAT times are those of the time zone of this process', () => {
    inTimeZone('America/New_York');
    const rows = parseQueue(recorded('squeue-local-time.txt'));
    for (const name of ['running', 'held', 'failed']) {
      const [row] = named(rows, name);
      expect(row).toEqual(named(tasks, name)[0]);
    }
  });

  test('nothing printed is no job, and a row of another form none either', () => {
    expect(parseQueue('')).toEqual([]);
    expect(parseQueue('slurm_load_jobs error: x\n3|RUNNING\n\u001f\u001f\n')).toEqual([]);
  });

  test('lines that name a cluster are not rows, and a time or a name that is not text does no harm (Ohio Supercomputer Center)', () => {
    const row = [
      '4320602',
      'N/A',
      'PENDING',
      '(null)',
      'N/A',
      'N/A',
      '1043',
      'RM',
      '4320602',
      'Resources',
      'LES-data-init',
    ];
    const broken = [
      '29471683',
      '9',
      'RUNNING',
      '1719411379',
      '1719411400',
      'INVALID',
      '1',
      'p',
      '123',
      'None',
      '\ufffd non-utf8',
    ];
    const rows = parseQueue(['CLUSTER: dawn', row.join('\u001f'), broken.join('\u001f'), ''].join('\n'));
    expect(rows).toEqual([
      {
        id: '4320602',
        state: 'PENDING',
        reason: 'Resources',
        priority: 1043,
        partition: 'RM',
        rawId: '4320602',
        name: 'LES-data-init',
      },
      expect.objectContaining({ id: '29471683', index: 9, startMs: 1_719_411_400_000, name: '\ufffd non-utf8' }),
    ]);
    expect(rows[1]).not.toHaveProperty('endMs');
  });

  test('only letters that Slurm has known since 20.11 are asked for; documented, not seen here', () => {
    expect(QUEUE_FORMAT.split('\u001f')).toEqual(['%F', '%K', '%T', '%V', '%S', '%e', '%Q', '%P', '%A', '%r', '%j']);
  });
});
