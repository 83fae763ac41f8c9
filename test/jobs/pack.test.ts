import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runs, startProgram, type Program } from '../support/processes.ts';
import { submittedProject, type ProjectOptions, type SubmittedProject } from '../support/project-folder.ts';
import { until } from '../support/until.ts';
import { getAttemptOutcome } from '../../src/core/experiment/outcome.ts';
import { parseEnded, parseStarted } from '../../src/core/experiment/job-record.ts';
import type { Pack } from '../../src/core/settings/settings.ts';

/** All of `commands` in one job. */
function packOf(commands: readonly string[], limits: Partial<Pack> = {}, rest: ProjectOptions = {}): SubmittedProject {
  const pack = { size: Math.max(2, commands.length), ...limits };
  return submittedProject({ runs: commands.map((text) => `${text}\n`), pack, ...rest });
}

function startJob(project: SubmittedProject, env: Record<string, string> = {}): Program {
  return startProgram(['bash', join(project.folder, 'job.sbatch')], { env: { SHEAF_JOB_ID: '7', ...env } });
}

const runJob = (project: SubmittedProject, env?: Record<string, string>): Program['ended'] =>
  startJob(project, env).ended;

function ended(project: SubmittedProject, member: number, attempt?: string) {
  const parsed = parseEnded(project.read('ended.json', attempt, `exp${member}`));
  if (parsed.kind !== 'record') throw new Error(JSON.stringify(parsed));
  return parsed;
}

function started(project: SubmittedProject, member: number, attempt?: string) {
  const parsed = parseStarted(project.read('started.json', attempt, `exp${member}`));
  if (parsed.kind !== 'record') throw new Error(JSON.stringify(parsed));
  return parsed.record;
}

const log = (project: SubmittedProject, member: number, attempt?: string): string =>
  project.read('out.log', attempt, `exp${member}`);

