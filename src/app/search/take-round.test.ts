import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  ended,
  LIFE_MS,
  recordedProject,
  started,
  type Life,
  type RecordedProject,
} from '../../../test/support/recorded-project.ts';
import type { EventBody } from '../../core/experiment/event.ts';
import type { Fact } from '../../core/experiment/facts.ts';
import type { Search, StopRule } from '../../core/experiment/search.ts';
import { asKey, asToken } from '../../core/ids.ts';
import { findUnfoundedRound } from '../../core/search/index.ts';
import type { Project } from '../project/project.ts';
import { summarizeSearch } from '../sweeps/search-progress.ts';
import { listOutstanding } from './apply-rounds.ts';
import { openAdaptiveSweep, listPast } from './adaptive-sweep.ts';
import { listRounds } from './search-state.ts';
import { takeRound } from './take-round.ts';

const TEMPLATE = `command: python train.py
lr: 0.1
seed: 0
harvest:
  acc: {csv: metrics.csv, column: acc, pick: max, mode: max}
  loss: {csv: metrics.csv, column: loss}
`;
const STOP: StopRule = { rule: 'asha', from: 1, to: 9, eta: 3, keep: 1, mode: 'max', resume: false };
const SEARCH: Search = { metric: 'acc', mode: 'max', stop: STOP };

function sweepEvents(count: number, search: Search): EventBody[] {
  const values = Array.from({ length: count }, (_, i) => ({ value: i }));
  const space = { grid: [{ name: 'lr', values }], zip: [] };
  return [
    { type: 'swept', sweep: 's', template: 't', space, fixed: {}, count, id: 'm{lr}' },
    { type: 'throttled', sweep: 's', maxParallel: 8 },
    { type: 'searched', sweep: 's', search },
  ];
}

const STOPPED_M1 = { sweep: 's', did: 'stopped', expIds: ['m1'] } as const;

/** A sweep of running members m0, m1, …. */
async function runningSweep(count: number, search: Search = SEARCH): Promise<RecordedProject> {
  const member = (lr: number): Life => ({ sweep: 's', params: { lr, seed: 0 }, attempts: { 'train-1': [started()] } });
  const lives = Object.fromEntries(Array.from({ length: count }, (_, i) => [`m${i}`, member(i)]));
  const recorded = await recordedProject(lives, { 'templates/t.yaml': TEMPLATE });
  await recorded.project.store.append(sweepEvents(count, search));
  return recorded;
}

function writeCurve(recorded: RecordedProject, expId: string, values: readonly (number | string)[]): void {
  const rows = values.map((value, i) => `${i + 1},${value}\n`).join('');
  recorded.write(`experiments/${expId}/attempts/train-1/metrics.csv`, `step,acc\n${rows}`);
}

