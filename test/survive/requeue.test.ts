import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseEnded, type EndedRecord } from '../../src/core/experiment/job-record.ts';
import { startProgram, runs, type Program } from '../support/processes.ts';
import { REQUEUE, submittedProject, type ProjectOptions, type SubmittedProject } from '../support/project-folder.ts';
import { until } from '../support/until.ts';

/** Of 8 seconds 3 are for saving, and 2 for ending what does not. */
const SHORT = { time_limit: '0:08', requeue: REQUEUE };

const projectOf = (run: string, rest: ProjectOptions = {}): SubmittedProject =>
  submittedProject({ runs: [`${run}\n`], resources: SHORT, ...rest });

/** A job whose scheduler takes it back when it finds the file. */
function startJob(project: SubmittedProject, env: Record<string, string> = {}): Program & { again: () => boolean } {
  const file = join(project.folder, 'again');
  const job = startProgram(['bash', join(project.folder, 'job.sbatch')], {
    env: { SHEAF_JOB_ID: '7', SHEAF_AGAIN: file, ...env },
  });
  return { ...job, again: () => existsSync(file) };
}

function ended(project: SubmittedProject, expId = 'exp0'): EndedRecord {
  const parsed = parseEnded(project.read('ended.json', 'train-1', expId));
  if (parsed.kind !== 'record') throw new Error(JSON.stringify(parsed));
  return parsed.record;
}

const logOf = (project: SubmittedProject, expId = 'exp0'): string => {
  const path = join(project.root, 'experiments', expId, 'attempts/train-1/out.log');
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
};

const untilReady = (project: SubmittedProject, expId?: string): Promise<boolean> =>
  until(() => logOf(project, expId).includes('ready\n'));

/** Python, as programs that train are: it saves when it is asked to, and then ends. */
const SAVES = `exec python3 -u -c '
import os, signal, sys, time
def save(*_):
    # Not by print: the signal may come while the program is still in the print below, which cannot be entered twice.
    os.write(1, b"saved\\n")
    sys.exit(int(os.environ.get("STATUS", "0")))
signal.signal(signal.SIGUSR1, save)
print("ready")
while True: time.sleep(0.05)
'`;

/** One that has never heard of signals. */
const DEAF = `exec python3 -u -c '
import time
print("ready")
while True: time.sleep(0.05)
'`;

