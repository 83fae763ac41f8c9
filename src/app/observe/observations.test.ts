/** What is learned from what queue and accounting say of a job, told by a scheduler that says what it is told to. */
import { expect, test } from 'vitest';
import { LIFE_MS, recordedProject, type RecordedProject } from '../../../test/support/recorded-project.ts';
import { getAttemptOutcome } from '../../core/experiment/outcome.ts';
import { type AccountedFact, type Fact, type QueuedFact } from '../../core/experiment/facts.ts';
import type { JobRef } from '../../core/experiment/event.ts';
import { failure } from '../../core/errors.ts';
import { asKey, asToken, type Token } from '../../core/ids.ts';
import type { Scheduler, PollResult, TaskRef } from '../../scheduler/index.ts';
import { bootId, hostName, nowMs, userId } from '../../system/index.ts';
import type { Project } from '../project/project.ts';
import { observeJobs } from './observe-jobs.ts';
import { refresh } from './refresh.ts';

const TOKEN = asToken('a-job');
const MINUTE_MS = 60_000;

interface Told {
  /** What the queue shows of every task. */
  polled?: PollResult['fact'];
  accounted?: AccountedFact;
  noAccounts?: boolean;
  cancelled: number;
  /** Jobs that are found by their token. */
  found?: ReadonlyMap<Token, JobRef>;
}

interface Lab {
  readonly recorded: RecordedProject;
  readonly told: Told;
  readonly project: Project;
  /** `train-1 queued`, of the experiment `a`. */
  readonly look: () => Promise<string[]>;
  readonly learn: (attempt: string, ...facts: Fact[]) => Promise<void>;
}

interface Job {
  /** Others that share its task. */
  readonly with?: readonly string[];
  readonly stage?: string;
  readonly waits?: boolean;
  readonly behind?: readonly string[];
}

/** An experiment `a` of two stages, one of which was submitted. */
async function lab({ with: others = [], stage = 'train', waits, behind }: Job = {}): Promise<Lab> {
  const stages = {
    train: { command: 'train', resources: {} },
    eval: { command: 'eval', after: 'train', resources: {} },
  };
  const life = { settings: { resources: {}, stages } };
  const recorded = await recordedProject(Object.fromEntries(['a', ...others].map((name) => [name, life])));
  const told: Told = { cancelled: 0 };
  const project = { ...recorded.project, scheduler: () => Promise.resolve(schedulerOf(told)) };
  const members = ['a', ...others].map((name) => ({
    ...refOf(name, `${stage}-1`),
    ...(others.length === 0 ? {} : { index: 0 }),
  }));
  const job = { scheduler: 'slurm:test', id: '7', uid: userId(), submittedMs: LIFE_MS };
  await project.store.append([
    {
      type: 'submitting',
      token: TOKEN,
      scheduler: job.scheduler,
      members,
      owner: 'h:1:1:1',
      ...(waits ? { after: [asToken('before')] } : {}),
      ...(behind === undefined ? {} : { behind: behind.map((name) => asKey(`key-${name}`)) }),
    },
    { type: 'submitted', token: TOKEN, job },
  ]);
  return {
    recorded,
    told,
    project,
    look: async () => {
      await refresh(project);
      return Object.values(project.store.find('a')?.record.attempts ?? {}).map((attempt) => {
        const outcome = getAttemptOutcome(attempt);
        const cause = outcome.status === 'failed' ? ` ${outcome.cause}` : '';
        return `${attempt.stage}-${attempt.n} ${outcome.status}${cause}`;
      });
    },
    learn: (attempt, ...facts) =>
      project.store.append(
        facts.map((fact) => ({ type: 'state', token: TOKEN, attempts: [refOf('a', attempt)], fact })),
      ),
  };
}

function refOf(name: string, attempt: string): { key: ReturnType<typeof asKey>; stage: string; n: number } {
  const [stage = '', n] = attempt.split('-');
  return { key: asKey(`key-${name}`), stage, n: Number(n) };
}

