import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  lutimesSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { localBench } from '../support/local-bench.ts';
import { supervisorArgv, type LocalBench, type Submitted } from '../support/local-scheduler.ts';
import { runs, startProgram } from '../support/processes.ts';
import { until } from '../support/until.ts';
import { nowMs, removePath } from '../../src/system/index.ts';
import { openLocalScheduler } from '../../src/scheduler/local/local-scheduler.ts';

/** Waits until a line is in a file, and gives it. */
const firstLine = (bench: LocalBench, file: string): Promise<string> => until(() => bench.lines(file)[0]);

async function expectReason(bench: LocalBench, { task }: Submitted, reason: string): Promise<void> {
  await until(async () => {
    const fact = await bench.look(task());
    return fact?.kind === 'queue' && fact.reason === reason;
  });
}

/** How many tasks ran at once at most, by a trace of + and -. */
function mostAtOnce(trace: readonly string[]): number {
  let [now, most] = [0, 0];
  for (const line of trace) {
    now += line === '+' ? 1 : -1;
    most = Math.max(most, now);
  }
  return most;
}

describe('a killed supervisor', () => {
  test('hurts no job: they end, with their statuses, and the next one takes them over', async () => {
    const bench = localBench({ env: { SHEAF_LOCAL_CPUS: '3' } });
    const script = (n: number): string =>
      `echo + >> trace; echo ${n} >> started; while [ ! -e go ]; do sleep 0.05; done; echo - >> trace; exit ${n}`;
    const jobs = [await bench.submit(script(0)), await bench.submit(script(3)), await bench.submit(script(4))];
    await until(() => bench.lines('started').length === 3);
    await bench.killSupervisor();
    const waiting = [await bench.submit(script(5)), await bench.submit(script(6))];
    // A status is asked for: that brings the next supervisor. It finds no free slot.
    await expectReason(bench, waiting[0]!, 'waits for 1 CPU; 3 of 3 in use');
    await bench.killSupervisor();
    writeFileSync(join(bench.root, 'go'), '');
    await until(() => bench.lines('trace').filter((line) => line === '-').length >= 3);
    const ends = await Promise.all([...jobs, ...waiting].map((job) => bench.untilEnded(job.task())));
    expect(ends.map(({ state, exitCode }) => [state, exitCode])).toEqual([
      ['completed', 0],
      ['failed', 3],
      ['failed', 4],
      ['failed', 5],
      ['failed', 6],
    ]);
    expect(bench.lines('started')).toHaveLength(5);
    expect(mostAtOnce(bench.lines('trace'))).toBe(3);
  });

  test('leaves GPUs with the jobs that have them', async () => {
    const bench = localBench({ env: { SHEAF_LOCAL_GPUS: '0,1', SHEAF_LOCAL_CPUS: '8' } });
    const script = 'echo "$CUDA_VISIBLE_DEVICES" >> gpus; while [ ! -e go ]; do sleep 0.05; done';
    const resources = { num_gpus: 1 };
    const first = await bench.submit(script, { resources });
    await until(() => bench.lines('gpus').length === 1);
    await bench.killSupervisor();
    const second = await bench.submit(script, { resources });
    const third = await bench.submit(script, { resources });
    await until(() => bench.lines('gpus').length === 2);
    expect(bench.lines('gpus')).toEqual(['0', '1']);
    await expectReason(bench, third, 'waits for 1 GPU; 2 of 2 in use');
    writeFileSync(join(bench.root, 'go'), '');
    for (const job of [first, second, third]) await bench.untilEnded(job.task());
  });

  test('does not keep a cancel from reaching what it started', async () => {
    const bench = localBench();
    const job = await bench.submit('echo $$ >> pid; sleep 1000');
    const pid = Number(await firstLine(bench, 'pid'));
    await bench.killSupervisor();
    await bench.open().cancel([job.task()]);
    expect((await bench.untilEnded(job.task())).state).toBe('cancelled');
    expect(runs(pid)).toBe(false);
  });

  test('leaves no doubt when the shell of a job was killed, too', async () => {
    const bench = localBench();
    const job = await bench.submit('echo $PPID >> shim; while [ ! -e go ]; do sleep 0.05; done');
    const shim = Number(await firstLine(bench, 'shim'));
    await bench.killSupervisor();
    process.kill(shim, 'SIGKILL');
    writeFileSync(join(bench.root, 'go'), '');
    expect(await bench.untilEnded(job.task())).toMatchObject({
      state: 'lost',
      said: 'it ended without leaving an exit status',
    });
  });
});

