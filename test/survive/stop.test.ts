import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseEnded } from '../../src/core/experiment/job-record.ts';
import { getAttemptOutcome } from '../../src/core/experiment/outcome.ts';
import { startProgram, type Program } from '../support/processes.ts';
import { REQUEUE, submittedProject, type ProjectOptions, type SubmittedProject } from '../support/project-folder.ts';
import { until } from '../support/until.ts';

const REASON = 'rung 9: 0.71, 14th of 16, the first 5 go on';

function startJob(project: SubmittedProject, env: Record<string, string> = {}): Program {
  return startProgram(['bash', join(project.folder, 'job.sbatch')], { env: { SHEAF_JOB_ID: '7', ...env } });
}

const attemptFolder = (project: SubmittedProject, expId = 'exp0', attempt = 'train-1'): string =>
  join(project.root, 'experiments', expId, 'attempts', attempt);

function stop(project: SubmittedProject, expId?: string): void {
  mkdirSync(attemptFolder(project, expId), { recursive: true });
  symlinkSync(REASON, join(attemptFolder(project, expId), 'stop'));
}

function logOf(project: SubmittedProject, expId?: string): string {
  const path = join(attemptFolder(project, expId), 'out.log');
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

const untilReady = (project: SubmittedProject, expId?: string): Promise<boolean> =>
  until(() => logOf(project, expId).includes('ready\n'));

/** The end of an attempt, from its own record. */
function endOf(project: SubmittedProject, expId = 'exp0', attempt = 'train-1') {
  const parsed = parseEnded(project.read('ended.json', attempt, expId));
  if (parsed.kind !== 'record') throw new Error(JSON.stringify(parsed));
  const outcome = getAttemptOutcome({ stage: 'train', n: 1, facts: { ended: { stamp: 's', value: parsed.fact } } });
  return { record: parsed.record, outcome };
}

const STOPPED = { status: 'stopped', said: REASON };

/** It saves when it is asked to, and then ends well. */
const SAVES = `exec python3 -u -c '
import os, signal, sys, time
def save(*_):
    os.write(1, b"saved\\n")
    sys.exit(0)
signal.signal(signal.SIGUSR1, save)
print("ready")
while True: time.sleep(0.05)
'`;

const WAITS = 'echo ready; exec sleep 600';

describe('a job that is stopped while it runs', () => {
  test('lets a program that listens save, and does not go back into the queue', async () => {
    const resources = { time_limit: '1:00:00', requeue: REQUEUE };
    const project = submittedProject({ runs: [`${SAVES}\n`], resources });
    const job = startJob(project, { SHEAF_AGAIN: join(project.folder, 'again') });
    await untilReady(project);
    stop(project);
    const { code, output } = await job.ended;
    expect(output).toContain(`sheaf: it is stopped: ${REASON}`);
    expect(logOf(project)).toBe('ready\nsaved\n');
    expect(endOf(project)).toMatchObject({ record: { exitCode: 0, cause: 'stopped' }, outcome: STOPPED });
    expect(endOf(project).record.requeued).toBeUndefined();
    expect(existsSync(join(project.folder, 'again'))).toBe(false);
    expect(code).toBe(79);
  });

  test('ends a program that does not listen at once', async () => {
    for (const requeue of [undefined, REQUEUE]) {
      const resources = { time_limit: '1:00:00', ...(requeue && { requeue }) };
      const project = submittedProject({ runs: [`${WAITS}\n`], resources });
      const job = startJob(project);
      await untilReady(project);
      stop(project);
      expect((await job.ended).code).toBe(79);
      expect(endOf(project)).toMatchObject({ record: { diedOf: 'TERM', cause: 'stopped' }, outcome: STOPPED });
    }
  });

  test('is completed if its program ends well first, and failed if it fails first', async () => {
    for (const [status, outcome] of [
      [0, 'completed'],
      [3, 'failed'],
    ] as const) {
      const project = submittedProject({ runs: [`ln -s late "$SHEAF_STOP"; exit ${status}\n`] });
      expect((await startJob(project).ended).code).toBe(status);
      expect(endOf(project).outcome.status).toBe(outcome);
    }
  });

  test('is stopped if its program looks for the link itself and ends with status 79', async () => {
    const project = submittedProject({
      runs: [`ln -s '${REASON}' "$SHEAF_STOP"; [[ ! -L $SHEAF_STOP ]] || exit 79\n`],
    });
    expect((await startJob(project).ended).code).toBe(79);
    expect(endOf(project).outcome).toMatchObject(STOPPED);
  });
});

describe('a job that was stopped before it started', () => {
  test('runs nothing', async () => {
    const project = submittedProject({ runs: ['echo ready\n'] });
    stop(project);
    const { code, output } = await startJob(project).ended;
    expect(output).toContain(`sheaf: it was stopped before it started: ${REASON}; nothing was run`);
    expect(logOf(project)).toBe('');
    expect(endOf(project).outcome).toMatchObject(STOPPED);
    expect(code).toBe(79);
  });

  test('runs nothing in the next attempt that it goes on as', async () => {
    const project = submittedProject({ runs: ['echo ready\n'] });
    mkdirSync(join(project.claims, 'runs'));
    symlinkSync('7.0@elsewhere:1', join(project.claims, 'runs/key0.train-1'));
    stop(project);
    expect((await startJob(project, { SHEAF_RESTART: '1' }).ended).code).toBe(79);
    expect(readdirSync(join(project.root, 'experiments/exp0/attempts'))).toEqual(['train-1', 'train-2']);
    expect(endOf(project, 'exp0', 'train-2').outcome).toMatchObject(STOPPED);
  });
});

describe('a member of a pack that is stopped', () => {
  const packOf = (runs: readonly string[], rest: ProjectOptions = {}): SubmittedProject =>
    submittedProject({ runs: runs.map((text) => `${text}\n`), pack: { size: runs.length }, ...rest });

  test('ends alone: the others go on', async () => {
    const project = packOf([WAITS, 'echo ready; until [[ -e $SHEAF_PROJECT/go ]]; do sleep 0.1; done; echo done']);
    const job = startJob(project);
    await untilReady(project, 'exp0');
    await untilReady(project, 'exp1');
    stop(project, 'exp0');
    await until(() => existsSync(join(attemptFolder(project, 'exp0'), 'ended.json')));
    expect(endOf(project, 'exp0').outcome).toMatchObject(STOPPED);
    expect(existsSync(join(attemptFolder(project, 'exp1'), 'ended.json'))).toBe(false);
    mkdirSync(join(project.root, 'go'));
    expect((await job.ended).code).toBe(0);
    expect(endOf(project, 'exp1').outcome.status).toBe('completed');
  });

  test('is not run again when the pack is requeued for the sake of the others', async () => {
    const project = packOf([WAITS, 'exit 0']);
    stop(project, 'exp0');
    await startJob(project).ended;
    await startJob(project, { SHEAF_RESTART: '1' }).ended;
    expect(readdirSync(join(project.root, 'experiments/exp0/attempts'))).toEqual(['train-1']);
  });
});