function schedulerOf(told: Told): Scheduler {
  const scheduler: Partial<Scheduler> = {
    id: 'slurm:test',
    can: { settleMs: 0, partitions: false, idleCpus: 0 },
    find: () => Promise.resolve({ kind: 'answer', jobs: told.found ?? new Map() }),
    poll: (tasks) => {
      const { polled } = told;
      const results = polled === undefined ? [] : tasks.map((task) => ({ ...task, fact: polled }));
      return Promise.resolve({ kind: 'answer', atMs: nowMs(), results });
    },
    account: (tasks) => {
      if (told.noAccounts) return Promise.resolve({ kind: 'none' });
      const runs = told.accounted === undefined ? [] : [told.accounted];
      return Promise.resolve({ kind: 'answer', tasks: tasks.map((task) => ({ ...task, runs })) });
    },
    cancel: (tasks: readonly TaskRef[]) => {
      told.cancelled += tasks.length;
      return Promise.resolve();
    },
  };
  return scheduler as Scheduler;
}

function pending(more: Partial<QueuedFact> = {}): QueuedFact {
  return { kind: 'queue', state: 'pending', atMs: nowMs(), ...more };
}

function running(): QueuedFact {
  return { kind: 'queue', state: 'running', atMs: nowMs() };
}

function accounted(state: AccountedFact['state'], atMs: number = nowMs(), more: object = {}): AccountedFact {
  return { kind: 'accounted', state, atMs, ...more };
}

function startedFile(attempt: string, restart = 0): string {
  return JSON.stringify({
    schema: 1,
    exp_id: 'a',
    key: 'key-a',
    stage: 'train',
    attempt: Number(attempt.split('-')[1]),
    token: TOKEN,
    job_id: '7',
    restart,
    host: 'gn01',
    pid: 1,
    cuda_visible_devices: null,
    nodes: 'gn01',
    cwd: '/',
    started_at: '2026-03-10T12:00:00Z',
  });
}

function endedFile(exitCode: number): string {
  const times = { started_at: '2026-03-10T12:00:00Z', ended_at: '2026-03-10T12:01:00Z', duration_s: 60 };
  return JSON.stringify({ schema: 1, exit_code: exitCode, signal: null, died_of: null, ...times });
}

const lost = (): Fact => ({ kind: 'lost', atMs: nowMs(), sinceMs: nowMs() });

test('one that waited, was thought lost and is in the queue again waits as before: no next attempt', async () => {
  const { told, look, learn } = await lab();
  await learn('train-1', pending(), lost());
  told.polled = pending();
  expect(await look()).toEqual(['train-1 queued']);
});

test('one that ran and waits again was requeued: the next attempt is its own', async () => {
  const { recorded, told, look, learn } = await lab();
  recorded.write('experiments/a/attempts/train-1/started.json', startedFile('train-1'));
  await learn('train-1', running(), lost());
  told.polled = pending();
  expect(await look()).toEqual(['train-1 failed preempted', 'train-2 queued']);
});

test('sheaf looks for a task that was requeued and started again until it has recorded its start', async () => {
  const { recorded, told, look, learn } = await lab();
  recorded.write('experiments/a/attempts/train-1/started.json', startedFile('train-1'));
  await learn('train-1', running(), { kind: 'started', atMs: LIFE_MS, host: 'gn01', job: '7' });
  const again = { ...running(), startedMs: LIFE_MS + 5 * MINUTE_MS };
  told.polled = again;
  expect(await look()).toEqual(['train-1 running']);
  recorded.write('experiments/a/attempts/train-2/started.json', startedFile('train-2'));
  told.polled = again;
  expect(await look()).toEqual(['train-1 failed preempted', 'train-2 running']);
});