test('one of many supervisors that start at once goes on', async () => {
  const times = { idleMs: 60_000 };
  const bench = localBench({ times });
  const job = await bench.submit('echo ran >> ran; sleep 0.5');
  const [program = '', ...args] = supervisorArgv(times);
  const others = Array.from({ length: 6 }, () =>
    startProgram([program, ...args, bench.spool], { env: { SHEAF_LOCAL_CPUS: '2' } }),
  );
  await bench.untilEnded(job.task());
  const pid = await until(bench.supervisorPid);
  await Promise.all(others.filter((other) => other.pid !== pid).map(({ ended }) => ended));
  expect(bench.lines('ran')).toEqual(['ran']);
  const log = readFileSync(join(bench.spool, 'supervisor.log'), 'utf8') + others.map(({ output }) => output()).join('');
  expect(log.match(/begins/g)).toHaveLength(1);
});

test('a supervisor ends when nothing is left to do, and the next submission brings another', async () => {
  const bench = localBench({ times: { idleMs: 200 } });
  for (const n of [1, 2]) {
    const job = await bench.submit(`echo ${n} >> ran`);
    await bench.untilEnded(job.task());
    await until(() => bench.supervisorPid() === undefined);
  }
  expect(bench.lines('ran')).toEqual(['1', '2']);
  expect(readFileSync(join(bench.spool, 'supervisor.log'), 'utf8').match(/nothing is left to do/g)).toHaveLength(2);
});

test('no submission is missed by a supervisor that is about to end', async () => {
  const bench = localBench({ times: { idleMs: 40, pollMs: 20 } });
  for (let n = 0; n < 15; n += 1) {
    const job = await bench.submit('true');
    expect((await bench.untilEnded(job.task())).state).toBe('completed');
    await new Promise((resolve) => setTimeout(resolve, 10 * n));
  }
});

test('jobs outlive the command that submitted them and its terminal', async () => {
  const bench = localBench();
  const command = startProgram([
    process.execPath,
    '--input-type=module-typescript',
    '--eval',
    `import { openLocalScheduler } from ${JSON.stringify(join(import.meta.dirname, '../../src/scheduler/index.ts'))};
     const scheduler = openLocalScheduler({ root: ${JSON.stringify(bench.root)}, localDir: ${JSON.stringify(bench.localDir)}, slots: {},
       supervisorArgv: ${JSON.stringify(supervisorArgv())}, env: { ...process.env, SHEAF_LOCAL_CPUS: '2', SHEAF_LOCAL_GPUS: '' } });
     console.log(JSON.stringify(await scheduler.submit(${JSON.stringify(bench.request('echo $$ > pid; while [ ! -e go ]; do sleep 0.05; done; echo done > done'))})));`,
  ]);
  const { output } = await command.ended;
  const pid = Number(await firstLine(bench, 'pid'));
  for (const each of [pid, await until(bench.supervisorPid)]) {
    const stat = readFileSync(`/proc/${each}/stat`, 'utf8');
    const [, , , session, terminal] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    expect(Number(session)).not.toBe(process.pid);
    expect(terminal).toBe('0');
  }
  writeFileSync(join(bench.root, 'go'), '');
  const { job } = JSON.parse(output) as { job: Submitted['job'] };
  expect(job.id).toBe('1');
  await until(() => bench.lines('done').length === 1);
});

