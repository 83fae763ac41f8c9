import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import {
  ended,
  LIFE_MS,
  recordedProject,
  started,
  type RecordedProject,
} from '../../../test/support/recorded-project.ts';
import type { Fact } from '../../core/experiment/facts.ts';
import type { CodeRecord } from '../../core/experiment/code.ts';
import type { EventBody } from '../../core/experiment/event.ts';
import { asKey, asToken } from '../../core/ids.ts';
import { diagnoseEnded } from './diagnose.ts';
import { showExperiment } from '../inspect/show.ts';
import { makeStatusLine } from '../jobs/status-line.ts';

const KEY_ERROR = 'Traceback (most recent call last):\n  File "train.py", line 3, in <module>\nKeyError: \'lr\'\n';

function news(fact: Fact, ...expIds: string[]): EventBody[] {
  return [{ type: 'state', attempts: expIds.map((id) => ({ key: asKey(`key-${id}`), stage: 'train', n: 1 })), fact }];
}

/** The diagnosis of these experiments, of which this was just learned. */
async function whyFailed(
  recorded: RecordedProject,
  told: readonly EventBody[],
  ...expIds: string[]
): Promise<EventBody[]> {
  const { project } = recorded;
  const experiments = expIds.flatMap((id) => project.store.find(id) ?? []);
  return diagnoseEnded(project, experiments, told, LIFE_MS);
}

const RUNNING = { attempts: { 'train-1': [started()] } };

test('a diagnosis that many attempts share is one event, and status and show print it', async () => {
  const recorded = await recordedProject({ a: RUNNING, b: RUNNING, c: RUNNING });
  for (const id of ['a', 'b']) recorded.write(`experiments/${id}/attempts/train-1/err.log`, KEY_ERROR);
  recorded.write(
    'experiments/c/attempts/train-1/out.log',
    'epoch 1\nRuntimeError: CUDA out of memory. Tried to allocate 1.00 GiB.\n',
  );
  const told = news(ended(1), 'a', 'b', 'c');
  const events = await whyFailed(recorded, told, 'a', 'b', 'c');
  expect(events).toMatchObject([
    { attempts: [{ key: 'key-a' }, { key: 'key-b' }], fact: { of: 'exit_code', code: 'key_missing' } },
    { attempts: [{ key: 'key-c' }], fact: { code: 'gpu_oom', cause: 'gpu_oom' } },
  ]);
  await recorded.project.store.append([...told, ...events]);

  const [a, c] = ['a', 'c'].map((id) => recorded.project.store.find(id));
  expect(a && makeStatusLine(recorded.project, a)).toMatchObject({
    cause: 'exit_code',
    note: "no such key: 'lr' (train.py:3)",
  });
  expect(c && makeStatusLine(recorded.project, c)).toMatchObject({ status: 'failed', cause: 'gpu_oom', exitCode: 1 });
  expect(showExperiment(recorded.project, 'c').stages[0]?.attempts[0]?.diagnosis).toMatchObject({
    says: 'GPU out of memory: 1 GiB asked for',
    line: { file: 'attempts/train-1/out.log', number: 2 },
    fix: 'a smaller batch with gradient accumulation, or a GPU with more memory',
  });
  // The same is not recorded again.
  expect(await whyFailed(recorded, told, 'a', 'b', 'c')).toEqual([]);
});

test('attempts that did not fail, left no log, or are unknown get no diagnosis', async () => {
  const recorded = await recordedProject({ good: RUNNING, silent: RUNNING, cancelled: RUNNING });
  for (const id of ['good', 'cancelled']) recorded.write(`experiments/${id}/attempts/train-1/err.log`, KEY_ERROR);
  expect(await whyFailed(recorded, news(ended(0), 'good'), 'good')).toEqual([]);
  expect(await whyFailed(recorded, news(ended(3), 'silent', 'stranger'), 'silent')).toEqual([]);
  const cancel: Fact = { kind: 'accounted', state: 'cancelled', atMs: LIFE_MS };
  expect(await whyFailed(recorded, news(cancel, 'cancelled'), 'cancelled')).toEqual([]);
});

test('of a long log only the end is read, whatever bytes are in it; lines are counted up to a size', async () => {
  const recorded = await recordedProject({ some: RUNNING, long: RUNNING, folder: RUNNING });
  const line = `${'x\u00e9\u0000\xff'.repeat(20)}\n`;
  recorded.write('experiments/some/attempts/train-1/err.log', line.repeat(5_000) + KEY_ERROR);
  recorded.write('experiments/long/attempts/train-1/err.log', line.repeat(20_000) + KEY_ERROR);
  recorded.write('experiments/folder/attempts/train-1/err.log/x', '');
  const events = await whyFailed(recorded, news(ended(1), 'some', 'long', 'folder'), 'some', 'long', 'folder');
  expect(events).toMatchObject([
    { attempts: [{ key: 'key-some' }], fact: { line: { file: 'err.log', number: 5_003, text: "KeyError: 'lr'" } } },
    {
      attempts: [{ key: 'key-long' }],
      fact: { code: 'key_missing', line: { file: 'err.log', text: "KeyError: 'lr'" } },
    },
  ]);
  expect(JSON.stringify(events[1])).not.toContain('"number"');
});

