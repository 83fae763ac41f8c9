import { execFileSync, spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startProgram, runs, type Program } from '../support/processes.ts';
import { REQUEUE, submittedProject, temporaryFolder, type SubmittedProject } from '../support/project-folder.ts';
import { until } from '../support/until.ts';
import { parseEnded, parseStarted } from '../../src/core/experiment/job-record.ts';

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

  test.each([
    [{ SHEAF_JOB_ID: '9_1', SHEAF_ARRAY_INDEX: '1' }],
    [{ SLURM_ARRAY_JOB_ID: '50', SLURM_ARRAY_TASK_ID: '1', SLURM_ARRAY_TASK_COUNT: '2', SLURM_JOB_ID: '62' }],
  ])('keeps the index of the array from its program: %j', async (job) => {
    const project = submittedProject({ runs: ['true\n', 'echo "<${!SLURM_ARRAY_@}$SHEAF_ARRAY_INDEX>"\n'] });
    await runJob(project, job);
    expect(project.read('out.log', 'train-1', 'exp1')).toBe('<>\n');
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

  test('runs nothing by hand', async () => {
    const project = submittedProject();
    const { code, output } = await runJob(project, { SHEAF_JOB_ID: '' });
    expect(code).toBe(75);
    expect(output).toContain('only a scheduler can run this script');
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

describe('members.tsv', () => {
  const pathOf = (project: SubmittedProject): string => join(project.folder, 'members.tsv');
  const sparse = (indices: readonly number[]): SubmittedProject =>
    submittedProject({
      runs: indices.map((index) => `echo ${index}\n`),
      members: indices.map((index) => ({ index })),
    });

  async function expectRefused(project: SubmittedProject, index: string, words: string): Promise<void> {
    const { code, output } = await runJob(project, { SHEAF_JOB_ID: `9_${index}`, SHEAF_ARRAY_INDEX: index });
    expect(output).toContain(`members.tsv ${words}; nothing was run`);
    expect(code).toBe(74);
    expect(existsSync(join(project.root, 'experiments'))).toBe(false);
  }

  test('may have members of some indices only, in any order', async () => {
    const project = sparse([40, 3, 0, 1000]);
    for (const [i, index] of [40, 3, 0, 1000].entries()) {
      await runJob(project, { SHEAF_ARRAY_INDEX: String(index) });
      expect(project.read('out.log', 'train-1', `exp${i}`)).toBe(`${index}\n`);
    }
  });

  test.each(['5', '4', '41', '100000', '4294967294', '99999999999999999999', '03', '-1', 'x', '1+2', 'a[$(touch x)]'])(
    'has no line for index %s',
    async (index) => {
      await expectRefused(sparse([40, 3, 0]), index, `has no line for index ${index}`);
    },
  );

  test('is read by bytes, whatever is in it', async () => {
    const hostile = [
      'é日😀'.repeat(50),
      '\\',
      '$(touch broken)',
      '`x`',
      '\'"',
      '00000000072 00000000009',
      '%s\\n',
      '\u2028',
    ];
    const project = submittedProject({
      runs: hostile.map((value) => `cat <<'EOF'\n${value}\nEOF\n`),
      members: hostile.map((value) => ({ paramsJson: JSON.stringify({ value }) })),
    });
    for (const [i, value] of hostile.entries()) {
      const locale = i % 2 === 0 ? 'C.UTF-8' : 'C';
      const { code } = await runJob(project, { SHEAF_ARRAY_INDEX: String(i), LC_ALL: locale });
      expect(code).toBe(0);
      expect(project.read('out.log', 'train-1', `exp${i}`)).toBe(`${value}\n`);
      expect(JSON.parse(project.read('params.json', 'train-1', `exp${i}`))).toEqual({ value });
    }
    expect(existsSync(join(project.root, 'broken'))).toBe(false);
  });

  test('that ends too soon is damaged, wherever it ends', async () => {
    const project = submittedProject({ runs: ['echo é\n', 'echo é\n', 'echo é\n'] });
    const whole = readFileSync(pathOf(project));
    const line = whole.indexOf('2\texp2');
    for (const length of [0, 5, 23, 24, 80, 95, 96, line, line + 1, line + 30, whole.length - 2]) {
      writeFileSync(pathOf(project), whole.subarray(0, length));
      await expectRefused(project, '2', 'is damaged');
    }
  });

  test.each<[string, (text: string) => string]>([
    ['another format', (text) => text.replace('members-003', 'members-001')],
    ['no table', (text) => text.slice(text.indexOf('0\texp0'))],
    ['a torn record', (text) => text.replace('\n00', '\n0x')],
    ['a place before the lines', (text) => text.replace(/\n\d{11}/, '\n00000000000')],
    [
      'the place of another line',
      (text) => text.replace(/\n\d{11}/, (at) => `\n${String(Number(at) + 1).padStart(11, '0')}`),
    ],
    [
      'a length that is too small',
      (text) => text.replace(/ (\d{11})\n0\t/, (_, n) => ` ${String(Number(n) - 1).padStart(11, '0')}\n0\t`),
    ],
    ['a gap of zero bytes', (text) => text.replace('train', '\0\0\0\0\0')],
    ['only zero bytes', (text) => '\0'.repeat(text.length)],
  ])('with %s is damaged', async (_, damage) => {
    const project = submittedProject();
    const text = readFileSync(pathOf(project), 'utf8');
    expect(damage(text)).not.toBe(text);
    writeFileSync(pathOf(project), damage(text));
    await expectRefused(project, '0', 'is damaged');
  });

  test('that is gone cannot be read', async () => {
    const project = submittedProject();
    rmSync(pathOf(project));
    await expectRefused(project, '0', 'cannot be read');
  });

  test('costs a task no more than its own lines', async () => {
    const project = submittedProject({ runs: ['echo 0\n', 'echo 1\n'] });
    const text = readFileSync(pathOf(project), 'utf8');
    const start = text.indexOf('1\texp1');
    // What is before the line is a gap of 20 GB, which takes no room on the disk but long to read.
    const far = 20_000_000_000;
    writeFileSync(pathOf(project), text.slice(0, start).replace(/\d{11}(?= \d{11}\n0\t)/, String(far)));
    const file = openSync(pathOf(project), 'r+');
    writeSync(file, text.slice(start), far);
    closeSync(file);
    const { code } = await runJob(project, { SHEAF_ARRAY_INDEX: '1' });
    expect(code).toBe(0);
    expect(project.read('out.log', 'train-1', 'exp1')).toBe('1\n');
  });

  test('is read for less than 64 KB by a task of an array of 5,000', async (context) => {
    const trace = join(temporaryFolder(), 'trace');
    const strace = ['strace', '-f', '-y', '-s', '0', '-e', 'trace=read,pread64,readv,mmap', '-o', trace] as const;
    if (spawnSync(strace[0], [...strace.slice(1), 'true']).status !== 0) return context.skip('no strace here');
    const text = `# ${'x'.repeat(1000)}\n`;
    const project = submittedProject({ runs: Array.from({ length: 5000 }, (_, i) => `${text}echo ${i}\n`) });
    const job = startProgram([...strace, 'bash', join(project.folder, 'job.sbatch')], {
      env: { SHEAF_JOB_ID: '7', SHEAF_ARRAY_INDEX: '4900' },
    });
    expect((await job.ended).code).toBe(0);
    expect(project.read('out.log', 'train-1', 'exp4900')).toBe('4900\n');
    const reads = readFileSync(trace, 'utf8')
      .split('\n')
      .filter((line) => line.includes('/members.tsv>'));
    const bytes = reads.map((line) => Number(/ = (\d+)$/.exec(line)?.[1]));
    expect(bytes.reduce((sum, n) => sum + n, 0)).toBeGreaterThan(1000);
    expect(bytes.reduce((sum, n) => sum + n, 0)).toBeLessThan(64_000);
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

  test('that announces the time limit before the job is ready is handled when it is ready', async () => {
    // The last run that is permitted: it is warned at once, since its limit is short.
    const requeue = { ...REQUEUE, max: 0 };
    const project = submittedProject({
      runs: [`trap 'exit 0' USR1; while :; do sleep 0.05; done\n`],
      resources: { time_limit: '0:08', requeue },
    });
    const script = join(project.folder, 'job.sbatch');
    const ready = '{ sheaf_main; exit; }';
    expect(project.script).toContain(ready);
    writeFileSync(
      script,
      project.script.replace(ready, () => `kill -s USR1 "$$"\n${ready}`),
    );
    expect((await runJob(project)).code).toBe(1);
    expect(JSON.parse(project.read('ended.json'))).toMatchObject({ exit_code: 0, cause: 'timeout', signals: ['USR1'] });
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

  test('that kills the watcher of its program is reported, and leaves nothing running', async () => {
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
        `trap 'wait; exit 4' TERM; bash -c 'trap "echo child; exit" TERM; echo ready; while :; do sleep 0.05; done' & wait\n`,
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

  test('ends when a retry was submitted in the meantime', async () => {
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