describe('a cancel', () => {
  test('ends the whole tree of a job, and what left its session or its environment', async () => {
    const bench = localBench();
    const job = await bench.submit(
      `(setsid bash -c 'echo $$ >> pids; sleep 1000' &)
       env -i bash -c 'echo $$ >> pids; sleep 1000' &
       bash -c 'trap "" TERM; echo $$ >> pids; while :; do sleep 1; done' &
       echo $$ >> pids; sleep 1000`,
    );
    await until(() => bench.lines('pids').length === 4);
    await bench.open().cancel([job.task()]);
    expect((await bench.untilEnded(job.task())).state).toBe('cancelled');
    expect(bench.lines('pids').map(Number).filter(runs)).toEqual([]);
  });

  test('asks first: a job can end itself in its own way', async () => {
    const bench = localBench();
    const job = await bench.submit(
      `trap 'echo saved >> saved; exit 0' TERM; echo ready >> ready; while :; do sleep 0.05; done`,
    );
    await firstLine(bench, 'ready');
    await bench.open().cancel([job.task()]);
    expect(await bench.untilEnded(job.task())).toMatchObject({ state: 'cancelled', exitCode: 0 });
    expect(bench.lines('saved')).toEqual(['saved']);
  });

  test('wakes a job that is stopped', async () => {
    const bench = localBench();
    const job = await bench.submit('echo ready >> ready; kill -STOP $$');
    await firstLine(bench, 'ready');
    await bench.open().cancel([job.task()]);
    expect((await bench.untilEnded(job.task())).state).toBe('cancelled');
  });

  test('takes effect though nothing can be recorded, and is recorded when that is possible again', async () => {
    const bench = localBench();
    const job = await bench.submit('echo $$ >> shell; trap "" TERM; while :; do sleep 0.05; done');
    const shell = Number(await firstLine(bench, 'shell'));
    const allow = (size: string): void =>
      void execFileSync('prlimit', ['--pid', String(bench.supervisorPid()), `--fsize=${size}:`]);
    allow('0');
    await bench.open().cancel([job.task()]);
    await until(() => !runs(shell));
    allow('unlimited');
    expect((await bench.untilEnded(job.task())).state).toBe('cancelled');
  });

  test('ends 10,000 waiting tasks at once', async () => {
    const bench = localBench();
    const indices = Array.from({ length: 10_000 }, (_, i) => i);
    const array = await bench.submit('echo ran >> ran', { indices, held: true });
    await bench.open().cancel(indices.map((index) => array.task(index)));
    await bench.untilEnded(array.task(9_999));
    const poll = await bench.open().poll(indices.map((index) => array.task(index)));
    expect(poll.kind === 'answer' && new Set(poll.results.map(({ fact }) => fact.state))).toEqual(
      new Set(['cancelled']),
    );
    expect(bench.lines('ran')).toEqual([]);
  });
});

test('what a job leaves running is ended with it, even in a session of its own', async () => {
  const bench = localBench();
  const job = await bench.submit(
    `(setsid bash -c 'echo $$ >> pids; sleep 1000' &); while [ ! -s pids ]; do sleep 0.02; done; exit 7`,
  );
  expect(await bench.untilEnded(job.task())).toMatchObject({ state: 'failed', exitCode: 7 });
  expect(bench.lines('pids').map(Number).filter(runs)).toEqual([]);
});

test('a job that reaches its time limit is asked to end, then ended', async () => {
  const bench = localBench({ times: { graceMs: 300 } });
  const resources = { time_limit: '0:01' };
  const polite = await bench.submit(`trap 'exit 5' TERM; while :; do sleep 0.05; done`, { resources });
  const stubborn = await bench.submit(`trap '' TERM; while :; do sleep 0.05; done`, { resources });
  expect(await bench.untilEnded(polite.task())).toMatchObject({
    state: 'timeout',
    exitCode: 5,
    said: 'its time limit of 1s was reached',
  });
  expect((await bench.untilEnded(stubborn.task())).state).toBe('timeout');
});

test('a time limit that cannot be read is refused', async () => {
  const bench = localBench();
  const outcome = await bench.open().submit(bench.request('true', { resources: { time_limit: 'soon' } }));
  expect(outcome).toMatchObject({ kind: 'refused', said: '"soon" is not a time limit' });
});

