import { expect, test } from 'vitest';
import { ended, eventsOf, recordedProject, started, type Life } from '../../../test/support/recorded-project.ts';
import type { EventBody } from '../../core/experiment/event.ts';
import type { Search, StopRule } from '../../core/experiment/search.ts';
import { asKey, parseExpId } from '../../core/ids.ts';
import { decideRound } from '../../core/search/index.ts';
import { rename } from '../experiments/edit.ts';
import type { Project } from '../project/project.ts';
import { showSweep } from './show-sweep.ts';

const STOP: StopRule = { rule: 'asha', from: 3, to: 81, eta: 3, keep: 1, mode: 'max', resume: false };
const SEARCH: Search = { metric: 'acc', mode: 'max', propose: { by: 'tpe', trials: 9 }, stop: STOP };

const draws = [{ name: 'lr', distribution: { kind: 'loguniform', low: 0.001, high: 1 } }] as const;

function swept(count: number): EventBody {
  const space = count === 0 ? { grid: [], zip: [], random: { count: 0, seed: 1, draws } } : gridOf(count);
  return { type: 'swept', sweep: 'tuned', template: 't', space, fixed: {}, count };
}

function gridOf(count: number) {
  const values = Array.from({ length: count }, (_, i) => ({ value: i }));
  return { grid: [{ name: 'width', values }], zip: [] };
}

/** Four trials are proposed, and reach the first rung one after the other. */
async function recordSearch(search: Search | null = SEARCH): Promise<Project> {
  const life = (acc?: number): Life => ({
    sweep: 'tuned',
    attempts: { 'train-1': [started(), ...(acc === undefined ? [] : [ended()])] },
    ...(acc === undefined ? {} : { metrics: { acc: { value: acc, mode: 'max' } } }),
  });
  const { project } = await recordedProject({ 'tuned-0': life(0.9), 'tuned-1': life(), 'tuned-2': life() });
  const proposed = [0, 1, 2, 3].map((trial) => ({ trial, params: { lr: 0.1 / (trial + 1) }, from: 'random' as const }));
  const first = decideRound(STOP, [], [{ trial: 0, rung: 3, step: 3, value: 0.5 }]);
  const second = decideRound(STOP, [first], [{ trial: 1, rung: 3, step: 3, value: 0.25 }]);
  await project.store.append([
    swept(0),
    { type: 'searched', sweep: 'tuned', search },
    { type: 'decided', sweep: 'tuned', round: 1, stopping: first, proposed },
    { type: 'decided', sweep: 'tuned', round: 2, stopping: second, proposed: [] },
  ]);
  return project;
}

test('a sweep that goes on by itself has its rungs, its best trial, who decided last, and why a trial was stopped', async () => {
  const { search } = showSweep(await recordSearch(), 'tuned');
  expect(search).toMatchObject({
    trials: 4,
    repeated: 0,
    best: { trial: 0, expId: 'tuned-0', value: 0.9, runs: ['tuned-0'] },
    lacking: [],
    set: { host: expect.any(String), user: expect.any(String), atMs: expect.any(Number) },
    rounds: 2,
    last: { host: expect.any(String), user: expect.any(String), atMs: expect.any(Number) },
    idleMs: expect.any(Number),
    stopped: [
      {
        trial: 1,
        expId: 'tuned-1',
        action: 'stop',
        hasCompleted: false,
        rung: 3,
        value: 0.25,
        why: 'rung 3: 0.25, 2nd of 2, the first one goes on',
      },
    ],
  });
  expect(search?.rungs).toEqual([
    { step: 3, reached: 2, wentOn: 1, lost: 1 },
    { step: 9, reached: 0, wentOn: 0, lost: 0 },
    { step: 27, reached: 0, wentOn: 0, lost: 0 },
  ]);
});

test('as soon as members have several seeds, the best is the best mean, not the luckiest run', async () => {
  const life = (lr: number, seed: number, acc: number): Life => ({
    sweep: 'tuned',
    params: { lr, seed },
    attempts: { 'train-1': [started(), ended()] },
    metrics: { acc: { value: acc, mode: 'max' } },
  });
  const { project } = await recordedProject({
    'tuned-0': life(0.1, 0, 0.8),
    'tuned-1': life(0.05, 0, 0.95),
    'tuned-2': life(0.02, 0, 0.99),
    'tuned-3': life(0.1, 1, 0.82),
    'tuned-4': life(0.05, 1, 0.55),
  });
  const proposed = [0.1, 0.05, 0.02].map((lr, trial) => ({ trial, params: { lr }, from: 'random' as const }));
  const repeated = [0.1, 0.05].map((lr, i) => ({ trial: 3 + i, params: { lr, seed: 1 }, from: { confirms: i } }));
  await project.store.append([
    swept(0),
    { type: 'searched', sweep: 'tuned', search: { ...SEARCH, confirm: { top: 2, seeds: 2 } } },
    { type: 'decided', sweep: 'tuned', round: 1, proposed },
    { type: 'decided', sweep: 'tuned', round: 2, proposed: repeated },
  ]);
  const { best } = showSweep(project, 'tuned').search ?? {};
  expect(best).toMatchObject({ trial: 0, expId: 'tuned-0', runs: ['tuned-0', 'tuned-3'] });
  expect(best?.value).toBeCloseTo(0.81, 12);
  expect(best?.std).toBeCloseTo(0.0141, 4);
});

test('members of a grid are trials in their order, whatever they are called now; until one completes, the best is that of the highest rung', async () => {
  const { project } = await recordedProject();
  const names = ['tuned_w0', 'tuned_w1', 'tuned_w2'];
  const { propose: _, ...search } = SEARCH;
  const readings = [
    { trial: 0, rung: 3, step: 3, value: 0.6 },
    { trial: 1, rung: 3, step: 4, value: 0.7 },
    { trial: 1, rung: 9, step: 9, value: 0.4 },
  ];
  await project.store.append([
    swept(3),
    { type: 'searched', sweep: 'tuned', search },
    { type: 'decided', sweep: 'tuned', round: 1, stopping: decideRound(STOP, [], readings), proposed: [] },
    ...names.flatMap((name) => eventsOf(name, { sweep: 'tuned' })),
  ]);
  for (const name of names) project.store.claims.takeName(parseExpId(name), asKey(`key-${name}`));
  await rename(project, 'tuned_w1', 'wide');
  expect(showSweep(project, 'tuned').search).toMatchObject({
    trials: 3,
    best: { trial: 1, expId: 'wide', value: 0.4, rung: 9 },
    stopped: [{ trial: 0, expId: 'tuned_w0' }],
  });
});

test('a sweep that goes on no more by itself says nothing of it', async () => {
  expect(showSweep(await recordSearch(null), 'tuned').search).toBeUndefined();
});
