import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { JobRef } from '../../src/core/experiment/event.ts';
import { asToken, type Token } from '../../src/core/ids.ts';
import { parseEnded } from '../../src/core/experiment/job-record.ts';
import { newToken, type SchedulerBench } from '../support/local-scheduler.ts';
import { submittedProject } from '../support/project-folder.ts';
import { until } from '../support/until.ts';
import type { JobScriptRequest } from '../../src/template/job/job-script.ts';

type NewBench = () => SchedulerBench | Promise<SchedulerBench>;

function lines(bench: SchedulerBench, file: string): string[] {
  try {
    return readFileSync(join(bench.root, file), 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  } catch {
    return [];
  }
}

/** The functions of its scheduler, for the script of a job. */
function shellOf({ jobShell }: SchedulerBench): Pick<JobScriptRequest, 'jobShell'> {
  return { jobShell };
}

/**
 * The tests of what every scheduler does.
 *
 * @param newBench gives each test a scheduler with a project of its own
 * @param requeues whether it puts running jobs back into its queue
 */
export function testContract(newBench: NewBench, requeues: boolean): void {
  test('runs a script in the folder it names, and says when and how it ended', async () => {
    const bench = await newBench();
    const job = await bench.submit('pwd > where; exit 0');
    expect(job.job).toMatchObject({ scheduler: bench.open().id, uid: process.getuid?.() });
    const fact = await bench.untilEnded(job.task());
    expect(fact).toMatchObject({ kind: 'accounted', state: 'completed' });
    expect(fact.startedMs).toBeLessThanOrEqual(fact.atMs);
    expect(readFileSync(join(bench.root, 'where'), 'utf8')).toBe(`${bench.root}\n`);
  });

  test('says with which status a script failed', async () => {
    const bench = await newBench();
    const job = await bench.submit('exit 42');
    expect(await bench.untilEnded(job.task())).toMatchObject({ state: 'failed', exitCode: 42 });
  });

  test('keeps the output of a script in the given folder', async () => {
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
    const project = submittedProject({
      root: bench.root,
      script: shellOf(bench),
      runs: ['echo "$SHEAF_EXP_ID"; exit 4\n'],
    });
    const job = await bench.submit('', { token: project.token, script: project.script, outputFolder: project.folder });
    expect(await bench.untilEnded(job.task())).toMatchObject({ state: 'failed', exitCode: 4 });
    expect(project.read('out.log')).toBe('exp0\n');
    expect(parseEnded(project.read('ended.json'))).toMatchObject({ kind: 'record', record: { exitCode: 4 } });
    expect(project.read('started.json')).toContain(`"job_id": "${job.job.id}"`);
  });

  test('runs the tasks of an array, each with its member, and judges each by itself', async () => {
    const bench = await newBench();
    const runs = [0, 1, 2, 3].map((i) => `echo ${i} >> "$SHEAF_PROJECT/ran"; exit ${i}\n`);
    const project = submittedProject({ root: bench.root, script: shellOf(bench), runs });
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
    const find = async (...tokens: readonly Token[]): Promise<[Token, JobRef][]> => {
      const found = await bench.open().find(tokens, job.job.submittedMs);
      if (found.kind === 'failed') throw new Error(found.said);
      return [...found.jobs];
    };
    const { submittedMs: _, ...named } = job.job;
    expect(await find(job.token, other, asToken('../../x'))).toMatchObject([[job.token, named]]);
    await bench.untilEnded(job.task());
    expect(await find(job.token)).toMatchObject([[job.token, named]]);
    expect(await find(other)).toEqual([]);
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
    const gate = await bench.submit('true', { held: true });
    const after = [{ ...gate, tasks: 'all' as const, until: 'ended' as const }];
    const array = await bench.submit('true', { indices: [0, 1, 2], after });
    await bench.open().hold([array.task()]);
    await bench.open().release([array.task(0), array.task(2), gate.task()]);
    expect((await bench.untilEnded(array.task(0))).state).toBe('completed');
    expect((await bench.untilEnded(array.task(2))).state).toBe('completed');
    expect(await bench.look(array.task(1))).toMatchObject({ state: 'pending', held: true });
    await bench.open().release([array.task(1)]);
    expect((await bench.untilEnded(array.task(1))).state).toBe('completed');
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
    const project = submittedProject({ root: bench.root, script: shellOf(bench), runs: ['echo ready; sleep 1000\n'] });
    const job = await bench.submit('', { token: project.token, script: project.script, outputFolder: project.folder });
    await until(() => lines(bench, 'experiments/exp0/attempts/train-1/out.log').length > 0);
    await bench.open().cancel([job.task()]);
    expect((await bench.untilEnded(job.task())).state).toBe('cancelled');
    // The program itself may be sent the signal, and die before the job's script hears of it.
    expect(parseEnded(project.read('ended.json'))).toMatchObject({ record: { exitCode: 143, diedOf: 'TERM' } });
  });

  test('leaves alone what has the id of a job, but not its token', async () => {
    const bench = await newBench();
    const array = await bench.submit('echo ran >> ran', { indices: [0, 1], held: true });
    const single = await bench.submit('echo ran >> ran', { held: true });
    const token = newToken();
    const others = [array.task(), array.task(1), single.task()].map((task) => ({ ...task, token }));
    await bench.open().cancel(others);
    await bench.open().release(others);
    for (const task of [array.task(0), array.task(1), single.task()]) {
      expect(await bench.look(task)).toMatchObject({ state: 'pending', held: true });
    }
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
    const array = await bench.submit('echo $SHEAF_ARRAY_INDEX$SLURM_ARRAY_TASK_ID$PBS_ARRAY_INDEX >> ran', {
      indices: [0, 1, 2],
      held: true,
    });
    await bench.open().cancel([array.task(1)]);
    await bench.open().release([array.task()]);
    expect((await bench.untilEnded(array.task(0))).state).toBe('completed');
    expect((await bench.untilEnded(array.task(2))).state).toBe('completed');
    // A scheduler may forget a task that was cancelled before it started.
    expect(['cancelled', undefined]).toContain((await bench.look(array.task(1)))?.state);
    expect(lines(bench, 'ran').toSorted()).toEqual(['0', '2']);
  });

  test('runs at most as many tasks of an array at once as the throttle allows', async () => {
    const bench = await newBench();
    const script = 'echo + >> trace; sleep 0.1; echo - >> trace';
    const array = await bench.submit(script, { indices: [0, 1, 2, 3], maxParallel: 1 });
    for (const index of [0, 1, 2, 3]) await bench.untilEnded(array.task(index));
    expect(lines(bench, 'trace')).toEqual(['+', '-', '+', '-', '+', '-', '+', '-']);
  });

  test('changes how many tasks of an array may run at once', async () => {
    const bench = await newBench();
    const script = 'echo + >> trace; until test -e go; do sleep 0.05; done';
    const array = await bench.submit(script, { indices: [0, 1], maxParallel: 1 });
    await until(() => lines(bench, 'trace').length === 1);
    await bench.open().throttle([{ job: { ...array.task(), token: newToken() } }]);
    await bench.open().throttle([{ job: array.task() }]);
    await until(() => lines(bench, 'trace').length === 2);
    writeFileSync(join(bench.root, 'go'), '');
    for (const index of [0, 1]) expect((await bench.untilEnded(array.task(index))).state).toBe('completed');
  });

  test('starts a job when those it waits for have completed', async () => {
    const bench = await newBench();
    const first = await bench.submit('sleep 0.2; echo first >> order');
    const second = await bench.submit('echo second >> order', {
      after: [{ ...first, tasks: 'all', until: 'completed' }],
    });
    const third = await bench.submit('echo third >> order', {
      after: [{ ...second, tasks: 'all', until: 'completed' }],
    });
    expect((await bench.untilEnded(third.task())).state).toBe('completed');
    expect(lines(bench, 'order')).toEqual(['first', 'second', 'third']);
  });

  test('ends what waits for a job that failed, and what waits for that', async () => {
    const bench = await newBench();
    const first = await bench.submit('sleep 0.1; exit 1');
    const second = await bench.submit('echo ran >> ran', { after: [{ ...first, tasks: 'all', until: 'completed' }] });
    const third = await bench.submit('echo ran >> ran', { after: [{ ...second, tasks: 'all', until: 'completed' }] });
    expect((await bench.untilEnded(third.task())).state).toBe('dependency');
    expect((await bench.untilEnded(second.task())).state).toBe('dependency');
    expect(lines(bench, 'ran')).toEqual([]);
  });

  test('starts what waits only for the end of another, though that failed', async () => {
    const bench = await newBench();
    const first = await bench.submit('sleep 0.1; echo first >> order; exit 1');
    const second = await bench.submit('echo second >> order', { after: [{ ...first, tasks: 'all', until: 'ended' }] });
    expect((await bench.untilEnded(second.task())).state).toBe('completed');
    expect(lines(bench, 'order')).toEqual(['first', 'second']);
  });

  test('lets each task of an array wait for its partner alone, or for one task', async () => {
    const bench = await newBench();
    const parent = await bench.submit('test $SHEAF_ARRAY_INDEX$SLURM_ARRAY_TASK_ID$PBS_ARRAY_INDEX != 1', {
      indices: [0, 1, 2],
    });
    const each = await bench.submit('true', {
      indices: [0, 1, 2],
      after: [{ ...parent, tasks: 'each', until: 'completed' }],
    });
    const one = await bench.submit('true', { after: [{ ...parent, tasks: 2, until: 'completed' }] });
    const all = await bench.submit('true', { after: [{ ...parent, tasks: 'all', until: 'completed' }] });
    expect((await bench.untilEnded(each.task(0))).state).toBe('completed');
    expect((await bench.untilEnded(each.task(1))).state).toBe('dependency');
    expect((await bench.untilEnded(each.task(2))).state).toBe('completed');
    expect((await bench.untilEnded(one.task())).state).toBe('completed');
    expect((await bench.untilEnded(all.task())).state).toBe('dependency');
  });

  test('refuses to wait for a job that it does not know', async () => {
    const bench = await newBench();
    const known = await bench.submit('true');
    const after = [
      { job: { ...known.job, id: '999999' }, token: newToken(), tasks: 'all' as const, until: 'completed' as const },
    ];
    const request = bench.request('true', { after });
    expect(await bench.open().submit(request)).toMatchObject({ kind: 'refused' });
    expect(await bench.open().find([request.token], Date.now())).toEqual({ kind: 'answer', jobs: new Map() });
  });

  test('reports how jobs ended that left the queue, unless the queue keeps them', async () => {
    const bench = await newBench();
    const [good, bad] = [await bench.submit('true'), await bench.submit('exit 3', { indices: [4] })];
    for (const task of [good.task(), bad.task(4)]) await bench.untilEnded(task);
    const other = { ...good.task(), token: newToken() };
    const accounts = await bench.open().account([good.task(), bad.task(4), bad.task(5), other]);
    const runs = [
      { token: good.token, runs: [{ state: 'completed' }] },
      { token: bad.token, index: 4, runs: [{ state: 'failed', exitCode: 3 }] },
    ];
    expect(accounts.kind === 'none' ? runs : accounts).toMatchObject(
      accounts.kind === 'none' ? runs : { kind: 'answer', tasks: runs },
    );
  });

  test('puts a running job back into its queue, if it supports that', async () => {
    const bench = await newBench();
    const job = await bench.submit('echo ran >> ran; test $(wc -l < ran) -gt 1 || sleep 1000');
    await until(() => lines(bench, 'ran').length === 1);
    await bench.untilState(job.task(), 'running');
    if (!requeues) {
      await expect(bench.open().requeue([job.task()])).rejects.toThrow('does not put a job back');
      return;
    }
    await bench.open().requeue([{ ...job.task(), token: newToken() }]);
    expect(await bench.look(job.task())).toMatchObject({ state: 'running' });
    await bench.open().requeue([job.task()]);
    await bench.untilState(job.task(), 'completed');
    expect(lines(bench, 'ran')).toHaveLength(2);
    expect(await bench.open().account([job.task()])).toMatchObject({
      tasks: [{ runs: [{ state: 'preempted' }, { state: 'completed' }] }],
    });
  });

  test('reports the position of a job in the queue, and opens a shell where it runs', async () => {
    const bench = await newBench();
    const job = await bench.submit('until test -e go; do sleep 0.05; done', { held: true });
    expect((await bench.open().place(job.task()))?.before).toBeGreaterThanOrEqual(0);
    await expect(bench.open().shell(job.task())).rejects.toThrow('does not run now');
    await bench.open().release([job.task()]);
    await bench.untilState(job.task(), 'running');
    expect((await bench.open().shell(job.task())).length).toBeGreaterThan(1);
    expect(await bench.open().place(job.task())).toBeUndefined();
    writeFileSync(join(bench.root, 'go'), '');
    await bench.untilEnded(job.task());
    await expect(bench.open().shell(job.task())).rejects.toThrow('does not run now');
    expect(await bench.open().place({ ...job.task(), token: newToken() })).toBeUndefined();
  });

  test('says what may be asked of it, and leaves alone what was asked', async () => {
    const scheduler = (await newBench()).open();
    expect(await scheduler.maxArraySize()).toBeGreaterThan(10);
    expect(await scheduler.room({})).toBeGreaterThan(0);
    const resources = { time_limit: '10', mem: '50M', cpus_per_task: 1 };
    expect(await scheduler.complete(resources)).toEqual({ resources, notes: [] });
  });

  test('describes itself', async () => {
    const bench = await newBench();
    const description = await bench.open().describe();
    expect(description.id).toBe(bench.open().id);
    expect(description.cpus).toBeGreaterThan(0);
  });
}