describe('slots', () => {
  test('each job has GPUs of its own, the lowest that are free, and one without sees none', async () => {
    const bench = localBench({ env: { SHEAF_LOCAL_GPUS: '3,5', SHEAF_LOCAL_CPUS: '8' } });
    const script = 'echo "[${CUDA_VISIBLE_DEVICES-unset}]" >> gpus; while [ ! -e go ]; do sleep 0.05; done';
    const jobs: Submitted[] = [];
    for (const num_gpus of [1, 0, 1]) {
      jobs.push(await bench.submit(script, { resources: { num_gpus } }));
      await until(() => bench.lines('gpus').length === jobs.length);
    }
    writeFileSync(join(bench.root, 'go'), '');
    jobs.push(await bench.submit(script, { resources: { num_gpus: 2 } }));
    for (const job of jobs) await bench.untilEnded(job.task());
    expect(bench.lines('gpus')).toEqual(['[3]', '[]', '[5]', '[3,5]']);
  });

  test('what the machine does not have is refused before it is submitted', async () => {
    const bench = localBench();
    await expect(bench.open().complete({ num_gpus: 4, num_nodes: 2, cpus_per_task: 16 })).rejects.toMatchObject({
      exitCode: 2,
      problems: [
        { code: 'resources.num_gpus', message: 'it asks for 8 GPUs, and this machine has no GPU' },
        { code: 'resources.cpus_per_task', message: 'it asks for 32 CPUs, and this machine has 2 CPUs' },
      ],
    });
    const resources = { cpus_per_task: 2, mem: '100M' };
    expect(await bench.open().complete(resources)).toEqual({ resources, notes: [] });
  });

  test('a machine without GPUs can pretend to have some', async () => {
    const bench = localBench({ env: { SHEAF_LOCAL_GPUS: '0,1,2,3,4,5,6,7' } });
    expect((await bench.open().complete({ num_gpus: 8 })).notes).toEqual([]);
    await expect(bench.open().complete({ num_gpus: 9 })).rejects.toMatchObject({ code: 'resources.num_gpus' });
  });

  test('a job in the queue that asks for more than there is, since the settings changed, gets what there is', async () => {
    const bench = localBench();
    const job = await bench.submit('echo "[${CUDA_VISIBLE_DEVICES-unset}]" >> gpus', { resources: { num_gpus: 4 } });
    await bench.untilEnded(job.task());
    expect(bench.lines('gpus')).toEqual(['[unset]']);
    expect(bench.log(job.job.id)).toContain('"gpus":[]');
  });

  test('jobs start in their order, and a big one is not kept waiting by small ones behind it', async () => {
    const bench = localBench();
    const small = 'echo $NAME >> order; while [ ! -e go ]; do sleep 0.05; done';
    const env = (NAME: string): { env: Record<string, string> } => ({ env: { PATH: process.env['PATH'] ?? '', NAME } });
    const jobs = [
      await bench.submit(small, env('a')),
      await bench.submit(small, { ...env('BIG'), resources: { cpus_per_task: 2 } }),
      await bench.submit(small, env('b')),
      await bench.submit(small, env('c')),
    ];
    await until(() => bench.lines('order').length === 1);
    await expectReason(bench, jobs[1]!, 'waits for 2 CPUs; 1 of 2 in use');
    await expectReason(bench, jobs[2]!, `waits its turn behind job ${jobs[1]!.job.id}`);
    writeFileSync(join(bench.root, 'go'), '');
    for (const job of jobs) await bench.untilEnded(job.task());
    expect(bench.lines('order').slice(0, 2)).toEqual(['a', 'BIG']);
    expect(bench.lines('order').slice(2).toSorted()).toEqual(['b', 'c']);
  });

  test('a job that waits says what it waits for', async () => {
    const bench = localBench();
    const first = await bench.submit('sleep 1000', { indices: [0, 1, 2], maxParallel: 1 });
    const child = await bench.submit('true', { after: [{ ...first, tasks: 'all', until: 'completed' }] });
    const held = await bench.submit('true', { held: true });
    await bench.untilState(first.task(0), 'running');
    expect(await bench.look(first.task(1))).toMatchObject({
      state: 'pending',
      reason: 'at most 1 of this sweep runs at once',
    });
    expect(await bench.look(child.task())).toMatchObject({ state: 'pending', reason: `waits for job ${first.job.id}` });
    expect(await bench.look(held.task())).toMatchObject({ state: 'pending', held: true, reason: 'held' });
  });
});

