import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { AccountedFact } from '../../../src/core/experiment/attempt.ts';
import type { SubmitRequest, TaskRef } from '../../../src/scheduler/index.ts';
import { newToken } from '../../support/local-scheduler.ts';
import { submittedProject } from '../../support/project-folder.ts';
import { until } from '../../support/until.ts';
import { openAtOnceScheduler } from './at-once-scheduler.ts';

function place() {
  const root = mkdtempSync(join(tmpdir(), 'sheaf-at-once-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
  const outputFolder = join(root, 'outputs');
  mkdirSync(outputFolder);
  // Opened again each time, as each command does.
  const open = () => openAtOnceScheduler({ root });
  const submit = async (script: string, rest: Partial<SubmitRequest> = {}): Promise<(index?: number) => TaskRef> => {
    const request: SubmitRequest = {
      token: newToken(),
      script,
      cwd: root,
      outputFolder,
      resources: {},
      held: false,
      after: [],
      env: { PATH: process.env['PATH'] ?? '' },
      ...rest,
    };
    const outcome = await open().submit(request);
    if (outcome.kind !== 'accepted') throw new Error(outcome.said);
    const { token } = request;
    return (index) => ({ job: outcome.job, token, ...(index === undefined ? {} : { index }) });
  };
  const look = async (task: TaskRef) => {
    const poll = await open().poll([task]);
    return poll.kind === 'answer' ? poll.results[0]?.fact : undefined;
  };
  const untilEnded = (task: TaskRef): Promise<AccountedFact> =>
    until(async () => {
      const fact = await look(task);
      return fact?.kind === 'accounted' && fact;
    });
  return { root, open, submit, look, untilEnded };
}

test('the scheduler of the example runs a script in its folder and says how it ended', async () => {
  const { root, submit, untilEnded } = place();
  const [good, bad] = [await submit('pwd > where'), await submit('exit 42')];
  expect(await untilEnded(good())).toMatchObject({ state: 'completed', exitCode: 0 });
  expect(await untilEnded(bad())).toMatchObject({ state: 'failed', exitCode: 42 });
  expect(readFileSync(join(root, 'where'), 'utf8')).toBe(`${root}\n`);
});

test('it runs whole experiments, each task of an array with its own member', async () => {
  const { root, submit, untilEnded } = place();
  const project = submittedProject({ root, runs: ['echo "$SHEAF_EXP_ID"; exit 4\n', 'echo "$SHEAF_EXP_ID"\n'] });
  const task = await submit(project.script, {
    token: project.token,
    outputFolder: project.folder,
    indices: [0, 1],
  });
  expect(await untilEnded(task(0))).toMatchObject({ state: 'failed', exitCode: 4 });
  expect(await untilEnded(task(1))).toMatchObject({ state: 'completed' });
  expect(project.read('out.log')).toBe('exp0\n');
});

test('it finds a job by its token alone, and ends one that runs', async () => {
  const { open, submit, look } = place();
  const task = await submit('sleep 1000');
  const other = newToken();
  const { token, job } = task();
  expect(await open().find([token, other], 0)).toEqual({ kind: 'answer', jobs: new Map([[token, job]]) });
  expect(await look({ ...task(), token: other })).toBeUndefined();
  await until(async () => (await look(task()))?.state === 'running');
  await open().cancel([task()]);
  await until(async () => (await look(task()))?.state !== 'running');
});
