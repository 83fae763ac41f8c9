import { expect, test } from 'vitest';
import { ended, recordedProject, started } from '../../../test/support/recorded-project.ts';
import { compare } from './compare.ts';

const done = { 'train-1': [started(), ended()] };

test('a comparison shows what differs, and why a metric is missing', async () => {
  const { project } = await recordedProject(
    {
      a: {
        params: { lr: 1e-4, seed: 1, model: 'vit' },
        written: { '/lr': '1e-4' },
        attempts: done,
        metrics: { acc: 0.5, loss: { value: null, nonfinite: 'nan' } },
      },
      b: { params: { lr: 0.1, seed: 1, model: 'vit' }, attempts: done },
    },
    { 'templates/t.yaml': 'command: "true"\nharvest: { acc: { jsonl: metrics.jsonl } }\n' },
  );
  const compared = await compare(project, ['a', 'b', 'a']);
  expect(compared).toEqual({
    expIds: ['a', 'b'],
    statuses: ['completed', 'completed'],
    inputs: [],
    settings: [],
    paramCount: 3,
    params: [{ name: 'lr', values: [1e-4, 0.1], texts: ['1e-4', '0.1'], differs: true }],
    metrics: [
      {
        name: 'acc',
        values: [0.5, undefined],
        texts: ['0.5', undefined],
        differs: true,
        missing: [undefined, 'not_harvested'],
        best: [],
        seriesCount: 0,
      },
      {
        name: 'loss',
        values: ['nan', undefined],
        texts: ['nan', undefined],
        differs: true,
        missing: [undefined, 'not_harvested'],
        best: [],
        seriesCount: 0,
      },
    ],
    warnings: ['1 completed experiment has unread results: b; run sheaf harvest'],
  });
  expect((await compare(project, ['b', 'a'], { allValues: true })).params.map(({ name }) => name)).toEqual([
    'lr',
    'seed',
    'model',
  ]);
});

test('a metric that none has is listed with its causes, not left out', async () => {
  const f1 = { reason: 'no_file', said: 'there is no f1.json' } as const;
  const { project } = await recordedProject({
    a: { attempts: done, metrics: { acc: 1 }, missing: { f1 } },
    b: { attempts: done, metrics: { acc: 1 } },
  });
  expect((await compare(project, ['a', 'b'])).metrics[1]).toEqual({
    name: 'f1',
    values: [undefined, undefined],
    texts: [undefined, undefined],
    differs: false,
    missing: ['no_file', 'no_rule'],
    best: [],
    seriesCount: 0,
  });
});

test('the best of each metric is known where its rule says what is better', async () => {
  const { project } = await recordedProject({
    a: { metrics: { acc: { value: 0.5, mode: 'max' }, loss: { value: 0.5, mode: 'min' }, time: 1 } },
    b: { metrics: { acc: { value: 0.7, mode: 'max' }, loss: { value: null, nonfinite: 'nan', mode: 'min' }, time: 2 } },
    c: { metrics: { acc: { value: 0.7, mode: 'max' }, loss: { value: 0.9, mode: 'min' }, time: 3 } },
    d: {},
  });
  expect(
    (await compare(project, ['a', 'b', 'c', 'd'])).metrics.map(({ name, mode, best }) => [name, mode, best]),
  ).toEqual([
    ['acc', 'max', [1, 2]],
    ['loss', 'min', [0]],
    ['time', undefined, []],
  ]);
  expect((await compare(project, ['b', 'c'])).metrics[0]?.best).toEqual([]);
  expect((await compare(project, ['c', 'd'])).metrics[0]?.best).toEqual([]);
});

test.each([[[]], [['a']], [['a', 'a']]])('a comparison of %j is refused', async (ids) => {
  const { project } = await recordedProject({ a: {} });
  await expect(compare(project, ids)).rejects.toThrow(expect.objectContaining({ code: 'compare.few', exitCode: 2 }));
});