describe('after a restart of the machine', () => {
  /** The machine as it is after a restart: another boot, and a supervisor that has been silent for long. */
  async function restart(bench: LocalBench, act: () => Promise<void>): Promise<void> {
    await until(() => existsSync(join(bench.spool, 'heartbeat')));
    await bench.killSupervisor();
    const longAgo = new Date(nowMs() - 60_000);
    utimesSync(join(bench.spool, 'heartbeat'), longAgo, longAgo);
    for (const name of readdirSync(bench.spool))
      if (name.startsWith('supervisor.')) lutimesSync(join(bench.spool, name), longAgo, longAgo);
    const former = process.env['SHEAF_TEST_BOOT_ID'];
    process.env['SHEAF_TEST_BOOT_ID'] = 'next-boot.1';
    try {
      await act();
    } finally {
      if (former === undefined) delete process.env['SHEAF_TEST_BOOT_ID'];
      else process.env['SHEAF_TEST_BOOT_ID'] = former;
    }
  }

  test('jobs that ran are lost, queued jobs run, and the queue is the same', async () => {
    const bench = localBench({ env: { SHEAF_LOCAL_CPUS: '1' } });
    const ran = await bench.submit('echo $PPID >> shim; sleep 1000');
    // Later submissions then find a supervisor and start no other one, which would outlive the restart.
    const shim = Number(await firstLine(bench, 'shim'));
    const queued = await bench.submit('echo ran >> ran; sleep 0.1');
    const child = await bench.submit('echo ran >> ran', { after: [{ ...ran, tasks: 'all', until: 'completed' }] });
    await restart(bench, async () => {
      process.kill(-shim, 'SIGKILL');
      expect(await bench.untilEnded(ran.task())).toMatchObject({
        state: 'lost',
        said: 'the machine was restarted while it ran',
      });
      expect((await bench.untilEnded(queued.task())).state).toBe('completed');
      expect((await bench.untilEnded(child.task())).state).toBe('dependency');
      expect(bench.open().id).toBe(ran.job.scheduler);
    });
    expect(bench.lines('ran')).toEqual(['ran']);
  });

  test('a job whose environment is gone runs with that of the supervisor, and says so', async () => {
    const bench = localBench();
    const job = await bench.submit('echo "[$TOKEN_VALUE] $PATH" > env', {
      held: true,
      env: { PATH: '/usr/bin:/bin', TOKEN_VALUE: 'x' },
    });
    rmSync(join(bench.localDir, 'env'), { recursive: true });
    await restart(bench, async () => {
      await bench.open().release([job.task()]);
      await bench.untilEnded(job.task());
    });
    expect(bench.lines('env')).toEqual([`[] ${process.env['PATH']}`]);
    expect(readFileSync(join(bench.outputs, `local-${job.job.id}.out`), 'utf8')).toContain(
      'the environment of the command that submitted this is gone',
    );
  });

  test('the spool of another container that is at work is left to it', async () => {
    const bench = localBench();
    const job = await bench.submit('sleep 1000');
    await bench.untilState(job.task(), 'running');
    process.env['SHEAF_TEST_BOOT_ID'] = 'beside.1';
    try {
      expect(bench.open().id).not.toBe(job.job.scheduler);
      expect(await bench.open().poll([job.task()])).toMatchObject({ kind: 'answer', results: [] });
      await expect(bench.open().cancel([job.task()])).rejects.toMatchObject({ code: 'scheduler.elsewhere' });
    } finally {
      delete process.env['SHEAF_TEST_BOOT_ID'];
    }
  });
});