function logIfThere(project: SubmittedProject, member: number, attempt = 'train-1'): string {
  const path = join(project.root, `experiments/exp${member}/attempts`, attempt, 'out.log');
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

function attemptsOf(project: SubmittedProject, member: number): string[] {
  const folder = join(project.root, `experiments/exp${member}/attempts`);
  return existsSync(folder) ? readdirSync(folder).toSorted() : [];
}

/** What is judged of a member from its own record. */
function outcome(project: SubmittedProject, member: number) {
  const { fact } = ended(project, member);
  return getAttemptOutcome({ stage: 'train', n: 1, facts: { ended: { stamp: 's', value: fact } } });
}

describe('a pack', () => {
  test('runs each member as if it had the job for itself', async () => {
    const project = packOf([
      'echo a; exit 0',
      'echo b; echo c >&2; exit 3',
      'echo "$SHEAF_PACK_SLOT/$SHEAF_PACK_SIZE"',
    ]);
    const { code, output } = await runJob(project);
    expect(code).toBe(0);
    expect(output).toMatch(/^sheaf: exp1 train: attempt train-1 runs as 2 of 3 in job 7 on /m);
    expect(output).toMatch(/^sheaf: exp1 train: ended with status 3 after /m);
    expect([0, 1, 2].map((member) => log(project, member))).toEqual(['a\n', 'b\n', '2/3\n']);
    expect(project.read('err.log', 'train-1', 'exp1')).toBe('c\n');
    expect([0, 1, 2].map((member) => ended(project, member).record.exitCode)).toEqual([0, 3, 0]);
    expect([0, 1, 2].map((member) => started(project, member).pack)).toEqual([
      { slot: 0, of: 3 },
      { slot: 1, of: 3 },
      { slot: 2, of: 3 },
    ]);
    expect(new Set([0, 1, 2].map((member) => started(project, member).pid)).size).toBe(3);
    for (const member of [0, 1, 2]) {
      const { pid } = started(project, member);
      expect(readlinkSync(join(project.claims, `runs/key${member}.train-1`))).toMatch(new RegExp(`^7\\.0@.*:${pid}$`));
    }
  });

  test('runs its members at the same time', async () => {
    const meet = (me: number): string =>
      `touch "$SHEAF_PROJECT/${me}"; until [[ -e $SHEAF_PROJECT/${1 - me} ]]; do sleep 0.02; done`;
    expect((await runJob(packOf([meet(0), meet(1)]))).code).toBe(0);
  });

  test('of one task of an array is found among others, and is alone in its task when it is the last', async () => {
    const project = packOf(
      Array.from({ length: 5 }, (_, i) => `echo "${i} $SHEAF_PACK_SLOT/$SHEAF_PACK_SIZE"`),
      {},
      { members: [1, 1, 12, 12, 2].map((index) => ({ index })) },
    );
    await runJob(project, { SHEAF_JOB_ID: '9_1', SHEAF_ARRAY_INDEX: '1' });
    expect([0, 1, 2, 3, 4].map((member) => logIfThere(project, member))).toEqual(['0 0/2\n', '1 1/2\n', '', '', '']);
    await runJob(project, { SHEAF_JOB_ID: '9_2', SHEAF_ARRAY_INDEX: '2' });
    expect(log(project, 4)).toBe('4 0/1\n');
    expect(started(project, 4)).toMatchObject({ jobId: '9_2', pack: { slot: 0, of: 1 } });
  });

  test('keeps parameters as they are, whatever is in them', async () => {
    const hostile = ['$(touch broken)', '`x`', '\\t\\\\n%s', "'; exit 9; '", '* ? [a]', '-n', 'a  b'];
    const members = hostile.map((value) => ({ paramsJson: JSON.stringify({ value, $x: '"' }) }));
    const project = packOf(
      hostile.map((value) => `cat <<'EOF'\n${value}\nEOF`),
      {},
      { members },
    );
    expect((await runJob(project)).code).toBe(0);
    for (const [i, value] of hostile.entries()) {
      expect(JSON.parse(project.read('params.json', 'train-1', `exp${i}`))).toEqual({ value, $x: '"' });
      expect(log(project, i)).toBe(`${value}\n`);
    }
    expect(existsSync(join(project.root, 'broken'))).toBe(false);
  });

  test('gives its programs the variables of the caller unchanged, and no open files but those of a job of one', async () => {
    const names = 'name index i rest gpus each shell signal folder process group line value slots';
    const show = `for n in ${names}; do printf '%s ' "\${!n}"; done; cd /proc/$$/fd; echo *`;
    const project = packOf([show, 'sleep 0.1'], { time_limit: '1:00' });
    const single = submittedProject({ runs: [`${show}\n`] });
    const env = Object.fromEntries(names.split(' ').map((name) => [name, `<${name}>`]));
    await runJob(project, { CUDA_VISIBLE_DEVICES: '0,1', ...env });
    await runJob(single, env);
    expect(log(project, 0)).toBe(log(single, 0));
    expect(log(project, 0)).toContain(names.replace(/\w+/g, '<$&>'));
  });

  test('skips a member that another job holds, with a message, and runs the others', async () => {
    const project = packOf(['echo a', 'echo b', 'echo c']);
    mkdirSync(join(project.claims, 'runs'));
    symlinkSync('8.0@node2:99', join(project.claims, 'runs/key1.train-1'));
    const { code, output } = await runJob(project);
    expect(code).toBe(0);
    expect(output).toContain('attempt train-1 of exp1 is held by 8.0@node2:99; nothing was run');
    expect([0, 1, 2].map((member) => logIfThere(project, member))).toEqual(['a\n', '', 'c\n']);
    expect(attemptsOf(project, 1)).toEqual([]);
  });

  test('skips a member whose folder cannot be made', async () => {
    const project = packOf(['echo a', 'echo b']);
    mkdirSync(join(project.root, 'experiments'));
    writeFileSync(join(project.root, 'experiments/exp0'), 'a file');
    const { code, output } = await runJob(project);
    expect(code).toBe(0);
    expect(output).toContain('sheaf: exp0 train: cannot write into ');
    expect(log(project, 1)).toBe('b\n');
  });

  test('does not wait for what a program leaves running, and ends it', async () => {
    const project = packOf(["bash -c 'echo $$; exec sleep 1000' & sleep 0.2", 'true']);
    expect((await runJob(project)).code).toBe(0);
    expect(runs(Number(log(project, 0)))).toBe(false);
  });

  test('of 32 costs no time while its programs run', async () => {
    const project = packOf(
      Array.from({ length: 32 }, () => 'exec sleep 1000'),
      { time_limit: '1:00:00', mem: '8G' },
    );
    const job = startJob(project);
    await until(() => Array.from({ length: 32 }, (_, i) => i).every((i) => existsSync(recordPath(project, i))));
    const before = cpuTicks(job.pid);
    await new Promise((resolve) => setTimeout(resolve, 7000));
    const spent = (cpuTicks(job.pid) - before) / 100;
    job.child.kill('SIGTERM');
    await job.ended;
    // Two looks at all processes of a machine.
    expect(spent).toBeLessThan(1);
  }, 60_000);
});

const recordPath = (project: SubmittedProject, member: number): string =>
  join(project.root, `experiments/exp${member}/attempts/train-1/started.json`);

/** Of a process and its descendants, those that ended too. */
function cpuTicks(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const times = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 15);
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  return [...times.map(Number), ...children.map((child) => cpuTicks(Number(child)))].reduce((a, b) => a + b, 0);
}

