import { expect, test } from 'vitest';
import {
  ended,
  LIFE_MS,
  recordedProject,
  started,
  type RecordedProject,
} from '../../../test/support/recorded-project.ts';
import type { NewSweep } from '../project/types.ts';
import { createSweep, extendSweep } from './make-sweep.ts';
import { planNewSweep } from './preview-sweep.ts';
import { setSweep } from './set-sweep.ts';
import { showSweep } from './show-sweep.ts';

const TEMPLATE = `
command: python train.py {{ flags }}
time_limit: 2:00:00
num_gpus: 2
lr: 0.1
seed: 1
harvest:
  acc: {log: 'step=(?<step>\\d+) acc=(?<value>\\S+)', pick: last, mode: max}
  loss: {log: 'loss=(\\S+)'}
  final: {json: out.json, path: acc, mode: max}
`;

const SEARCH = 'search: {metric: acc, trials: 40, stop: {from: 3, to: 27}, confirm: {top: 2, seeds: 3}}\n';

function openProject(template: string = TEMPLATE + SEARCH): Promise<RecordedProject> {
  return recordedProject({}, { 'templates/t.yaml': template });
}

const DRAWN: NewSweep = {
  template: 't',
  name: 'tuned',
  space: { random: { draws: ['lr=loguniform(1e-5,1e-1)'], seed: 7 } },
};

test('a sweep is made without members that are to be proposed, with what is asked over what the template says', async () => {
  const { project } = await openProject();
  const search = { by: 'random', stop: { to: 81, keep: 2 } } as const;
  const made = await createSweep(project, { ...DRAWN, search }, { maxParallel: 8 });
  expect(made).toMatchObject({ count: 40, created: 0, firstId: 'tuned-0', lastId: 'tuned-39', shape: 'lr' });
  const record = project.store.sweep('tuned');
  expect(record?.search?.value).toEqual({
    metric: 'acc',
    mode: 'max',
    propose: { by: 'random', trials: 40 },
    stop: { rule: 'asha', from: 3, to: 81, eta: 3, keep: 2, resume: false, mode: 'max' },
    confirm: { top: 2, seeds: 3 },
  });
  expect(showSweep(project, 'tuned')).toMatchObject({ count: 0, maxParallel: 8, search: { trials: 0 } });
  await expect(extendSweep(project, 'tuned', { random: { count: 3, draws: [] } })).rejects.toThrow(
    'proposes its members',
  );
  const again = { ...DRAWN, search: { ...search, trials: 50 } };
  await expect(createSweep(project, again, { maxParallel: 8 })).rejects.toThrow('with other values');
});

test('members of a grid are made at once, and stopped as the template says', async () => {
  const { project } = await openProject();
  const made = await createSweep(project, { template: 't', name: 'seeds', grid: { seed: [1, 2, 3] } });
  expect(made).toMatchObject({ created: 3, search: { rungs: [3, 9] } });
  const { propose, stop } = project.store.sweep('seeds')?.search?.value ?? {};
  expect([propose, stop?.rule]).toEqual([undefined, 'asha']);
  const none = {
    template: 't',
    name: 'plain',
    grid: { seed: [4] },
    search: { stop: { rule: 'none' }, confirm: { top: 1, seeds: 2 } },
  } as const;
  await createSweep(project, none);
  expect(project.store.sweep('plain')?.search?.value?.stop).toBeUndefined();
});

test('the hours that are expected follow from past runs; without any, from the time limit', async () => {
  const recorded = await openProject();
  const { project } = recorded;
  const byLimit = await planNewSweep(project, DRAWN);
  expect(byLimit).toMatchObject({
    gpuHours: (40 + 4) * 4,
    search: { rungs: [3, 9], expected: { unit: 'GPU', pastRuns: 0 } },
  });
  const lives = [1, 2, 3].map((hours) => [
    `past${hours}`,
    { template: 't', attempts: { 'train-1': [started(), ended(0, LIFE_MS + hours * 360_000)] } },
  ]);
  await recorded.record(Object.fromEntries(lives));
  const byRuns = await planNewSweep(project, DRAWN);
  expect(byRuns.search?.expected).toMatchObject({ unit: 'GPU', pastRuns: 3 });
  expect((byLimit.search?.expected?.hours ?? 0) / (byRuns.search?.expected?.hours ?? 0)).toBeCloseTo(10);
  expect(byLimit.search?.expected?.hours).toBeLessThan(byLimit.gpuHours ?? 0);
});

test('as many members are proposed as the hours suffice for, repetitions included', async () => {
  const { project } = await openProject(TEMPLATE + SEARCH.replace('trials: 40', 'at_most: 100 GPU hours'));
  expect((await planNewSweep(project, DRAWN)).count).toBe(25 - 4);
});

