import { expect, test } from 'vitest';
import type { TemplateJson } from '../../../json/index.ts';
import { readForm } from './form-address.ts';

const TYPES = { lr: 'float', seed: 'int', layers: 'list', name: 'str' } as const;

const template = {
  name: 'line',
  reserved: { checkpoint: 'ckpt/*.pt' },
  parameters: Object.entries(TYPES).map(([name, type]) => ({ name, type, required: false })),
  search: null,
  search_metrics: [{ name: 'val_acc', mode: 'max' }],
} as unknown as TemplateJson;

test.each([
  ['set.lr=0.1, 0.01', ['lr']],
  ['set.lr=0.1&set.seed=1..5', ['seed']],
  ['set.lr=0.1,', []],
  ['set.layers=1,2', []],
  ['set.name="a, b"', []],
  ['set.name=a, b&set.seed=1,2&sweep=on&as.seed=grid', ['name']],
])('a form says which single values read like several: %s', (address, lists) => {
  expect(readForm(new URLSearchParams(address), template).lists).toEqual(lists);
});

/** The form of a sweep whose `lr` is drawn. */
const drawn = (address: string, search: Partial<TemplateJson> = {}) =>
  readForm(new URLSearchParams(`sweep=on&as.lr=draw&set.lr=uniform(0,1)&${address}`), { ...template, ...search });

test('a sweep that stops and proposes members is the same action and command', () => {
  const { action, line, missing } = drawn(
    'trials=200&by=random&lead=auto&metric=val_acc&stop=asha&from=3&to=81&eta=4&keep=2&pause=true&top=5&seeds=3&most=16',
  );
  expect(missing).toEqual([]);
  expect(action).toEqual({
    kind: 'sweep',
    template: 'line',
    params: {},
    resources: {},
    tags: [],
    grid: {},
    zip: {},
    random: { seed: 0, draws: { lr: 'uniform(0,1)' } },
    search: {
      metric: 'val_acc',
      by: 'random',
      trials: 200,
      lead: 'auto',
      stop: { rule: 'asha', from: 3, to: 81, eta: 4, keep: 2, resume: true },
      confirm: { top: 5, seeds: 3 },
    },
    maxParallel: 16,
  });
  expect(line).toBe(
    "sheaf sweep line --draw 'lr=uniform(0,1)' --random-seed 0 --search 200 --metric val_acc --by random --lead auto --stop asha " +
      '--from-step 3 --to-step 81 --eta 4 --keep 2 --pause true --confirm 5:3 --max-parallel 16',
  );
});

test.each([
  ['trials=20', ['the metric that decides', 'how many members run at once']],
  ['draws=5&stop=asha&metric=val_acc&from=3', ['the step at which a member is complete']],
  ['draws=5&stop=median&metric=val_acc&from=1&to=9&eta=1', ['a number from 1.1 as eta']],
  ['draws=5&metric=val_acc&top=5', ['both how many are repeated, and over how many seeds']],
  ['trials=9&metric=val_acc&most=4&lead=soon', ['a whole number from 0, or auto, as lead']],
  ['trials=0.5&metric=val_acc&most=4', ['a whole number from 1 as trials']],
])('a search that lacks something says so: %s', (address, missing) => {
  expect(drawn(address).missing).toEqual(missing);
});

test('what a template says of searches need not be given again, and can be switched off', () => {
  const stop = { rule: 'asha', from: 3, to: 81, eta: 3, keep: 1, resume: false } as const;
  const search = { metric: 'val_acc', by: null, trials: 50, at_most: null, lead: null, stop, confirm: null };
  const { action, missing, search: found } = drawn('most=4', { search });
  expect([missing, found.proposes, found.stops]).toEqual([[], true, true]);
  expect(action).toMatchObject({ random: { seed: 0 }, maxParallel: 4 });
  expect(action).not.toHaveProperty('search');
  expect(drawn('most=4&lead=0&pause=false', { search: { ...search, lead: 'auto' } }).action).toMatchObject({
    search: { lead: 0, stop: { resume: false } },
  });
  expect(drawn('draws=9&stop=none', { search }).action).toMatchObject({
    random: { count: 9 },
    search: { stop: { rule: 'none' } },
  });
});

test('members are paused only if the template says where their checkpoints are', () => {
  const address = 'draws=5&metric=val_acc&stop=asha&from=3&to=81&pause=true';
  expect(drawn(address).missing).toEqual([]);
  expect(drawn(address, { reserved: {} }).missing).toEqual([
    'checkpoint in the template, from which paused members go on',
  ]);
});

test('the address of a form names no program that proposes members', () => {
  const { action } = drawn('trials=20&by=exec:touch owned&metric=val_acc&most=2');
  expect(action).toMatchObject({ search: { trials: 20, metric: 'val_acc' } });
  expect(JSON.stringify(action)).not.toContain('touch');
});