describe('a job whose time limit is near', () => {
  test('lets its last run go on to the limit: one that does not listen is not ended early', async () => {
    const project = projectOf(`exec python3 -u -c '
import time
print("ready")
time.sleep(8)
print("done")
'`);
    const job = startJob(project, { SHEAF_RESTART: '2' });
    await untilReady(project);
    job.child.kill('SIGUSR1');
    const { code, output } = await job.ended;
    expect(output).toContain('the most that its template allows, so it runs to the limit');
    expect(logOf(project)).toBe('ready\ndone\n');
    expect(ended(project)).toMatchObject({ exitCode: 0 });
    expect(ended(project).cause).toBeUndefined();
    expect(code).toBe(0);
  });

  test.each([0, 3])('lets its program save and end with %s, and goes back into the queue', async (status) => {
    const project = projectOf(SAVES);
    const job = startJob(project, { STATUS: String(status) });
    await untilReady(project);
    job.child.kill('SIGUSR1');
    const { code, output } = await job.ended;
    expect(logOf(project)).toBe('ready\nsaved\n');
    expect(output).toContain('sheaf: its time limit is near: it has 3 s to save and to end');
    expect(output).toContain('sheaf: USR1 was sent to 1 of its processes');
    expect(output).toContain('sheaf: it goes back into the queue');
    expect(ended(project)).toMatchObject({ exitCode: status, cause: 'timeout', requeued: true });
    expect(code).toBe(0);
    expect(job.again()).toBe(true);
  });

  test('ends a program that does not listen only shortly before the limit, and takes it back', async () => {
    const project = projectOf(`trap 'echo asked' TERM; ${DEAF.replace('exec ', '')}`);
    const job = startJob(project);
    await untilReady(project);
    job.child.kill('SIGUSR1');
    const { output } = await job.ended;
    expect(output).toContain('nothing of it listens to USR1');
    expect(output).toContain('it has not ended within 3 s; it is asked to');
    expect(ended(project)).toMatchObject({ cause: 'timeout', requeued: true });
    expect(ended(project).signal).toBeUndefined();
    expect(job.again()).toBe(true);
  });

  test('kills a program that takes no notice of anything', async () => {
    const project = projectOf(`trap '' TERM USR1; echo $$; echo ready; while :; do sleep 0.1; done`);
    const job = startJob(project);
    await untilReady(project);
    job.child.kill('SIGUSR1');
    await job.ended;
    expect(ended(project)).toMatchObject({ exitCode: 137, diedOf: 'KILL', cause: 'timeout', requeued: true });
    expect(runs(Number(logOf(project).split('\n')[0]))).toBe(false);
    expect(job.again()).toBe(true);
  });

  test('leaves alone what ended by itself without having heard of it', async () => {
    for (const status of [0, 4]) {
      const project = projectOf(`echo ready; sleep 1.5; exit ${status}`);
      const job = startJob(project);
      await untilReady(project);
      job.child.kill('SIGUSR1');
      expect((await job.ended).code).toBe(status);
      expect(ended(project).cause).toBeUndefined();
      expect(job.again()).toBe(false);
    }
  });

  test('that was restarted as often as allowed ends as at a time limit, with a status that is not success', async () => {
    const project = projectOf(SAVES);
    const job = startJob(project, { SHEAF_RESTART: '2' });
    await untilReady(project);
    job.child.kill('SIGUSR1');
    const { code, output } = await job.ended;
    expect(output).toContain('it was restarted 2 times, and is not requeued again');
    expect(ended(project)).toMatchObject({ exitCode: 0, cause: 'timeout' });
    expect(ended(project).requeued).toBeUndefined();
    expect([code, job.again()]).toEqual([1, false]);
  });

  test('that cannot be put back says so, and its record does not claim it', async () => {
    const project = projectOf(SAVES);
    const job = startJob(project, { SHEAF_AGAIN: '' });
    await untilReady(project);
    job.child.kill('SIGUSR1');
    const { code, output } = await job.ended;
    expect(output).toContain('it could not be put back into the queue');
    expect(ended(project)).toMatchObject({ exitCode: 0, cause: 'timeout' });
    expect(ended(project).requeued).toBeUndefined();
    expect(code).toBe(1);
  });

  test('that is cancelled while its program saves does not go back', async () => {
    const project = projectOf(`exec python3 -u -c '
import signal, time
signal.signal(signal.SIGUSR1, lambda *_: print("saving"))
print("ready")
while True: time.sleep(0.05)
'`);
    const job = startJob(project);
    await untilReady(project);
    job.child.kill('SIGUSR1');
    await until(() => logOf(project).includes('saving'));
    job.child.kill('SIGTERM');
    expect((await job.ended).code).toBe(143);
    expect(ended(project)).toMatchObject({ exitCode: 143, signal: 'TERM' });
    expect(ended(project).cause).toBeUndefined();
    expect(job.again()).toBe(false);
  });

  test('gets the signal twice and passes it to its program once', async () => {
    const project = projectOf(`exec python3 -u -c '
import signal, time
count = 0
def save(*_):
    global count
    count += 1
signal.signal(signal.SIGUSR1, save)
print("ready")
while count == 0: time.sleep(0.05)
# Shorter than its time to save.
end = time.time() + 1.2
while time.time() < end: time.sleep(0.05)
print(count)
'`);
    const job = startJob(project);
    await untilReady(project);
    job.child.kill('SIGUSR1');
    await until(() => job.output().includes('was sent to'));
    job.child.kill('SIGUSR1');
    await job.ended;
    expect(logOf(project)).toBe('ready\n1\n');
    expect(JSON.parse(project.read('ended.json'))).toMatchObject({ signals: ['USR1'], requeued: true });
  });

  test('passes the signal on as it comes without a requeue policy', async () => {
    const project = projectOf(SAVES, { resources: { time_limit: '0:08' } });
    const job = startJob(project, { STATUS: '5' });
    await untilReady(project);
    job.child.kill('SIGUSR1');
    expect((await job.ended).code).toBe(5);
    expect(ended(project).cause).toBeUndefined();
    expect(job.again()).toBe(false);
  });
});