function stopLink({ root }: Project, expId: string): string | undefined {
  const path = join(root, `experiments/${expId}/attempts/train-1/stop`);
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

test('losers at a rung are told to stop, with the reason, and what was decided follows from what is on record', async () => {
  const recorded = await runningSweep(4);
  const { project } = recorded;
  for (const [i, value] of [0.9, 0.5, 0.7, 'nan'].entries()) writeCurve(recorded, `m${i}`, [value]);
  const first = await takeRound(project, 's');
  expect(first).toEqual({
    effects: [{ sweep: 's', did: 'stopped', expIds: ['m1', 'm2', 'm3'] }],
    warnings: [],
    submissions: [],
    goesOn: true,
    hasFailed: false,
  });
  expect(stopLink(project, 'm0')).toBeUndefined();
  expect(stopLink(project, 'm2')).toBe('rung 1: 0.7, 2nd of 4, the first one goes on');
  expect(stopLink(project, 'm3')).toBe('rung 1: NaN or infinite, 4th of 4, the first one goes on');
  expect(await takeRound(project, 's')).toMatchObject({ effects: [], goesOn: true });
  writeCurve(recorded, 'm0', [0.9, 0.91, 0.92]);
  await takeRound(project, 's');
  const sweep = openAdaptiveSweep(project, project.store.sweep('s'));
  const past = sweep === undefined ? [] : listPast(sweep);
  expect(past.map(({ readings }) => readings.length)).toEqual([4, 1]);
  expect(findUnfoundedRound(past)).toBeUndefined();
  expect(existsSync(join(project.root, '.sheaf/claims/rounds/s/3'))).toBe(false);
});

test('a member that a person submits again after it was stopped runs on', async () => {
  const recorded = await runningSweep(2);
  const { project } = recorded;
  writeCurve(recorded, 'm0', [0.9]);
  writeCurve(recorded, 'm1', [0.5]);
  await takeRound(project, 's');
  const job = { scheduler: 'local:test', id: '2', uid: 1, submittedMs: Date.now() + 60_000 };
  const members = [{ key: asKey('key-m1'), stage: 'train', n: 2 }];
  await recorded.learn('m1', 'train-1', ended(1));
  await project.store.append([
    { type: 'submitting', token: asToken('again'), scheduler: 'local:test', members, owner: 'h:1:1:1' },
    { type: 'submitted', token: asToken('again'), job },
  ]);
  expect(await takeRound(project, 's')).toMatchObject({ effects: [] });
  expect(existsSync(join(project.root, 'experiments/m1/attempts/train-2'))).toBe(false);
});

test('what a command decided and did not bring about, since it was killed, the next one brings about', async () => {
  const recorded = await runningSweep(2);
  const { project } = recorded;
  const decision = {
    trial: 1,
    action: 'stop',
    rung: 1,
    value: 0.5,
    standing: { rule: 'asha', rank: 2, of: 2, first: 1 },
  } as const;
  const stopping = { rule: STOP, readings: [], decisions: [decision] };
  await project.store.append([{ type: 'decided', sweep: 's', round: 1, stopping, proposed: [] }]);
  const rounds = join(project.root, '.sheaf/claims/rounds/s');
  mkdirSync(rounds, { recursive: true });
  symlinkSync('token host:1:1:boot', join(rounds, '1'));
  expect(await takeRound(project, 's')).toMatchObject({ effects: [STOPPED_M1] });
  expect(stopLink(project, 'm1')).toBe('rung 1: 0.5, 2nd of 2, the first one goes on');
  expect(readdirSync(rounds)).toEqual(['1']);
});

test('a paused member that later results lift goes on as soon as one of those that run has ended', async () => {
  const recorded = await runningSweep(6, { ...SEARCH, stop: { ...STOP, resume: true } });
  const { project } = recorded;
  await project.store.append([{ type: 'throttled', sweep: 's', maxParallel: 5 }]);
  writeCurve(recorded, 'm0', [0.9]);
  writeCurve(recorded, 'm1', [0.5]);
  expect((await takeRound(project, 's')).effects).toEqual([{ sweep: 's', did: 'paused', expIds: ['m1'] }]);
  expect(stopLink(project, 'm1')).toBe('paused at rung 1: 0.5, 2nd of 2, the first one goes on');
  const stopped: Fact = { kind: 'ended', atMs: LIFE_MS, exitCode: 79, cause: 'stopped' };
  await recorded.learn('m1', 'train-1', stopped);
  for (const expId of ['m2', 'm3', 'm4', 'm5']) writeCurve(recorded, expId, [0.1]);
  // Five of them run until they learn that they are paused.
  expect((await takeRound(project, 's')).effects).toEqual([
    { sweep: 's', did: 'paused', expIds: ['m2', 'm3', 'm4', 'm5'] },
  ]);
  const listResumable = (): string[] => {
    const sweep = openAdaptiveSweep(project, project.store.sweep('s'));
    return sweep === undefined ? [] : listOutstanding(project, sweep).lifted.map(({ expId }) => expId);
  };
  expect(listResumable()).toEqual([]);
  await recorded.learn('m2', 'train-1', stopped);
  expect(listResumable()).toEqual(['m1']);
});

test('what a look has no time to read, the next one reads', async () => {
  const recorded = await runningSweep(2);
  writeCurve(recorded, 'm0', [0.9]);
  writeCurve(recorded, 'm1', [0.5]);
  expect(await takeRound(recorded.project, 's', { forMs: -1 })).toMatchObject({ effects: [], goesOn: true });
  expect((await takeRound(recorded.project, 's')).effects).toEqual([STOPPED_M1]);
});

/** What a round says of members that have no value of the metric. */
function lackingWords(members: string, first: string): string {
  return (
    `sweep s: ${members} no value of acc, so they are not compared with the others, and never stopped\n` +
    `  see what a run wrote: sheaf harvest ${first} --discover; then correct harvest.acc in the template\n` +
    '  this is reported once; later: sheaf sweep show s'
  );
}

test('a metric that is missing is reported once when a member has completed, and stops no member', async () => {
  const recorded = await runningSweep(3);
  const { project } = recorded;
  writeCurve(recorded, 'm0', [0.9, 0.9]);
  recorded.write('experiments/m1/attempts/train-1/metrics.csv', 'step,accuracy\n1,0.4\n9,0.5\n');
  await recorded.learn('m2', 'train-1', ended());
  const unread = await takeRound(project, 's', { isUnread: true });
  expect(unread).toMatchObject({ effects: [], warnings: [] });
  const { warnings, effects } = await takeRound(project, 's');
  expect(effects).toEqual([]);
  expect(warnings).toEqual([lackingWords('m2 has', 'm2')]);
  await recorded.learn('m1', 'train-1', ended());
  expect(await takeRound(project, 's')).toMatchObject({ warnings: [] });
});

test('a metric that is missing is reported as soon as a member is past the first rung by another series', async () => {
  const recorded = await runningSweep(2, { ...SEARCH, stop: { ...STOP, from: 3 } });
  const { project } = recorded;
  const write = (steps: number): void => {
    const rows = Array.from({ length: steps }, (_, i) => `${i + 1},0.5\n`).join('');
    recorded.write('experiments/m0/attempts/train-1/metrics.csv', `step,loss\n${rows}`);
  };
  write(2);
  expect(await takeRound(project, 's')).toMatchObject({ warnings: [] });
  write(3);
  expect(await takeRound(project, 's')).toMatchObject({ effects: [], warnings: [lackingWords('m0 has', 'm0')] });
  expect(await takeRound(project, 's')).toMatchObject({ warnings: [] });
});

const DRAWS = [
  { name: 'lr', distribution: { kind: 'loguniform', low: 1e-4, high: 1 } },
  { name: 'opt', distribution: { kind: 'choice', values: [{ value: 'sgd' }, { value: 'adam' }] } },
] as const;

/** A sweep of which nothing is made yet. */
async function proposedSweep(search: Search, slots = 3): Promise<RecordedProject> {
  const recorded = await recordedProject({}, { 'templates/t.yaml': `opt: sgd\n${TEMPLATE}` });
  const space = { grid: [], zip: [], random: { count: 9, seed: 1, draws: DRAWS } };
  await recorded.project.store.append([
    { type: 'swept', sweep: 's', template: 't', space, fixed: {}, count: 0 },
    { type: 'throttled', sweep: 's', maxParallel: slots },
    { type: 'searched', sweep: 's', search },
  ]);
  return recorded;
}

function listMembers(project: Project): string[] {
  return [...project.store.select({ nowMs: Date.now() })].map(({ expId }) => expId).toSorted();
}

describe('members are proposed', () => {
  const search: Search = { metric: 'acc', mode: 'max', propose: { by: 'tpe', trials: 5 } };

  test('when someone asks for jobs, as many as may run at once, each of them once', async () => {
    const { project } = await proposedSweep(search);
    expect(await takeRound(project, 's')).toMatchObject({ effects: [] });
    expect(listMembers(project)).toEqual([]);
    const { effects, warnings } = await takeRound(project, 's', { isAsked: true });
    expect(effects).toEqual([{ sweep: 's', did: 'proposed', expIds: ['s-0', 's-1', 's-2'] }]);
    expect(warnings).toEqual(['sweep s cannot go on: no scheduler is here']);
    await takeRound(project, 's');
    expect(listMembers(project)).toEqual(['s-0', 's-1', 's-2']);
    const rounds = listRounds(project.store.sweep('s') ?? { rounds: {} });
    expect(rounds.map(({ proposed }) => proposed.map(({ trial, from }) => [trial, from]))).toEqual([
      [
        [0, 'tpe'],
        [1, 'tpe'],
        [2, 'tpe'],
      ],
    ]);
    expect(project.store.find('s-1')?.config.params).toMatchObject(rounds[0]?.proposed[1]?.params ?? {});
  });

  test.each([
    ['exit 3', 'failed with exit status 3: it printed no error'],
    ['echo no', 'printed no JSON: no'],
    ['echo {}', 'printed JSON that is no list of parameters'],
    ['echo []', 'proposed nothing'],
    [`echo '[{"lr": 2, "opt": "sgd"}]'`, 'proposed lr = 2, which is not in the space'],
    [`echo '[{"lr": 0.1, "opt": "lion"}]'`, 'proposed opt = "lion", which is not in the space'],
    [`echo '[{"lr": 0.1}]'`, 'proposed a member without opt'],
    [`echo '[{"lr": 0.1, "opt": "sgd", "momentum": 0}]'`, 'proposed momentum, which the sweep does not draw'],
  ])('at random if the program does %s', async (exec, what) => {
    const { project } = await proposedSweep({ ...search, propose: { by: { exec }, trials: 5 } });
    const { warnings } = await takeRound(project, 's', { isAsked: true });
    expect(warnings[0]).toContain(`the program that proposes members ${what}`);
    const [round] = listRounds(project.store.sweep('s') ?? { rounds: {} });
    expect(round?.proposed.map(({ from }) => from)).toEqual(['random', 'random', 'random']);
  });

  /** Members that were proposed before, and their lives. */
  async function ranSweep(asked: Search, lives: readonly Life[]): Promise<Project> {
    const recorded = await proposedSweep(asked);
    const params = { lr: 0.1, opt: 'sgd' };
    const proposed = lives.map((_, trial) => ({ trial, params, from: 'tpe' as const }));
    await recorded.project.store.append([{ type: 'decided', sweep: 's', round: 1, proposed }]);
    await recorded.record(
      Object.fromEntries(lives.map((life, i) => [`s-${i}`, { sweep: 's', params: { ...params, seed: 4 }, ...life }])),
    );
    return recorded.project;
  }

  const lasting = (seconds: number, exitCode: number): Life => ({
    attempts: { 'train-1': [started(LIFE_MS), ended(exitCode, LIFE_MS + seconds * 1_000)] },
  });

  test('and one that a killed command did not submit is submitted by the next one', async () => {
    const why = 'the command that submitted it ended before the scheduler took it';
    const givenUp = { kind: 'given_up', atMs: LIFE_MS, why } as const;
    const cutOff = await ranSweep(search, [{ attempts: { 'train-1': [givenUp] } }]);
    expect((await takeRound(cutOff, 's')).warnings).toEqual(['sweep s cannot go on: no scheduler is here']);
    const stopped = await ranSweep({ ...search, propose: { by: 'tpe', trials: 1 } }, [
      { attempts: { 'train-1': [{ ...givenUp, stopped: true }] } },
    ]);
    expect((await takeRound(stopped, 's')).warnings).toEqual([]);
  });

  const completed = (acc: number): Life => ({ ...lasting(90, 0), metrics: { acc: { value: acc, mode: 'max' } } });

  test('by a program, which reads what is known', async () => {
    const exec = `cat > asked.json; echo '[{"lr": 0.5, "opt": "adam"}, {"opt": "sgd", "lr": 0.1}]'`;
    const asked: Search = { ...search, stop: STOP, propose: { by: { exec }, trials: 5 } };
    const project = await ranSweep(asked, [completed(0.7), lasting(70, 1)]);
    await takeRound(project, 's');
    expect(listMembers(project)).toEqual(['s-0', 's-1', 's-2', 's-3']);
    expect(project.store.find('s-3')?.config.params).toMatchObject({ lr: 0.1, opt: 'sgd' });
    const params = { lr: 0.1, opt: 'sgd' };
    expect(JSON.parse(readFileSync(join(project.root, 'asked.json'), 'utf8'))).toEqual({
      sweep: 's',
      metric: 'acc',
      mode: 'max',
      seed: 1,
      wanted: 3,
      space: { lr: { kind: 'loguniform', low: 1e-4, high: 1 }, opt: { kind: 'choice', values: ['sgd', 'adam'] } },
      rungs: [1, 3],
      trials: [
        { number: 0, params, state: 'completed', readings: [], final: 0.7 },
        { number: 1, params, state: 'failed', readings: [] },
      ],
    });
  });

  test('not while all five that ended failed within a minute, and again when one ran for longer', async () => {
    const many: Search = { ...search, propose: { by: 'random', trials: 20 } };
    const broken = await ranSweep(
      many,
      Array.from({ length: 5 }, () => lasting(20, 1)),
    );
    const { warnings } = await takeRound(broken, 's');
    expect(warnings).toEqual([
      'sweep s proposes no more members: all 5 that ended failed within a minute (sheaf show s-0); correct what is wrong, then: sheaf retry --sweep s --fresh',
    ]);
    expect(listMembers(broken)).toHaveLength(5);
    const sound = await ranSweep(many, [...Array.from({ length: 5 }, () => lasting(20, 1)), lasting(70, 1)]);
    expect((await takeRound(sound, 's')).effects).toEqual([
      { sweep: 's', did: 'proposed', expIds: ['s-6', 's-7', 's-8'] },
    ]);
  });

  test.each([
    [2, 100, 5],
    ['auto', 100, 6],
    ['auto', 0, 3],
    ['auto', 900, 12],
  ] as const)('with lead %s after a usual wait of %i s and a run of 100 s: %i', async (lead, waitS, count) => {
    // They are submitted within the next second.
    const start = Date.now() + 1_000 + waitS * 1_000;
    const life: Life = { attempts: { 'train-1': [started(start), ended(0, start + 100_000)] } };
    const asked: Search = { ...search, propose: { by: 'random', trials: 40, lead } };
    const project = await ranSweep(
      asked,
      Array.from({ length: 5 }, () => life),
    );
    const { effects } = await takeRound(project, 's');
    expect(effects).toMatchObject([{ did: 'proposed' }]);
    expect(effects[0]?.expIds).toHaveLength(count);
    const record = project.store.sweep('s');
    expect(record && summarizeSearch(project, record)?.lead).toEqual({
      count: count - 3,
      ...(lead === 'auto' && { usual: { waitS: expect.any(Number) as number, runS: 100, members: 5 } }),
    });
  });

  test('not after someone cancelled all that ran', async () => {
    const cancel = { kind: 'cancel', atMs: LIFE_MS, by: 'ada' } as const;
    const project = await ranSweep(search, [{ attempts: { 'train-1': [started(), cancel] } }]);
    const { warnings } = await takeRound(project, 's');
    expect(warnings[0]).toContain('because someone cancelled 1 of them; to go on: sheaf submit --sweep s');
    expect(listMembers(project)).toEqual(['s-0']);
  });

  test('and the best of those that completed are repeated over further seeds when all have ended', async () => {
    const lives = [completed(0.7), completed(0.9), lasting(90, 1), completed(0.8), completed(0.6)];
    const project = await ranSweep({ ...search, confirm: { top: 2, seeds: 3 } }, lives);
    expect((await takeRound(project, 's')).effects).toEqual([
      { sweep: 's', did: 'repeated', expIds: ['s-5', 's-6', 's-7', 's-8'] },
    ]);
    const rounds = listRounds(project.store.sweep('s') ?? { rounds: {} });
    expect(rounds[1]?.proposed).toEqual(
      [
        [1, 5],
        [1, 6],
        [3, 5],
        [3, 6],
      ].map(([confirms, seed], i) => ({ trial: 5 + i, params: { lr: 0.1, opt: 'sgd', seed }, from: { confirms } })),
    );
    expect(project.store.find('s-8')?.config.params).toMatchObject({ seed: 6 });
    await takeRound(project, 's');
    expect(listRounds(project.store.sweep('s') ?? { rounds: {} })).toHaveLength(2);
  });
});