describe('the status of the job of a pack', () => {
  test.each([
    [['exit 0', 'exit 0'], 0],
    [['exit 5', 'exit 0', 'exit 9'], 0],
    [['exit 5', 'exit 9', 'exit 1'], 9],
    [['exit 5', 'kill -KILL $$'], 137],
  ])('of %j is %i', async (commands, code) => {
    expect((await runJob(packOf(commands))).code).toBe(code);
  });

  test('is that of those that were skipped when none ran', async () => {
    const project = packOf(['true', 'true']);
    expect((await runJob(project)).code).toBe(0);
    expect((await runJob(project, { SHEAF_JOB_ID: '8' })).code).toBe(75);
  });

  test.each([
    ['while the program runs', ''],
    ['before it knew of the program', 'while :; do :; done; '],
  ])('reports that the watcher of a member was killed %s; nothing is left running', async (_, pause) => {
    const project = packOf(['echo $$; exec sleep 1000', 'sleep 2; exit 4']);
    const first = 'read -r sheaf_pid <';
    expect(project.script).toContain(first);
    const script = project.script.replace(first, `((sheaf_slot)) || { ${pause}true; }; ${first}`);
    writeFileSync(join(project.folder, 'job.sbatch'), script);
    const job = startJob(project);
    const pid = Number(await until(() => logIfThere(project, 0).trim()));
    process.kill(started(project, 0).pid, 'SIGKILL');
    const { code, output } = await job.ended;
    expect(output).toContain('what watched over member 1 of 2 was killed');
    expect(code).toBe(137);
    expect(ended(project, 1).record.exitCode).toBe(4);
    await until(() => !runs(pid));
  });
});

describe('a signal to the job of a pack', () => {
  const waiting = (signal: string): string =>
    `trap 'echo got ${signal}; exit 9' ${signal}; echo ready; while :; do sleep 0.05; done`;

  test.each(['TERM', 'INT', 'HUP', 'USR1', 'USR2', 'QUIT'] as const)('%s reaches every program', async (signal) => {
    const project = packOf([1, 2, 3].map(() => waiting(signal)));
    const job = startJob(project);
    await until(() => [0, 1, 2].every((member) => logIfThere(project, member) === 'ready\n'));
    job.child.kill(`SIG${signal}`);
    expect((await job.ended).code).toBe(9);
    for (const member of [0, 1, 2]) {
      expect(log(project, member)).toBe(`ready\ngot ${signal}\n`);
      expect(ended(project, member).record.signal).toBe(signal.startsWith('USR') ? undefined : signal);
      expect(project.read('ended.json', 'train-1', `exp${member}`)).toContain(`"signals": ["${signal}"]`);
    }
  });

  test('that all its processes get at once, as on a cancel, is recorded by every member', async () => {
    for (let round = 0; round < 8; round += 1) {
      const project = packOf(['echo ready; sleep 1000; true', 'echo ready; sleep 1000; true']);
      const job = startJob(project);
      await until(() => [0, 1].every((member) => logIfThere(project, member) === 'ready\n'));
      for (const pid of tree(job.pid)) for (const signal of ['SIGTERM', 'SIGCONT'] as const) send(pid, signal);
      expect((await job.ended).code).toBe(143);
      for (const member of [0, 1])
        expect(ended(project, member).record).toMatchObject({ exitCode: 143, signal: 'TERM', diedOf: 'TERM' });
    }
  });

  test('that comes at any moment changes no status', async () => {
    const results = await Promise.all(
      Array.from({ length: 6 }, async (_, round) => {
        const project = packOf([1, 2, 3].map((i) => `trap '' USR1; sleep 0.${(round + i) % 3}; exit 127`));
        const job = startJob(project);
        await until(() => job.output().includes('runs as'));
        const timer = setInterval(() => job.child.kill('SIGUSR1'), 3);
        const { code } = await job.ended;
        clearInterval(timer);
        return [code, ...[0, 1, 2].map((member) => ended(project, member).record.exitCode)];
      }),
    );
    // A signal may end the program before it ignores it: then the status says that.
    expect(results.flat().filter((code) => code !== 127 && code !== 138)).toEqual([]);
  });

  test('that only one of its programs obeys does not end the others', async () => {
    const project = packOf([
      `trap 'exit 0' TERM; echo ready; while :; do sleep 0.05; done`,
      `trap 'echo no' TERM; echo ready; for ((i = 0; i < 20; i++)); do sleep 0.05; done; exit 0`,
    ]);
    const job = startJob(project);
    await until(() => [0, 1].every((member) => logIfThere(project, member) === 'ready\n'));
    job.child.kill('SIGTERM');
    expect((await job.ended).code).toBe(0);
    expect(log(project, 1)).toBe('ready\nno\n');
    expect(ended(project, 1).record).toMatchObject({ exitCode: 0, signal: 'TERM' });
  });
});

