import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { asToken } from '../../src/core/ids.ts';
import { parseEnded } from '../../src/core/job-record.ts';
import { localBench } from '../support/local-bench.ts';
import { newToken, type SchedulerBench } from '../support/local-scheduler.ts';
import { submittedProject } from '../support/project-folder.ts';
import { until } from '../support/until.ts';

/** Each scheduler, with a way to get one for a test. A new scheduler is one line here. */
const schedulers: readonly { readonly name: string; readonly bench: () => SchedulerBench | Promise<SchedulerBench> }[] =
  [{ name: 'local', bench: () => localBench({ times: { graceMs: 20_000 } }) }];

function lines(bench: SchedulerBench, file: string): string[] {
  try {
    return readFileSync(join(bench.root, file), 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  } catch {
    return [];
  }
}

describe.each(schedulers)('the scheduler $name', ({ bench: newBench }) => {
  test('runs a script in the folder it names, and says when and how it ended', async () => {
    const bench = await newBench();
    const job = await bench.submit('pwd > where; exit 0');
    expect(job.job).toMatchObject({ scheduler: bench.open().id, uid: process.getuid?.() });
    const fact = await bench.untilEnded(job.task());
    expect(fact).toMatchObject({ kind: 'accounted', state: 'completed', exitCode: 0 });
    expect(fact.startedMs).toBeLessThanOrEqual(fact.atMs);
    expect(readFileSync(join(bench.root, 'where'), 'utf8')).toBe(`${bench.root}\n`);
  });

  test('says with which status a script failed', async () => {
    const bench = await newBench();
    const job = await bench.submit('exit 42');
    expect(await bench.untilEnded(job.task())).toMatchObject({ state: 'failed', exitCode: 42 });
  });

  test('keeps what a script prints, in the folder it was told', async () => {
    const bench = await newBench();
    const job = await bench.submit('echo to stdout; echo to stderr >&2');
    await bench.untilEnded(job.task());
    const [file = ''] = readdirSync(bench.outputs);
    expect(readFileSync(join(bench.outputs, file), 'utf8').split('\n').toSorted()).toEqual([
      '',
      'to stderr',
      'to stdout',
    ]);
  });

  test('gives a script the environment of its submission, with any text in it', async () => {
    const bench = await newBench();
    const value = `a'b; $(touch broken) "é"\nsecond line\\`;
    const env = { PATH: process.env['PATH'] ?? '', VALUE: value };
    const job = await bench.submit('printf %s "$VALUE" > value', { env });
    await bench.untilEnded(job.task());
    expect(readFileSync(join(bench.root, 'value'), 'utf8')).toBe(value);
  });

  test('runs a whole experiment with the script that is made for it', async () => {
    const bench = await newBench();
    const project = submittedProject({ root: bench.root, runs: ['echo "$SHEAF_EXP_ID"; exit 4\n'] });
    const job = await bench.submit('', { token: project.token, script: project.script, outputFolder: project.folder });
    expect(await bench.untilEnded(job.task())).toMatchObject({ state: 'failed', exitCode: 4 });
    expect(project.read('out.log')).toBe('exp0\n');
    expect(parseEnded(project.read('ended.json'))).toMatchObject({ kind: 'record', record: { exitCode: 4 } });
    expect(project.read('started.json')).toContain(`"job_id": "${job.job.id}"`);
  });

  test('runs the tasks of an array, each with its member, and judges each by itself', async () => {
    const bench = await newBench();
    const runs = [0, 1, 2, 3].map((i) => `echo ${i} >> "$SHEAF_PROJECT/ran"; exit ${i}\n`);
    const project = submittedProject({ root: bench.root, runs });
    const job = await bench.submit('', {
      token: project.token,
      script: project.script,
      outputFolder: project.folder,
      indices: [1, 3],
    });
    expect(await bench.untilEnded(job.task(1))).toMatchObject({ state: 'failed', exitCode: 1 });
    expect(await bench.untilEnded(job.task(3))).toMatchObject({ state: 'failed', exitCode: 3 });
    expect(lines(bench, 'ran').toSorted()).toEqual(['1', '3']);
    expect(await bench.look(job.task(0))).toBeUndefined();
  });

  test('finds jobs by their tokens, and only those', async () => {
    const bench = await newBench();
    const job = await bench.submit('true');
    const other = newToken();
    const found = await bench.open().find([job.token, other, asToken('../../x')]);
    expect(found).toEqual({ kind: 'answer', jobs: new Map([[job.token, job.job]]) });
    await bench.untilEnded(job.task());
    expect(await bench.open().find([job.token])).toEqual(found);
  });

  test('does not know the jobs of another queue, nor a job whose id was given to another', async () => {
    const bench = await newBench();
    const job = await bench.submit('true');
    await bench.untilEnded(job.task());
    expect(await bench.look({ ...job.task(), token: newToken() })).toBeUndefined();
    expect(
      await bench.look({ ...job.task(), job: { ...job.job, scheduler: `${job.job.scheduler}x` } }),
    ).toBeUndefined();
    expect(await bench.look({ ...job.task(), job: { ...job.job, id: '999999' } })).toBeUndefined();
  });

  test('keeps a held job waiting until it is released', async () => {
    const bench = await newBench();
    const held = await bench.submit('echo held >> order', { held: true });
    const free = await bench.submit('echo free >> order');
    await bench.untilEnded(free.task());
    expect(await bench.look(held.task())).toMatchObject({ kind: 'queue', state: 'pending', held: true });
    await bench.open().release([held.task()]);
    await bench.untilEnded(held.task());
    expect(lines(bench, 'order')).toEqual(['free', 'held']);
  });

  test('holds single tasks of an array that waits', async () => {
    const bench = await newBench();
    const array = await bench.submit('true', { indices: [0, 1, 2], held: true });
    await bench.open().release([array.task()]);
    await bench.open().hold([array.task()]);
    await bench.open().release([array.task(0), array.task(2)]);
    expect((await bench.untilEnded(array.task(0))).state).toBe('completed');
    expect((await bench.untilEnded(array.task(2))).state).toBe('completed');
    expect(await bench.look(array.task(1))).toMatchObject({ state: 'pending', held: true });
  });

  test('ends a running job when it is cancelled, and one that waits never starts', async () => {
    const bench = await newBench();
    const running = await bench.submit('echo started >> ran; sleep 1000');
    const waiting = await bench.submit('echo waited >> ran', { held: true });
    await until(() => lines(bench, 'ran').length > 0);
    await bench.open().cancel([running.task(), waiting.task()]);
    expect((await bench.untilEnded(running.task())).state).toBe('cancelled');
    expect((await bench.untilEnded(waiting.task())).state).toBe('cancelled');
    expect(lines(bench, 'ran')).toEqual(['started']);
  });

  test('lets a cancelled experiment leave its own record', async () => {
    const bench = await newBench();
    const project = submittedProject({ root: bench.root, runs: ['echo ready; sleep 1000\n'] });
    const job = await bench.submit('', { token: project.token, script: project.script, outputFolder: project.folder });
    await until(() => lines(bench, 'experiments/exp0/attempts/train-1/out.log').length > 0);
    await bench.open().cancel([job.task()]);
    expect((await bench.untilEnded(job.task())).state).toBe('cancelled');
    expect(parseEnded(project.read('ended.json'))).toMatchObject({
      record: { exitCode: 143, signal: 'TERM', diedOf: 'TERM' },
    });
  });

  test('takes the cancel of a job that ended already as no error', async () => {
    const bench = await newBench();
    const job = await bench.submit('exit 3');
    await bench.untilEnded(job.task());
    await bench.open().cancel([job.task()]);
    expect(await bench.look(job.task())).toMatchObject({ state: 'failed', exitCode: 3 });
  });

  test('cancels single tasks of an array', async () => {
    const bench = await newBench();
    const array = await bench.submit('echo $SHEAF_ARRAY_INDEX$SLURM_ARRAY_TASK_ID >> ran', {
      indices: [0, 1, 2],
      held: true,
    });
    await bench.open().cancel([array.task(1)]);
    await bench.open().release([array.task()]);
    expect((await bench.untilEnded(array.task(0))).state).toBe('completed');
    expect((await bench.untilEnded(array.task(1))).state).toBe('cancelled');
    expect((await bench.untilEnded(array.task(2))).state).toBe('completed');
    expect(lines(bench, 'ran').toSorted()).toEqual(['0', '2']);
  });

  test('runs at most so many tasks of an array at once as it was told', async () => {
    const bench = await newBench();
    const script = 'echo + >> trace; sleep 0.1; echo - >> trace';
    const array = await bench.submit(script, { indices: [0, 1, 2, 3], maxParallel: 1 });
    for (const index of [0, 1, 2, 3]) await bench.untilEnded(array.task(index));
    expect(lines(bench, 'trace')).toEqual(['+', '-', '+', '-', '+', '-', '+', '-']);
  });

  test('starts a job when those it waits for have completed', async () => {
    const bench = await newBench();
    const first = await bench.submit('sleep 0.2; echo first >> order');
    const second = await bench.submit('echo second >> order', { after: [{ ...first, tasks: 'all' }] });
    const third = await bench.submit('echo third >> order', { after: [{ ...second, tasks: 'all' }] });
    expect((await bench.untilEnded(third.task())).state).toBe('completed');
    expect(lines(bench, 'order')).toEqual(['first', 'second', 'third']);
  });

  test('ends what waits for a job that failed, and what waits for that', async () => {
    const bench = await newBench();
    const first = await bench.submit('sleep 0.1; exit 1');
    const second = await bench.submit('echo ran >> ran', { after: [{ ...first, tasks: 'all' }] });
    const third = await bench.submit('echo ran >> ran', { after: [{ ...second, tasks: 'all' }] });
    expect((await bench.untilEnded(third.task())).state).toBe('dependency');
    expect((await bench.untilEnded(second.task())).state).toBe('dependency');
    expect(lines(bench, 'ran')).toEqual([]);
  });

  test('lets each task of an array wait for its partner alone, or for one task', async () => {
    const bench = await newBench();
    const parent = await bench.submit('test ${SHEAF_ARRAY_INDEX:-$SLURM_ARRAY_TASK_ID} != 1', { indices: [0, 1, 2] });
    const each = await bench.submit('true', { indices: [0, 1, 2], after: [{ ...parent, tasks: 'each' }] });
    const one = await bench.submit('true', { after: [{ ...parent, tasks: 2 }] });
    const all = await bench.submit('true', { after: [{ ...parent, tasks: 'all' }] });
    expect((await bench.untilEnded(each.task(0))).state).toBe('completed');
    expect((await bench.untilEnded(each.task(1))).state).toBe('dependency');
    expect((await bench.untilEnded(each.task(2))).state).toBe('completed');
    expect((await bench.untilEnded(one.task())).state).toBe('completed');
    expect((await bench.untilEnded(all.task())).state).toBe('dependency');
  });

  test('refuses to wait for a job that it does not know', async () => {
    const bench = await newBench();
    const known = await bench.submit('true');
    const after = [{ job: { ...known.job, id: '4711' }, token: newToken(), tasks: 'all' as const }];
    const request = bench.request('true', { after });
    expect(await bench.open().submit(request)).toMatchObject({ kind: 'refused' });
    expect(await bench.open().find([request.token])).toEqual({ kind: 'answer', jobs: new Map() });
  });

  test('tells of itself', async () => {
    const bench = await newBench();
    const description = await bench.open().describe();
    expect(description.id).toBe(bench.open().id);
    expect(description.cpus).toBeGreaterThan(0);
  });
});