test.each<[problem: string, sweep: NewSweep, message: string]>([
  ['no limit of those at once', DRAWN, 'limit of members that run at once'],
  ['a grid beside the draws', { ...DRAWN, grid: { seed: [1, 2] } }, 'vary what is drawn, and nothing else'],
  ['a pattern that does not tell them apart', { ...DRAWN, id: 'lr{lr}' }, 'may be the same'],
  ['a metric that has no rule', { ...DRAWN, search: { metric: 'accuracy' } }, '--metric names no harvest rule'],
  [
    'a sampler without proposals',
    { template: 't', name: 'tuned', grid: { lr: [1, 2] }, search: { by: 'tpe' } },
    '--by has no effect without --search',
  ],

  ['a metric with one value a run', { ...DRAWN, search: { metric: 'final' } }, 'one value a run'],
  ['a metric of which no values are better', { ...DRAWN, search: { metric: 'loss' } }, 'which values are better'],
  [
    'pausing without checkpoints',
    { ...DRAWN, search: { stop: { resume: true } } },
    'pausing members needs checkpoints',
  ],
  ['a last step that is not above the first', { ...DRAWN, search: { stop: { from: 27 } } }, 'not above'],
  ['nothing that is drawn', { ...DRAWN, space: {}, grid: { lr: [1] }, search: { trials: 3 } }, 'nothing is drawn'],
])('it is refused for %s, and nothing is made', async (_, sweep, message) => {
  const { project } = await openProject();
  await expect(createSweep(project, sweep)).rejects.toThrow(message);
  expect(project.store.sweep('tuned')).toBeUndefined();
});

test('the best members cannot be repeated without a parameter that is a seed', async () => {
  const { project } = await openProject((TEMPLATE + SEARCH).replace('\nseed: 1\n', '\n'));
  await expect(createSweep(project, DRAWN, { maxParallel: 2 })).rejects.toThrow(
    'no value of a parameter that is a seed',
  );
});

test('a template without a search proposes nothing by itself', async () => {
  const { project } = await openProject(TEMPLATE);
  await expect(createSweep(project, DRAWN, { maxParallel: 2 })).rejects.toThrow('number of members to draw');
  const alone: NewSweep = { template: 't', name: 's', grid: { seed: [1] } };
  await expect(createSweep(project, { ...alone, search: { metric: 'acc' } })).rejects.toThrow('--metric has no effect');
  await createSweep(project, alone);
  expect(project.store.sweep('s')?.search).toBeUndefined();
});

test('a sweep is given another number of members, another rule or none while it runs; what is not named stays', async () => {
  const { project } = await openProject();
  await createSweep(project, DRAWN, { maxParallel: 8 });
  const searchOf = (name: string) => project.store.sweep(name)?.search?.value;
  expect(await setSweep(project, 'tuned', { search: { trials: 300, stop: { rule: 'none' } } })).toMatchObject({
    maxParallel: 8,
    search: { rungs: [], search: { propose: { by: 'tpe', trials: 300 } } },
  });
  expect(searchOf('tuned')).not.toHaveProperty('stop');
  await setSweep(project, 'tuned', { search: { stop: { rule: 'median', from: 5, to: 50 } } });
  await setSweep(project, 'tuned', { search: { stop: { keep: 3 } } });
  expect(searchOf('tuned')).toMatchObject({
    metric: 'acc',
    propose: { trials: 300 },
    stop: { rule: 'median', from: 5, to: 50, keep: 3 },
    confirm: { top: 2, seeds: 3 },
  });
  await expect(setSweep(project, 'tuned', { maxParallel: 0 })).rejects.toThrow('needs a limit');
});

test('a sweep that did not go on by itself is given a rule, and loses it again', async () => {
  const { project } = await openProject(TEMPLATE);
  await createSweep(project, { template: 't', name: 'grid', grid: { seed: [1, 2] } });
  const stop = { rule: 'asha', from: 1, to: 9 } as const;
  await expect(setSweep(project, 'grid', { search: { stop } })).rejects.toThrow('the metric that decides is missing');
  await expect(setSweep(project, 'grid', { search: { trials: 9 } })).rejects.toThrow('has all its members');
  const set = await setSweep(project, 'grid', { search: { metric: 'acc', stop } });
  expect(set.search).toMatchObject({ trials: 2, rungs: [{ step: 1 }, { step: 3 }] });
  await setSweep(project, 'grid', { search: { stop: { rule: 'none' } } });
  expect(project.store.sweep('grid')?.search?.value).toBeNull();
});
