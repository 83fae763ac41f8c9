import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startProgram, runs, type Program } from '../../test/support/processes.ts';
import { submittedProject, temporaryFolder, type SubmittedProject } from '../../test/support/project-folder.ts';
import { until } from '../../test/support/until.ts';
import { parseEnded, parseStarted } from '../core/job-record.ts';

function startJob(project: SubmittedProject, env: Record<string, string> = {}): Program {
  return startProgram(['bash', join(project.folder, 'job.sbatch')], { env: { SHEAF_JOB_ID: '7', ...env } });
}

const runJob = (project: SubmittedProject, env?: Record<string, string>): Program['ended'] =>
  startJob(project, env).ended;

function ended(project: SubmittedProject, attempt?: string) {
  const parsed = parseEnded(project.read('ended.json', attempt));
  if (parsed.kind !== 'record') throw new Error(JSON.stringify(parsed));
  return parsed;
}

function attemptsOf(project: SubmittedProject): string[] {
  const folder = join(project.root, 'experiments/exp0/attempts');
  return existsSync(folder) ? readdirSync(folder).toSorted() : [];
}

describe('a job', () => {
  test('leaves its script, parameters, logs and both records in its attempt', async () => {
    const project = submittedProject({ runs: ['echo out; echo err >&2; exit 3\n'] });
    const { code, output } = await runJob(project, { CUDA_VISIBLE_DEVICES: '2,3' });
    expect(code).toBe(3);
    expect(output).toContain('sheaf: exp0 train-1 runs as job 7 on ');
    expect(output).toContain('sheaf: ended with status 3 after ');
    expect(project.read('run.sh')).toBe('echo out; echo err >&2; exit 3\n');
    expect(JSON.parse(project.read('params.json'))).toEqual({ index: 0, text: 'a\tb\n"é' });
    expect(project.read('out.log')).toBe('out\n');
    expect(project.read('err.log')).toBe('err\n');
    const started = parseStarted(project.read('started.json'));
    expect(started).toMatchObject({
      kind: 'record',
      record: {
        expId: 'exp0',
        key: 'key0',
        stage: 'train',
        attempt: 1,
        token: project.token,
        jobId: '7',
        restart: 0,
        cudaVisibleDevices: '2,3',
        cwd: project.root,
      },
      fact: { kind: 'started', job: '7', gpus: '2,3' },
    });
    expect(ended(project).fact).toEqual({ kind: 'ended', atMs: ended(project).record.endedMs, exitCode: 3 });
    expect(readdirSync(join(project.root, 'experiments/exp0/attempts/train-1')).toSorted()).toEqual([
      'ended.json',
      'err.log',
      'out.log',
      'params.json',
      'run.sh',
      'started.json',
    ]);
    expect(readlinkSync(join(project.claims, 'runs/key0.train-1'))).toMatch(/^7\.0@/);
  });

  test('tells its program where things are, and starts it in the project folder', async () => {
    const names = 'EXP_ID STAGE ATTEMPT DIR OUT PARAMS METRICS PROJECT';
    const project = submittedProject({
      runs: [
        `printf '%s\\0' "$PWD"; for n in ${names}; do v=SHEAF_$n; printf '%s\\0' "\${!v}"; done; echo "[\${SHEAF_CHECKPOINT-unset}]"`,
      ],
    });
    await runJob(project);
    const dir = join(project.root, 'experiments/exp0');
    const out = join(dir, 'attempts/train-1');
    expect(project.read('out.log').split('\0')).toEqual([
      project.root,
      'exp0',
      'train',
      '1',
      dir,
      out,
      join(out, 'params.json'),
      join(out, 'metrics.jsonl'),
      project.root,
      '[]\n',
    ]);
  });

  test('gives its program the variables of the caller unchanged, whatever they are called', async () => {
    const project = submittedProject({ runs: ['echo "$name $index $i $code $LC_ALL $duration"\n'] });
    await runJob(project, { name: 'a', index: 'b', i: 'c', code: 'd', LC_ALL: 'C.UTF-8', duration: 'f' });
    expect(project.read('out.log')).toBe('a b c d C.UTF-8 f\n');
  });

  test('writes into a folder for experiments outside of the project', async () => {
    const experiments = join(temporaryFolder(), 'scr "atch\'');
    const project = submittedProject({ experiments });
    expect((await runJob(project)).code).toBe(0);
    expect(ended(project).record.exitCode).toBe(0);
  });

  test('runs the member that belongs to its array index', async () => {
    const project = submittedProject({ runs: Array.from({ length: 12 }, (_, i) => `echo member ${i}\n`) });
    await runJob(project, { SHEAF_JOB_ID: '9_1', SHEAF_ARRAY_INDEX: '1' });
    await runJob(project, { SLURM_ARRAY_JOB_ID: '50', SLURM_ARRAY_TASK_ID: '11', SLURM_JOB_ID: '62' });
    expect(project.read('out.log', 'train-1', 'exp1')).toBe('member 1\n');
    expect(project.read('out.log', 'train-1', 'exp11')).toBe('member 11\n');
    expect(project.read('started.json', 'train-1', 'exp11')).toContain('"job_id": "50_11"');
  });

  test('is not misled by the local scheduler that it was submitted under', async () => {
    const project = submittedProject({ runs: ['echo 0\n', 'echo 1\n'] });
    await runJob(project, { SHEAF_JOB_ID: '9_1', SHEAF_ARRAY_INDEX: '1', SLURM_JOB_ID: '77' });
    expect(project.read('started.json')).toContain('"job_id": "77"');
  });

  test('finds its line among 10,000', async () => {
    const text = `# ${'x'.repeat(500)}\n`;
    const project = submittedProject({ runs: Array.from({ length: 10_000 }, (_, i) => `${text}echo ${i}\n`) });
    await runJob(project, { SHEAF_ARRAY_INDEX: '9999' });
    expect(project.read('out.log', 'train-1', 'exp9999')).toBe('9999\n');
  });

  test('ends with a sentence when its index is not among the members', async () => {
    const { code, output } = await runJob(submittedProject(), { SHEAF_ARRAY_INDEX: '5' });
    expect(code).toBe(74);
    expect(output).toContain('has no line for index 5; nothing was run');
  });

  test('runs nothing by hand', async () => {
    const project = submittedProject();
    const { code, output } = await runJob(project, { SHEAF_JOB_ID: '' });
    expect(code).toBe(75);
    expect(output).toContain('runs nothing by hand');
    expect(attemptsOf(project)).toEqual([]);
  });

  test('says so when the project folder is gone', async () => {
    const project = submittedProject();
    const script = join(temporaryFolder(), 'job');
    writeFileSync(script, project.script);
    rmSync(project.root, { recursive: true });
    const { code, output } = await startProgram(['bash', script], { env: { SHEAF_JOB_ID: '1' } }).ended;
    expect(code).toBe(74);
    expect(output).toContain('cannot enter the project folder');
  });
});