function tree(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  return [pid, ...children.flatMap((child) => tree(Number(child)))];
}

/** A process that is gone already does not mind. */
function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

describe('the GPUs of a job are shared among the members', () => {
  test.each([
    [undefined, ['unset', 'unset']],
    ['', ['', '']],
    ['3', ['3', '3', '3']],
    ['0,1', ['0', '1']],
    ['2,5', ['2', '5', '2', '5', '2']],
    ['0,1,2', ['0', '1', '2', '0']],
    ['0,1,2', ['0', '1']],
    ['0,1,2,3', ['0,1', '2,3']],
    ['0,1,2,3,4,5,6,7', ['0,1', '2,3', '4,5']],
    ['GPU-a,MIG-b*,GPU-c', ['GPU-a', 'MIG-b*', 'GPU-c']],
  ])('%s: %j', async (given, expected) => {
    const project = packOf(expected.map(() => 'echo "${CUDA_VISIBLE_DEVICES-unset}"'));
    const env = { ...process.env };
    delete env['CUDA_VISIBLE_DEVICES'];
    const job = startProgram(['bash', join(project.folder, 'job.sbatch')], {
      env: { ...env, SHEAF_JOB_ID: '7', CUDA_VISIBLE_DEVICES: given },
    });
    expect((await job.ended).code).toBe(0);
    expect(expected.map((_, member) => log(project, member).trim())).toEqual(expected);
    expect(expected.map((_, member) => started(project, member).cudaVisibleDevices ?? 'unset')).toEqual(expected);
  });
});

describe('a pack that was requeued', () => {
  const slurm = (restart?: number): Record<string, string> => ({
    SLURM_JOB_ID: '40',
    ...(restart === undefined ? {} : { SLURM_RESTART_COUNT: String(restart) }),
  });

  test('does not run again what completed, and makes the next attempt of the others', async () => {
    const project = packOf(['exit 0', '((SHEAF_ATTEMPT == 3))', 'exit 6']);
    await runJob(project, slurm());
    const { code, output } = await runJob(project, slurm(1));
    expect(code).toBe(0);
    expect(output).toContain('attempt train-1 of exp0 has completed already; it is not run again');
    await runJob(project, slurm(2));
    await runJob(project, slurm(3));
    expect([0, 1, 2].map((member) => attemptsOf(project, member).length)).toEqual([1, 3, 4]);
    expect(started(project, 2, 'train-4').restart).toBe(3);
  });

  test('ends well when all had completed', async () => {
    const project = packOf(['true', 'true']);
    await runJob(project, slurm());
    expect((await runJob(project, slurm(1))).code).toBe(0);
    expect(attemptsOf(project, 1)).toEqual(['train-1']);
  });

  test('runs again what ended with 0 after it was told to end', async () => {
    const project = packOf([`trap 'exit 0' TERM; echo ready; while :; do sleep 0.05; done`, 'true']);
    const job = startJob(project, slurm());
    await until(() => logIfThere(project, 0) === 'ready\n' && job.output().includes('exp1 train: ended with'));
    job.child.kill('SIGTERM');
    await job.ended;
    const again = startJob(project, slurm(1));
    await until(() => logIfThere(project, 0, 'train-2') === 'ready\n');
    again.child.kill('SIGTERM');
    await again.ended;
    expect(attemptsOf(project, 1)).toEqual(['train-1']);
  });
});