test('what completed before its pack was requeued stays completed', async () => {
  const { recorded, told, look, learn } = await lab({ with: ['b'] });
  recorded.write('experiments/a/attempts/train-1/started.json', startedFile('train-1'));
  recorded.write('experiments/a/attempts/train-1/ended.json', endedFile(0));
  await learn('train-1', running(), { kind: 'started', atMs: LIFE_MS, host: 'gn01', job: '7_0' });
  told.polled = pending();
  expect(await look()).toEqual(['train-1 completed']);
});

test('a member of a pack that left no record is judged only when one would be visible', async () => {
  const { recorded, told, look, learn } = await lab({ with: ['b'] });
  await learn('train-1', running(), { kind: 'started', atMs: LIFE_MS, host: 'gn01', job: '7_0' });
  told.accounted = accounted('failed', nowMs() - MINUTE_MS / 2);
  expect(await look()).toEqual(['train-1 running']);
  recorded.write('experiments/a/attempts/train-1/started.json', startedFile('train-1'));
  recorded.write('experiments/a/attempts/train-1/ended.json', endedFile(0));
  expect(await look()).toEqual(['train-1 completed']);
});

test('a member of a pack that ended minutes ago without a record has failed; one that never ran waits for nothing', async () => {
  const { told, look } = await lab({ with: ['b'] });
  told.accounted = accounted('failed', nowMs() - 3 * MINUTE_MS);
  expect(await look()).toEqual(['train-1 failed launch']);
  const other = await lab({ with: ['b'] });
  other.told.accounted = accounted('cancelled');
  expect(await other.look()).toEqual(['train-1 cancelled']);
});

test('cancelled by hand while it waited: cancelled, unless what it waited for failed', async () => {
  for (const noAccounts of [false, true]) {
    const alone = await lab({ stage: 'eval', waits: true });
    Object.assign(alone.told, { polled: accounted('cancelled'), noAccounts });
    expect(await alone.look()).toEqual(['eval-1 cancelled']);
    const inVain = await lab({ stage: 'eval', waits: true });
    await inVain.learn('train-1', { kind: 'ended', atMs: LIFE_MS, exitCode: 3 });
    Object.assign(inVain.told, { polled: accounted('cancelled'), noAccounts });
    expect(await inVain.look()).toContain('eval-1 failed dependency');
  }
});

test('cancelled, and accounting says by nobody: what it waited for failed, unless that was its turn in a chain', async () => {
  const told = { polled: accounted('cancelled'), accounted: accounted('dependency') };
  const waits = await lab({ stage: 'eval', waits: true });
  Object.assign(waits.told, told);
  expect(await waits.look()).toEqual(['eval-1 failed dependency']);
  const chained = await lab({ waits: true });
  Object.assign(chained.told, told);
  expect(await chained.look()).toEqual(['train-1 cancelled']);
});

test('a task that is cancelled because its dependency failed has failed with that cause', async () => {
  const { recorded, told, look } = await lab({ waits: true, behind: ['before'] });
  await recorded.record({ before: { attempts: { 'train-1': [{ kind: 'ended', atMs: LIFE_MS, exitCode: 3 }] } } });
  told.polled = accounted('cancelled');
  expect(await look()).toEqual(['train-1 failed dependency']);
});

test('what the scheduler refused after it is no attempt: a lost one is still looked for', async () => {
  const { told, look, learn } = await lab();
  await learn('train-1', pending(), lost());
  await learn('train-2', { kind: 'refused', atMs: 1, said: 'no' });
  told.polled = pending();
  expect(await look()).toEqual(['train-1 queued', 'train-2 void']);
});

test('an unknown state leaves it as it was, and shows that it is there', async () => {
  const { told, look, learn, project } = await lab();
  await learn('train-1', running());
  told.polled = { kind: 'queue', state: 'unknown', atMs: nowMs(), reason: 'in a state MELTING' };
  expect(await look()).toEqual(['train-1 running']);
  const before = project.store.find('a')?.record;
  expect(await look()).toEqual(['train-1 running']);
  expect(project.store.find('a')?.record).toEqual(before);
  await learn('train-1', lost());
  expect(await look()).toEqual(['train-1 running']);
});