test('a time limit is reported with the progress, and a signal by the scheduler counts as the exit code', async () => {
  const limited = { ...RUNNING, settings: { resources: { time_limit: '2:00:00' }, command: 'true' } };
  const recorded = await recordedProject({ slow: limited, killed: RUNNING });
  recorded.write('experiments/slow/attempts/train-1/out.log', 'epoch 7/90\n');
  const [late] = await whyFailed(
    recorded,
    news({ kind: 'accounted', state: 'timeout', atMs: LIFE_MS }, 'slow'),
    'slow',
  );
  expect(late).toMatchObject({ fact: { of: 'timeout', says: 'its time limit of 2h 00m was reached: epoch 7 of 90' } });
  const struck: Fact = { kind: 'accounted', state: 'failed', atMs: LIFE_MS, exitCode: 0, signal: 11 };
  const [crash] = await whyFailed(recorded, news(struck, 'killed'), 'killed');
  expect(crash).toMatchObject({ fact: { code: 'segfault' } });
});

test('what the job itself wrote is read too, and found from show', async () => {
  const recorded = await recordedProject({ a: { attempts: { 'train-1': [] } } });
  recorded.write(
    '.sheaf/submissions/token-a-train-1/local-a/train-1.out',
    'sheaf: cannot enter the project folder /gone; nothing was run\n',
  );
  const told = news({ kind: 'accounted', state: 'failed', atMs: LIFE_MS, exitCode: 74 }, 'a');
  const events = await whyFailed(recorded, told, 'a');
  expect(events).toMatchObject([
    { fact: { of: 'launch', says: 'cannot enter the project folder /gone; nothing was run' } },
  ]);
});

test('in a job that runs several programs, each one gets only what the job recorded of it', async () => {
  const recorded = await recordedProject({ a: {}, b: {} });
  const { store } = recorded.project;
  const members = ['a', 'b'].map((id) => ({ key: asKey(`key-${id}`), stage: 'train', n: 1, index: 0 }));
  const token = asToken('pack');
  const job = { scheduler: 'local:test', id: '7', uid: 1, submittedMs: LIFE_MS };
  await store.append([
    { type: 'submitting', token, scheduler: 'local:test', members, owner: 'h:1:1:1' },
    { type: 'submitted', token, job },
  ]);
  recorded.write(
    '.sheaf/submissions/pack/local-7_0.out',
    'sheaf: a train: it uses more than its 512 MiB of memory; it is killed\nsheaf: c train: it uses more than its 1 MiB of memory\n',
  );
  const killed: Fact = { kind: 'ended', atMs: LIFE_MS, exitCode: 137, cause: 'host_oom' };
  const [a, b] = await whyFailed(recorded, [{ type: 'state', token, attempts: members, fact: killed }], 'a', 'b');
  expect(a).toMatchObject({
    attempts: [{ key: 'key-a' }],
    fact: {
      says: 'it used more memory than the 0.5 GiB that it has in its pack',
      line: { file: 'local-7_0.out', number: 1 },
    },
  });
  expect(b).toMatchObject({
    attempts: [{ key: 'key-b' }],
    fact: { says: 'it used more memory than the pack gives it' },
  });
});

/** A project in git in which a snapshot ran that has none of the ignored files. */
async function snapshotProject(about: string): Promise<RecordedProject> {
  const recorded = await recordedProject(
    {},
    {
      '.gitignore': 'data/\n',
      'data/a/train.bin': '',
      'train.py': '',
      'late.py': '',
      '.sheaf/code/3f2a/train.py': '',
    },
  );
  execFileSync('git', ['init', '-q'], { cwd: recorded.project.root });
  const code: CodeRecord = { mode: 'snapshot', kind: 'git', tree: '3f2a', prefix: '' };
  await recorded.record({ run: RUNNING });
  const member = { key: asKey('key-run'), stage: 'train', n: 1 };
  const [submitting] = (await readSubmitting(recorded)).map((event): EventBody => ({
    ...event,
    members: [member],
    code,
  }));
  if (submitting) await recorded.project.store.append([submitting]);
  recorded.write('experiments/run/attempts/train-1/work/train.py', '');
  recorded.write('experiments/run/attempts/train-1/err.log', `Traceback (most recent call last):\n${about}\n`);
  return recorded;
}

function readSubmitting({ project }: RecordedProject): Promise<Extract<EventBody, { type: 'submitting' }>[]> {
  const token = project.store.find('run')?.record.attempts['train-1']?.token?.value;
  const request = token && project.store.submission(token)?.request?.value;
  return Promise.resolve(request ? [request] : []);
}

test.each([
  [
    "FileNotFoundError: [Errno 2] No such file or directory: 'data/a/train.bin'",
    'it is in the project folder, but git ignores data: no snapshot has it',
    "sheaf clone run NEW --set code.link='[data]'; for later experiments, in the template: code: {link: [data]}",
  ],
  [
    "ModuleNotFoundError: No module named 'late.ops'",
    'late.py is in the project folder, but is not in the snapshot that ran',
    'sheaf clone run NEW runs the code of today; or for later experiments, in the template: code: {link: [late.py]}',
  ],
])('a file that is only in the project folder is named: %s', async (error, says, fix) => {
  const recorded = await snapshotProject(error);
  const [event] = await whyFailed(recorded, news(ended(1), 'run'), 'run');
  expect(event).toMatchObject({ fact: { says: expect.stringContaining(`; ${says}`) as string, fix } });
});

test('a file that is nowhere, or outside the project, is only told to be missing', async () => {
  for (const path of ['data/none.bin', '../secret', '/etc/passwd', 'train.py', '.']) {
    const recorded = await snapshotProject(`FileNotFoundError: [Errno 2] No such file or directory: '${path}'`);
    const [event] = await whyFailed(recorded, news(ended(1), 'run'), 'run');
    expect(event).toMatchObject({ fact: { says: `no such file: ${path}` } });
  }
});
