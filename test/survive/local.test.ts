import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseStarted } from '../../src/core/experiment/job-record.ts';
import type { Resources } from '../../src/core/settings/settings.ts';
import { makeLocalBench, type LocalBench } from '../support/local-scheduler.ts';
import { REQUEUE, submittedProject, type SubmittedProject } from '../support/project-folder.ts';
import { until } from '../support/until.ts';
import { expectRegularResume, STEPS, storyOf, trains, trainsDeaf, upTo } from './trains.ts';

const RESOURCES: Resources = { time_limit: '0:04', requeue: { ...REQUEUE, max: 9 } };

function bench(): LocalBench {
  const made = makeLocalBench();
  onTestFinished(made.end);
  return made;
}

/** A job of the local scheduler with these programs, an array if there are several. */
async function submit(scheduler: LocalBench, runs: readonly string[], resources: Resources = RESOURCES) {
  const members = runs.map(() => ({ checkpoint: STEPS }));
  const project = submittedProject({ root: scheduler.root, runs, members, resources });
  const { task } = await scheduler.submit('', {
    token: project.token,
    script: project.script,
    resources,
    ...(runs.length > 1 ? { indices: runs.map((_, i) => i) } : {}),
  });
  return { project, task };
}

test('a job whose time is over saves, restarts and continues, until it is done', async () => {
  const scheduler = bench();
  const { project, task } = await submit(scheduler, [trains(60)]);
  expect(await scheduler.untilEnded(task())).toMatchObject({ state: 'completed', exitCode: 0 });
  const { attempts, ends, logs } = storyOf(project);
  expect(attempts.length).toBeGreaterThan(1);
  // Each step once, in order.
  expect(logs.flat()).toEqual(upTo(60));
  for (const end of ends.slice(0, -1)) expect(end).toMatchObject({ exitCode: 0, cause: 'timeout', requeued: true });
  expect(ends.at(-1)).toMatchObject({ exitCode: 0 });
  expect(ends.at(-1)?.cause).toBeUndefined();
  const started = parseStarted(project.read('started.json', 'train-2'));
  expect(started).toMatchObject({ record: { jobId: task().job.id, restart: 1 } });
  expect(started.kind === 'record' && started.record.checkpoint).toContain('/attempts/train-1/ckpt/step');
  const said = readFileSync(join(scheduler.outputs, `local-${task().job.id}.out`), 'utf8');
  expect(said.match(/it goes back into the queue/g)?.length).toBe(attempts.length - 1);
}, 60_000);

test('a program that has never heard of signals resumes from its last regular checkpoint; so do the tasks of an array', async () => {
  const scheduler = bench();
  // Time for a busy machine: it is asked to end two seconds before the scheduler makes it.
  const resources: Resources = { ...RESOURCES, time_limit: '0:06' };
  const { project, task } = await submit(scheduler, [trainsDeaf(140), trains(140)], resources);
  for (const index of [0, 1]) expect(await scheduler.untilEnded(task(index))).toMatchObject({ state: 'completed' });
  const { ends, logs } = storyOf(project, 'exp0');
  expect(ends[0]).toMatchObject({ cause: 'timeout', requeued: true, diedOf: 'TERM' });
  expectRegularResume(logs, 140);
  expect(storyOf(project, 'exp1').logs.flat()).toEqual(upTo(140));
}, 90_000);

test('a supervisor that takes over continues a restarted job', async () => {
  const scheduler = bench();
  const { project, task } = await submit(scheduler, [trains(60)]);
  await until(() => existsSync(join(project.root, 'experiments/exp0/attempts/train-2/started.json')));
  await scheduler.killSupervisor();
  expect(await scheduler.untilEnded(task())).toMatchObject({ state: 'completed' });
  expect(storyOf(project).logs.flat()).toEqual(upTo(60));
}, 60_000);

test('any job that creates the given file is restarted, except a cancelled one', async () => {
  const scheduler = bench();
  const thrice = await scheduler.submit('echo "$SHEAF_RESTART" >>runs; ((SHEAF_RESTART == 2)) || : >"$SHEAF_AGAIN"');
  expect(await scheduler.untilEnded(thrice.task())).toMatchObject({ state: 'completed', exitCode: 0 });
  expect(scheduler.lines('runs')).toEqual(['0', '1', '2']);
  const endless = await scheduler.submit('echo x >>count; : >"$SHEAF_AGAIN"; exec sleep 1000');
  await until(() => scheduler.lines('count').length === 1);
  await scheduler.open().cancel([endless.task()]);
  expect(await scheduler.untilEnded(endless.task())).toMatchObject({ state: 'cancelled' });
  expect(scheduler.lines('count')).toEqual(['x']);
}, 60_000);

test('a job that is cancelled while it saves is not restarted', async () => {
  const scheduler = bench();
  const slow = `trap 'echo saving; sleep 1000 & wait' USR1; echo ready; while :; do sleep 0.1; done\n`;
  const { project, task } = await submit(scheduler, [slow]);
  await until(() => logOf(project).includes('saving'));
  await scheduler.open().cancel([task()]);
  expect(await scheduler.untilEnded(task())).toMatchObject({ state: 'cancelled' });
  expect(storyOf(project).attempts).toEqual(['train-1']);
  expect(storyOf(project).ends[0]).toMatchObject({ signal: 'TERM' });
  expect(storyOf(project).ends[0]?.requeued).toBeUndefined();
}, 60_000);

function logOf(project: SubmittedProject): string {
  const path = join(project.root, 'experiments/exp0/attempts/train-1/out.log');
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

test('a job that was restarted as often as allowed ends as at a time limit', async () => {
  const scheduler = bench();
  const { project, task } = await submit(scheduler, [trains(100_000)], {
    ...RESOURCES,
    time_limit: '0:12',
    requeue: { ...REQUEUE, max: 1 },
  });
  const fact = await scheduler.untilEnded(task());
  expect(fact).toMatchObject({ state: 'failed', exitCode: 1 });
  expect(storyOf(project).attempts).toEqual(['train-1', 'train-2']);
  const { ends } = storyOf(project);
  expect(ends.map((end) => end?.requeued)).toEqual([true, undefined]);
  expect(ends.map((end) => end?.cause)).toEqual(['timeout', 'timeout']);
}, 60_000);