test('another reason is reported, and recorded only when it needs another action', async () => {
  const { told, project } = await lab();
  const reasonThen = async (fact: QueuedFact): Promise<(string | undefined)[]> => {
    told.polled = fact;
    const { reasons } = await refresh(project);
    return [[...reasons.values()][0], project.store.find('a')?.record.attempts['train-1']?.facts.queue?.value.reason];
  };
  expect(await reasonThen(pending())).toEqual([undefined, undefined]);
  expect(await reasonThen(pending({ reason: 'Priority' }))).toEqual(['Priority', 'Priority']);
  expect(await reasonThen(pending({ reason: 'Resources' }))).toEqual(['Resources', 'Priority']);
  expect(await reasonThen(pending({ reason: 'Held', held: true }))).toEqual(['Held', 'Held']);
  expect(await reasonThen(pending({ reason: 'HeldByAdmin', held: true }))).toEqual(['HeldByAdmin', 'HeldByAdmin']);
  expect(await reasonThen(pending({ reason: 'Priority' }))).toEqual(['Priority', 'Priority']);
  expect(await reasonThen(pending({ reason: 'BadConstraints', stuck: true }))).toEqual([
    'BadConstraints',
    'BadConstraints',
  ]);
});

test('what can never start is taken out of the queue, until it is gone', async () => {
  const { told, look } = await lab({ stage: 'eval', waits: true });
  told.polled = pending({ reason: 'in words', stuck: true });
  expect(await look()).toEqual(['eval-1 queued']);
  expect(told.cancelled).toBe(0);
  told.polled = pending({ reason: 'in words', stuck: true, never: 'dependency' });
  await look();
  await look();
  expect(told.cancelled).toBe(2);
});

test('observing records what can never start, and leaves it in the queue', async () => {
  const { told, look, project } = await lab({ stage: 'eval', waits: true });
  told.polled = pending({ reason: 'in words', stuck: true, never: 'dependency' });
  const { recorded, reasons } = await observeJobs(project);
  expect({ recorded, reasons: [...reasons.values()], cancelled: told.cancelled }).toEqual({
    recorded: 1,
    reasons: ['in words'],
    cancelled: 0,
  });
  told.polled = accounted('dependency');
  expect(await observeJobs(project)).toMatchObject({ recorded: 1, warnings: [] });
  expect(await look()).toEqual(['eval-1 failed dependency']);
});

test('observing finds the job of a submission that was cut off, and gives up none without a job', async () => {
  const { told, project } = await lab();
  const [taken, lost] = [asToken('taken'), asToken('gone')];
  // A process that has ended.
  const owner = `${hostName()}:4194305:1:${bootId()}`;
  await project.store.append(
    [taken, lost].map((token, i) => ({
      type: 'submitting',
      token,
      scheduler: 'slurm:test',
      members: [refOf('a', `train-${i + 2}`)],
      owner,
    })),
  );
  told.found = new Map([[taken, { scheduler: 'slurm:test', id: '8', uid: userId(), submittedMs: nowMs() }]]);
  told.polled = pending();
  await observeJobs(project);
  const { store } = project;
  expect(store.submission(taken)?.job?.value.id).toBe('8');
  expect(store.openSubmissions().map(({ token }) => token)).toEqual([lost]);
  expect(store.find('a')?.record.attempts['train-3']?.facts.given_up).toBeUndefined();
  // A command that acts gives it up.
  await refresh(project);
  expect(store.openSubmissions()).toEqual([]);
});

test('observing without a scheduler that answers says so, and what is on record stays', async () => {
  const { project } = await lab();
  const scheduler = (): Promise<Scheduler> =>
    Promise.reject(failure('scheduler.none', 'sheaf.yaml names no scheduler'));
  const version = project.store.version();
  const observed = await observeJobs({ ...project, scheduler });
  expect(observed).toMatchObject({ problem: 'sheaf.yaml names no scheduler', recorded: 0, version });
  expect(observed.askedAtMs).toBeGreaterThan(0);
});