describe('the spool', () => {
  test('of a copied project is a new one', async () => {
    const bench = localBench();
    const job = await bench.submit('sleep 1000');
    await bench.untilState(job.task(), 'running');
    const copy = `${bench.root} copy`;
    cpSync(bench.root, copy, { recursive: true, verbatimSymlinks: true });
    const { id } = openLocalScheduler({
      root: copy,
      localDir: bench.localDir,
      slots: {},
      supervisorArgv: supervisorArgv(),
      env: process.env,
    });
    expect(id).not.toBe(job.job.scheduler);
  });

  test('is not made by looking', async () => {
    const bench = localBench();
    await bench.open().describe();
    await bench.open().find([], 0);
    await bench.open().poll([]);
    expect(existsSync(join(bench.root, '.sheaf'))).toBe(false);
  });

  test('is agreed on by commands that submit first, all at once', async () => {
    const bench = localBench();
    const jobs = await Promise.all(Array.from({ length: 8 }, () => bench.submit('echo ran >> ran')));
    expect(new Set(jobs.map(({ job }) => job.scheduler)).size).toBe(1);
    expect(jobs.map(({ job }) => job.id).toSorted()).toEqual(['1', '2', '3', '4', '5', '6', '7', '8']);
    for (const job of jobs) await bench.untilEnded(job.task());
    expect(bench.lines('ran')).toHaveLength(8);
  });

  test('takes a token once, however often it is submitted', async () => {
    const bench = localBench();
    const request = bench.request('echo ran >> ran');
    const outcomes = [
      await bench.open().submit(request),
      await bench.open().submit(request),
      await bench.open().submit(request),
    ];
    expect(new Set(outcomes.map((outcome) => (outcome.kind === 'accepted' ? outcome.job.id : outcome.said)))).toEqual(
      new Set(['1']),
    );
    const [first] = outcomes;
    if (first?.kind !== 'accepted') throw new Error('it was not accepted');
    const later = await bench.submit('true', {
      after: [{ job: first.job, token: request.token, tasks: 'all', until: 'completed' }],
    });
    await bench.untilEnded(later.task());
    expect(bench.lines('ran')).toEqual(['ran']);
  });

  test('passes a job over that was begun and never put into the queue', async () => {
    const bench = localBench();
    const first = await bench.submit('true');
    await bench.untilEnded(first.task());
    cpSync(join(bench.spool, 'jobs/1'), join(bench.spool, 'jobs/2'), { recursive: true, verbatimSymlinks: true });
    const job = JSON.parse(readFileSync(join(bench.spool, 'jobs/2/job.json'), 'utf8')) as object;
    writeFileSync(join(bench.spool, 'jobs/2/job.json'), JSON.stringify({ ...job, token: 'never-claimed' }));
    writeFileSync(join(bench.spool, 'jobs/2/script'), '#!/bin/bash\necho ran >> ran\n');
    const later = await bench.submit('true');
    expect(later.job.id).toBe('3');
    expect((await bench.untilEnded(later.task())).state).toBe('completed');
    expect(bench.lines('ran')).toEqual([]);
  });

  test('never holds the environment of a job, which only its user can read', async () => {
    const bench = localBench();
    const job = await bench.submit('true', {
      held: true,
      env: { PATH: process.env['PATH'] ?? '', MY_SECRET: 'hunter2' },
    });
    const everything = readdirSync(join(bench.root, '.sheaf'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
    expect(everything.filter((text) => text.includes('hunter2'))).toEqual([]);
    const [folder = ''] = readdirSync(join(bench.localDir, 'env'));
    const file = join(bench.localDir, 'env', folder, `${job.token}.json`);
    expect(readFileSync(file, 'utf8')).toContain('hunter2');
    expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
    expect((statSync(join(bench.localDir, 'env')).mode & 0o777).toString(8)).toBe('700');
    await bench.open().release([job.task()]);
    await bench.untilEnded(job.task());
    await until(() => !existsSync(file));
  });

  test('takes nothing when others could read the environment', async () => {
    const bench = localBench();
    mkdirSync(join(bench.localDir, 'env'), { mode: 0o755 });
    const request = bench.request('true');
    const outcome = await bench.open().submit(request);
    expect(outcome).toMatchObject({
      kind: 'refused',
      said: expect.stringContaining('is not a folder that only you can enter') as string,
    });
    expect(await bench.open().find([request.token], 0)).toEqual({ kind: 'answer', jobs: new Map() });
  });
});

test('a job that cannot be started says why', async () => {
  const bench = localBench();
  const gone = await bench.submit('true', { cwd: join(bench.root, 'gone') });
  expect(await bench.untilEnded(gone.task())).toMatchObject({
    state: 'launch',
    said: expect.stringContaining('ENOENT') as string,
  });
  const unlogged = await bench.submit('true', { outputFolder: join(bench.root, 'gone') });
  expect(await bench.untilEnded(unlogged.task())).toMatchObject({ state: 'launch' });
  const after = await bench.submit('true');
  expect((await bench.untilEnded(after.task())).state).toBe('completed');
});

test('a supervisor that does not start is reported, and counts as no answer', async () => {
  const bench = localBench();
  // It must not end before the supervisor is killed: a queue without open jobs needs none.
  const job = await bench.submit('sleep 600', { held: true });
  await bench.killSupervisor();
  await bench.open().release([job.task()]);
  await bench.killSupervisor();
  const broken = openLocalScheduler({
    root: bench.root,
    localDir: bench.localDir,
    slots: {},
    supervisorArgv: ['/bin/false'],
    env: process.env,
  });
  expect(await broken.poll([job.task()])).toMatchObject({
    kind: 'failed',
    said: expect.stringContaining('supervisor.log') as string,
  });
});

test('a queue that has ended is not in the way of those that follow', async () => {
  const bench = localBench();
  const array = await bench.submit('true', { indices: Array.from({ length: 30 }, (_, i) => i) });
  for (let index = 0; index < 30; index += 1) await bench.untilEnded(array.task(index));
  const next = await bench.submit('true');
  await bench.untilEnded(next.task());
  const firstOpen = (): unknown =>
    (JSON.parse(readFileSync(join(bench.spool, 'queue.json'), 'utf8')) as { firstOpen: number }).firstOpen;
  await until(() => firstOpen() === 3);
  expect(firstOpen()).toBe(3);
});

test('a supervisor whose spool is removed ends', async () => {
  const bench = localBench();
  const job = await bench.submit('true');
  await bench.untilEnded(job.task());
  const pid = await until(bench.supervisorPid);
  removePath(join(bench.root, '.sheaf'));
  await until(() => !runs(pid));
  expect(existsSync(bench.spool)).toBe(false);
});

test('a queue in which all waits for something held needs no supervisor, and gets none by being looked at', async () => {
  const bench = localBench({ times: { idleMs: 100 } });
  const held = await bench.submit('true', { held: true });
  const child = await bench.submit('true', { after: [{ ...held, tasks: 'all', until: 'completed' }] });
  await until(() => !bench.isSupervised());
  expect(await bench.look(child.task())).toMatchObject({ reason: 'waits for job 1' });
  expect(bench.isSupervised()).toBe(false);
  await bench.open().release([held.task()]);
  expect((await bench.untilEnded(child.task())).state).toBe('completed');
});

describe('the limit of an array', () => {
  test('is changed while it runs, and a supervisor that takes over keeps to that', async () => {
    const bench = localBench({ env: { SHEAF_LOCAL_CPUS: '8' } });
    const script = 'echo + >> trace; while [ ! -e go ]; do sleep 0.05; done; echo - >> trace';
    const array = await bench.submit(script, { indices: [0, 1, 2, 3, 4, 5], maxParallel: 1 });
    await until(() => bench.lines('trace').length === 1);
    await bench.open().throttle([{ job: array.task(), maxParallel: 3 }]);
    await until(() => bench.lines('trace').length === 3);
    await bench.killSupervisor();
    await expectReason(bench, { ...array, task: () => array.task(5) }, 'at most 3 of this sweep run at once');
    expect(bench.lines('trace')).toHaveLength(3);
    await bench.open().throttle([{ job: array.task() }]);
    await until(() => bench.lines('trace').length === 6);
    writeFileSync(join(bench.root, 'go'), '');
    for (let index = 0; index < 6; index += 1) await bench.untilEnded(array.task(index));
  });
});

test('a task that waits knows how many are before it', async () => {
  const bench = localBench();
  const running = await bench.submit('sleep 1000', { resources: { cpus_per_task: 2 } });
  const array = await bench.submit('true', { indices: [0, 1, 2] });
  await bench.submit('true', { held: true });
  const last = await bench.submit('true');
  await bench.untilState(running.task(), 'running');
  const places = [running.task(), array.task(2), last.task()].map((task) => bench.open().place(task));
  expect(await Promise.all(places)).toEqual([undefined, { before: 2 }, { before: 3 }]);
});

test('a shell opens only beside a task that runs, and nothing is put back into the queue', async () => {
  const bench = localBench();
  const job = await bench.submit('sleep 1000');
  const held = await bench.submit('true', { held: true });
  await bench.untilState(job.task(), 'running');
  expect(await bench.open().shell(job.task())).toEqual(['bash', '-i']);
  await expect(bench.open().shell(held.task())).rejects.toMatchObject({ code: 'shell.not_running' });
  await expect(bench.open().requeue([job.task()])).rejects.toMatchObject({ code: 'requeue.local', exitCode: 2 });
});