describe('a member that needs another stage', () => {
  const needs = [{ needs: 'prepare' }, { needs: 'prepare' }, { needs: 'prepare' }, { needs: 'prepare' }, {}];

  function endedBefore(project: SubmittedProject, member: number, attempt: string, rest: string): void {
    const folder = join(project.root, `experiments/exp${member}/attempts`, attempt);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'ended.json'), `{"schema": 1, "job_id": "1", "restart": 0, ${rest}, "died_of": null}\n`);
  }

  test('runs when one of its attempts completed; otherwise its record says why it did not', async () => {
    const project = packOf(
      Array.from({ length: 5 }, (_, i) => `echo ${i}`),
      {},
      { members: needs },
    );
    endedBefore(project, 0, 'prepare-1', '"exit_code": 1, "signal": null');
    endedBefore(project, 0, 'prepare-12', '"exit_code": 0, "signal": null');
    endedBefore(project, 1, 'prepare-1', '"exit_code": 0, "signal": "TERM"');
    // Of a stage called prepare-2.
    endedBefore(project, 2, 'prepare-2-1', '"exit_code": 0, "signal": null');
    const { code, output } = await runJob(project);
    expect(code).toBe(0);
    expect(output).toContain('sheaf: exp1 train: stage prepare, which must complete first, has not; nothing was run');
    expect([0, 4].map((member) => log(project, member))).toEqual(['0\n', '4\n']);
    for (const member of [1, 2, 3]) {
      expect(ended(project, member).record).toMatchObject({ exitCode: 75, cause: 'dependency' });
      expect(ended(project, member).record.signal).toBeUndefined();
      expect(existsSync(recordPath(project, member))).toBe(false);
      expect(outcome(project, member)).toMatchObject({ status: 'failed', cause: 'dependency' });
      expect(readlinkSync(join(project.claims, `runs/key${member}.train-1`))).toMatch(/^7\.0@/);
      expect(project.read('run.sh', 'train-1', `exp${member}`)).toBe(`echo ${member}\n`);
    }
  });

  test('fails the job when no member can run', async () => {
    const project = packOf(['true', 'true'], {}, { members: needs });
    expect((await runJob(project)).code).toBe(75);
  });
});

describe('the limits of a member', () => {
  test('end it alone when its time is over, and its record says so', async () => {
    const stubborn = `trap 'echo late; exit 0' TERM; while :; do sleep 0.05; done`;
    const project = packOf([stubborn, 'exit 0', 'sleep 1000'], { time_limit: '00:02' });
    const { code, output } = await runJob(project);
    expect(code).toBe(0);
    expect(output).toContain('sheaf: exp0 train: its time limit of 2 s is over; it is asked to end');
    expect(log(project, 0)).toBe('late\n');
    expect(ended(project, 0).record).toMatchObject({ exitCode: 0, signal: 'TERM', cause: 'timeout' });
    expect(ended(project, 0).record.durationS).toBeGreaterThanOrEqual(2);
    expect(ended(project, 1).fact).not.toHaveProperty('cause');
    expect(ended(project, 2).record).toMatchObject({ exitCode: 143, cause: 'timeout' });
    expect([0, 1, 2].map((member) => outcome(project, member))).toMatchObject([
      { status: 'failed', cause: 'timeout' },
      { status: 'completed' },
      { status: 'failed', cause: 'timeout' },
    ]);
  });

  test('kill one that does not end 30 seconds after it was asked to', async () => {
    const project = packOf([`trap '' TERM; while :; do sleep 1; done`], { time_limit: '00:01' });
    const { code } = await runJob(project);
    expect(code).toBe(137);
    expect(ended(project, 0).record).toMatchObject({ diedOf: 'KILL', cause: 'timeout', signal: 'TERM' });
    expect(ended(project, 0).record.durationS).toBeGreaterThan(30);
  }, 60_000);

  test('kill the one that uses more than its memory, and leave the others', async () => {
    const eater = `node -e 'const b = Buffer.alloc(300 << 20, 1); setInterval(() => b, 1000)'`;
    const project = packOf([`(${eater}) & wait`, 'sleep 8; echo alive'], { mem: '200M' });
    const { code, output } = await runJob(project);
    expect(code).toBe(0);
    expect(output).toContain('sheaf: exp0 train: it uses more than its 200 MiB of memory; it is killed');
    expect(ended(project, 0).record).toMatchObject({ exitCode: 137, diedOf: 'KILL', cause: 'host_oom' });
    expect(outcome(project, 0)).toMatchObject({ status: 'failed', cause: 'host_oom' });
    expect(log(project, 1)).toBe('alive\n');
  });

  test('count memory that processes share once', async () => {
    const forks = `import os, time
block = b"x" * (150 << 20)
for _ in range(4):
    if os.fork() == 0: break
time.sleep(8)`;
    const project = packOf([`python3 -c '${forks}'`, 'true'], { mem: '400M' });
    await runJob(project);
    expect(ended(project, 0).record.exitCode).toBe(0);
  });
});

test('the text of the wrapper takes no helper that a compute node may lack', () => {
  const script = readFileSync(join(packOf(['true', 'true']).folder, 'job.sbatch'), 'utf8');
  expect(script).not.toMatch(/<<</);
  expect(() => execFileSync('bash', ['-n'], { input: script })).not.toThrow();
});