describe('the status of a job', () => {
  test.each([
    ['exit 0', 0, undefined],
    ['exit 127', 127, undefined],
    ['exit 143', 143, 'TERM'],
    ['kill -KILL $$', 137, 'KILL'],
    ['kill -TERM $$', 143, 'TERM'],
  ])('is that of its program: %s', async (run, code, diedOf) => {
    const project = submittedProject({ runs: [`${run}\n`] });
    expect((await runJob(project)).code).toBe(code);
    const { record } = ended(project);
    expect(record.exitCode).toBe(code);
    expect(record.signal).toBeUndefined();
    expect(record.diedOf).toBe(diedOf);
  });

  test('survives that the folder of its attempt is removed; only the record is lost, and it says so', async () => {
    const project = submittedProject({ runs: ['rm -r "$SHEAF_OUT"; exit 5\n'] });
    const { code, output } = await runJob(project);
    expect(code).toBe(5);
    expect(output).toContain('ended.json: the disk is full, or its folder is gone');
  });

  test('survives a disk that is full', async (context) => {
    const experiments = smallDisk();
    if (experiments === undefined) return context.skip('only root can mount a small disk');
    const project = submittedProject({ experiments, runs: ['cat /dev/zero >"$SHEAF_OUT/fill" 2>/dev/null; exit 6\n'] });
    const { code, output } = await runJob(project);
    expect(code).toBe(6);
    expect(output).toContain('ended.json: the disk is full');
  });

  test('does not run its program when there is no room for its script', async (context) => {
    const experiments = smallDisk();
    if (experiments === undefined) return context.skip('only root can mount a small disk');
    const project = submittedProject({ experiments, runs: [`touch "$SHEAF_PROJECT/ran"\n${'# x\n'.repeat(100_000)}`] });
    const { code, output } = await runJob(project);
    expect(code).toBe(74);
    expect(output).toContain('cannot write into ');
    expect(existsSync(join(project.root, 'ran'))).toBe(false);
  });
});

function smallDisk(): string | undefined {
  const folder = temporaryFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  onTestFinished(() => void execFileSync('umount', [folder]));
  return join(folder, 'experiments');
}

const outOf = (project: SubmittedProject): string => {
  const path = join(project.root, 'experiments/exp0/attempts/train-1/out.log');
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
};