describe('the signal before a time limit', () => {
  /** A launcher that would die of it, and the ranks that it starts in sessions of their own. */
  const LAUNCHER = `
import os, subprocess, sys
ranks = [subprocess.Popen([sys.executable, "-u", os.environ["SHEAF_PROJECT"] + "/rank.py", str(i)], start_new_session=True) for i in range(2)]
sys.exit(max(rank.wait() for rank in ranks))
`;
  const RANK = `
import os, signal, sys, time
def save(*_):
    # Not by print: the signal may come while the program is still in the print below, which cannot be entered twice.
    os.write(1, f"saved {sys.argv[1]}\\n".encode())
    sys.exit(0)
signal.signal(signal.SIGUSR1, save)
# As a loader of data does, which must not save as well.
if os.fork() == 0:
    while os.getppid() != 1: time.sleep(0.05)
    os._exit(0)
print("rank", sys.argv[1], flush=True)
while True: time.sleep(0.05)
`;

  test('reaches every rank of a launcher that does not listen, and none of their helpers', async () => {
    const project = projectOf('trap "echo end" EXIT\npython3 -u "$SHEAF_PROJECT/launch.py"');
    writeFileSync(join(project.root, 'launch.py'), LAUNCHER);
    writeFileSync(join(project.root, 'rank.py'), RANK);
    const job = startJob(project);
    await until(() => logOf(project).match(/rank/g)?.length === 2);
    job.child.kill('SIGUSR1');
    const { output } = await job.ended;
    expect(output).toContain('USR1 was sent to 2 of its processes');
    expect(
      logOf(project)
        .match(/saved \d/g)
        ?.toSorted(),
    ).toEqual(['saved 0', 'saved 1']);
    expect(logOf(project)).toMatch(/end\n$/);
    expect(ended(project)).toMatchObject({ exitCode: 0, requeued: true });
  });

  test('reaches a shell that has a trap for it, and none that only has one for its end', async () => {
    const project = projectOf(
      `trap 'echo saved; exit 0' USR1; bash -c 'trap : EXIT; echo ready; sleep 1000 & wait' & while :; do sleep 0.1; done`,
    );
    const job = startJob(project);
    await untilReady(project);
    job.child.kill('SIGUSR1');
    expect((await job.ended).output).toContain('USR1 was sent to 1 of its processes');
    expect(logOf(project)).toBe('ready\nsaved\n');
  });

  test('waits for a program that only begins to listen', async () => {
    const project = projectOf(`echo ready; until [ -e "$SHEAF_OUT/go" ]; do sleep 0.1; done; ${SAVES}`, {
      resources: { time_limit: '0:40', requeue: REQUEUE },
    });
    const job = startJob(project);
    await untilReady(project);
    job.child.kill('SIGUSR1');
    await until(() => job.output().includes('nothing of it listens to USR1'));
    writeFileSync(join(project.root, 'experiments/exp0/attempts/train-1/go'), '');
    await job.ended;
    // The signal may come as soon as it has a handler, before it says that it is ready.
    expect(logOf(project)).toMatch(/^ready\n(ready\n)?saved\n$/);
    expect(ended(project)).toMatchObject({ exitCode: 0, cause: 'timeout', requeued: true });
  });

  test('that comes before the program is there does it no harm', async () => {
    const verify = 'read -r _ _ _ wrapper _ </proc/$PPID/stat; kill -USR1 $wrapper; false';
    const project = projectOf('sleep 0.5; exit 6', {
      members: [{ checkpoint: { path: import.meta.filename, pick: 'newest', verify } }],
    });
    const { code, output } = await startJob(project).ended;
    expect(output).toContain('is skipped: the command that verifies it ended with status 1');
    expect(code).toBe(6);
    expect(JSON.parse(project.read('ended.json'))).toMatchObject({ signals: ['USR1'] });
  });
});

describe('a pack whose time limit is near', () => {
  test('goes back once for all that saved; what had completed is not run again', async () => {
    const project = submittedProject({
      runs: [`${SAVES}\n`, 'echo done\n', `${DEAF}\n`],
      pack: { size: 3 },
      resources: SHORT,
    });
    const job = startJob(project);
    await Promise.all(['exp0', 'exp2'].map((expId) => untilReady(project, expId)));
    await until(() => existsSync(join(project.root, 'experiments/exp1/attempts/train-1/ended.json')));
    job.child.kill('SIGUSR1');
    const { output } = await job.ended;
    expect(output).toContain('exp0 train: USR1 was sent to 1 of its processes');
    expect(output).toContain('exp2 train: nothing of it listens to USR1');
    expect([0, 1, 2].map((i) => ended(project, `exp${i}`).requeued)).toEqual([true, undefined, true]);
    expect(job.again()).toBe(true);
    const next = startJob(project, { SHEAF_RESTART: '1' });
    await until(() => existsSync(join(project.root, 'experiments/exp2/attempts/train-2/out.log')));
    next.child.kill('SIGTERM');
    await next.ended;
    expect(existsSync(join(project.root, 'experiments/exp0/attempts/train-2'))).toBe(true);
    expect(existsSync(join(project.root, 'experiments/exp1/attempts/train-2'))).toBe(false);
  });

  test('that cannot be requeued corrects the records of its members', async () => {
    const project = submittedProject({ runs: [`${SAVES}\n`, `${SAVES}\n`], pack: { size: 2 }, resources: SHORT });
    const job = startJob(project, { SHEAF_AGAIN: '' });
    await Promise.all(['exp0', 'exp1'].map((expId) => untilReady(project, expId)));
    job.child.kill('SIGUSR1');
    const { code } = await job.ended;
    expect(code).toBe(1);
    for (const expId of ['exp0', 'exp1']) {
      expect(ended(project, expId)).toMatchObject({ exitCode: 0, cause: 'timeout' });
      expect(ended(project, expId).requeued).toBeUndefined();
    }
  });
});