/** A process and all its descendants. */
function tree(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  return [pid, ...children.flatMap((child) => tree(Number(child)))];
}

/** A process that is gone already does not mind. */
function send(pid: number, signal: string): void {
  try {
    if (pid > 1) process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

describe('a signal to a job', () => {
  test.each(['TERM', 'INT', 'HUP', 'USR1', 'USR2', 'QUIT'] as const)('%s reaches its program', async (signal) => {
    const project = submittedProject({
      runs: [`trap 'echo got ${signal}; exit 9' ${signal}; echo ready; while :; do sleep 0.05; done\n`],
    });
    const job = startJob(project);
    await until(
      () =>
        existsSync(join(project.root, 'experiments/exp0/attempts/train-1/out.log')) &&
        project.read('out.log') === 'ready\n',
    );
    job.child.kill(`SIG${signal}`);
    expect((await job.ended).code).toBe(9);
    expect(project.read('out.log')).toBe(`ready\ngot ${signal}\n`);
    const asksForEnd = !signal.startsWith('USR');
    expect(ended(project).record.signal).toBe(asksForEnd ? signal : undefined);
    expect(JSON.parse(project.read('ended.json'))).toMatchObject({ exit_code: 9, signals: [signal] });
  });

  test('that comes at any moment leaves the status of the program as it is', async () => {
    const results = await Promise.all(
      Array.from({ length: 12 }, async (_, round) => {
        const project = submittedProject({ runs: [`trap '' USR1; sleep 0.${round % 3}; exit 127\n`] });
        const job = startJob(project);
        await until(() => job.output().includes('runs as job'));
        await until(() => existsSync(join(project.root, 'experiments/exp0/attempts/train-1/started.json')));
        // Many, so that some of them meet the very end of the program.
        const timer = setInterval(() => job.child.kill('SIGUSR1'), 3);
        const { code } = await job.ended;
        clearInterval(timer);
        return code;
      }),
    );
    // A signal may end the program before it ignores it: then the status says that.
    expect(results.filter((code) => code !== 127 && code !== 138)).toEqual([]);
  });

  test('that all its processes get at once, as on a cancel, is recorded with the status it led to', async () => {
    for (let round = 0; round < 20; round += 1) {
      const project = submittedProject({ runs: ['echo ready; sleep 1000; true\n'] });
      const job = startJob(project);
      await until(() => outOf(project) === 'ready\n');
      for (const pid of tree(job.pid)) for (const signal of ['SIGTERM', 'SIGCONT']) send(pid, signal);
      expect((await job.ended).code).toBe(143);
      expect(ended(project).record).toMatchObject({ exitCode: 143, signal: 'TERM', diedOf: 'TERM' });
    }
  });

  test('that stops its program for a while does not end the wait for it', async () => {
    const project = submittedProject({ runs: ['echo $$; kill -STOP $$; exit 11\n'] });
    const job = startJob(project);
    const pid = Number(await until(() => outOf(project).trim()));
    await until(() => readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') T '));
    expect(job.child.exitCode).toBeNull();
    job.child.kill('SIGCONT');
    expect((await job.ended).code).toBe(11);
  });

  test('that kills what watches over its program is told of, and leaves nothing running', async () => {
    const project = submittedProject({ runs: ['echo $$ $PPID; sleep 1000; true\n'] });
    const job = startJob(project);
    const [pid = 0, watcher = 0] = (await until(() => outOf(project).trim())).split(' ').map(Number);
    send(watcher, 'SIGKILL');
    const { code, output } = await job.ended;
    expect(code).toBe(137);
    expect(output).toContain('what watched over the program was killed');
    expect(runs(pid)).toBe(false);
  });

  test('reaches the processes that its program started, too', async () => {
    const project = submittedProject({
      runs: [
        `bash -c 'trap "echo child; exit" TERM; echo ready; while :; do sleep 0.05; done' & trap 'wait; exit 4' TERM; wait\n`,
      ],
    });
    const job = startJob(project);
    await until(
      () =>
        existsSync(join(project.root, 'experiments/exp0/attempts/train-1/out.log')) &&
        project.read('out.log') === 'ready\n',
    );
    job.child.kill('SIGTERM');
    expect((await job.ended).code).toBe(4);
    expect(project.read('out.log')).toBe('ready\nchild\n');
  });
});

test('what a program leaves running is ended with it, even when it does not want to', async () => {
  const project = submittedProject({
    runs: [
      `bash -c 'trap "" TERM; echo $$; while :; do sleep 1; done' & bash -c 'echo $$; exec sleep 1000' & sleep 0.2; exit 0\n`,
    ],
  });
  const { code, output } = await runJob(project);
  expect(code).toBe(0);
  expect(output).toContain('the program left processes behind; they are ended');
  const pids = project.read('out.log').trim().split('\n').map(Number);
  expect(pids).toHaveLength(2);
  await until(() => !pids.some(runs));
});

describe('a job that is not the one to run an attempt', () => {
  async function expectTouchedNothing(project: SubmittedProject, holder: string, env?: Record<string, string>) {
    const { code, output } = await runJob(project, env);
    expect(code).toBe(75);
    expect(output).toContain(holder);
    expect(output).toContain('nothing was run');
    expect(attemptsOf(project)).toEqual([]);
  }

  test('ends when another submission holds the attempt', async () => {
    const project = submittedProject();
    rmSync(join(project.claims, 'attempts/key0.train-1'));
    symlinkSync(`${project.token}x login:1:2:3`, join(project.claims, 'attempts/key0.train-1'));
    await expectTouchedNothing(project, 'belongs to exp-train-abcdefgh2345x');
    expect(existsSync(join(project.claims, 'runs'))).toBe(true);
    expect(readdirSync(join(project.claims, 'runs'))).toEqual([]);
  });

  test('ends when no submission holds the attempt', async () => {
    const project = submittedProject();
    rmSync(join(project.claims, 'attempts/key0.train-1'));
    await expectTouchedNothing(project, 'belongs to no submission');
  });

  test.each([
    ['another job of the same submission runs it', '8.0@node2:99'],
    ['the attempt was given up', 'given-up the command died'],
    ['the same job runs it already', '7.0@node2:99'],
    ['a job with a longer id runs it', '77.0@node2:99'],
  ])('ends when %s', async (_, holder) => {
    const project = submittedProject();
    mkdirSync(join(project.claims, 'runs'));
    symlinkSync(holder, join(project.claims, 'runs/key0.train-1'));
    await expectTouchedNothing(project, `is held by ${holder}`);
  });

  test('of two at once only one runs', async () => {
    const project = submittedProject({ runs: ['echo run >>"$SHEAF_PROJECT/count"\n'] });
    const codes = await Promise.all(
      ['1', '2', '3', '4'].map(async (id) => String((await runJob(project, { SHEAF_JOB_ID: id })).code)),
    );
    expect(codes.toSorted()).toEqual(['0', '75', '75', '75']);
    expect(readFileSync(join(project.root, 'count'), 'utf8')).toBe('run\n');
  });
});

describe('a job that was requeued', () => {
  const slurm = (restart?: number): Record<string, string> => ({
    SLURM_JOB_ID: '40',
    ...(restart === undefined ? {} : { SLURM_RESTART_COUNT: String(restart) }),
  });

  test('makes the next attempt, and keeps the record of the former', async () => {
    const project = submittedProject({ runs: ['echo "$SHEAF_ATTEMPT"\n'] });
    await runJob(project, slurm());
    await runJob(project, slurm(1));
    await runJob(project, slurm(2));
    expect(attemptsOf(project)).toEqual(['train-1', 'train-2', 'train-3']);
    expect(project.read('out.log', 'train-3')).toBe('3\n');
    expect(project.read('started.json', 'train-2')).toContain('"restart": 1');
    expect(readlinkSync(join(project.claims, 'attempts/key0.train-3'))).toMatch(`${project.token} 40.2@`);
  });

  test('takes up an attempt that it had claimed but never ran', async () => {
    const project = submittedProject();
    await runJob(project, slurm());
    symlinkSync(`${project.token} 40.1@node:5`, join(project.claims, 'attempts/key0.train-2'));
    expect((await runJob(project, slurm(2))).code).toBe(0);
    expect(attemptsOf(project)).toEqual(['train-1', 'train-2']);
  });

  test('ends when a retry was submitted meanwhile', async () => {
    const project = submittedProject();
    await runJob(project, slurm());
    symlinkSync('another-train-token login:1:2:3', join(project.claims, 'attempts/key0.train-2'));
    const { code, output } = await runJob(project, slurm(1));
    expect(code).toBe(75);
    expect(output).toContain('attempt train-2 of exp0 belongs to another-train-token');
    expect(attemptsOf(project)).toEqual(['train-1']);
  });

  test('does not go on once its attempt was given up', async () => {
    const project = submittedProject();
    mkdirSync(join(project.claims, 'runs'));
    symlinkSync('given-up it is lost', join(project.claims, 'runs/key0.train-1'));
    expect((await runJob(project, slurm(1))).code).toBe(75);
  });
});
