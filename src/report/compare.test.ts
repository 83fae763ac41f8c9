import { expect, test } from 'vitest';
import { findBestPlaces, compareExperiments } from './compare.ts';

test('experiments are set side by side: numbers as written, nested parameters dotted, what differs marked', () => {
  const comparison = compareExperiments([
    {
      expId: 'a',
      params: { lr: 1e-4, opt: { name: 'adam', betas: [0.9, 1e-3] }, seed: 1, none: null },
      written: { '/lr': '1e-4', '/opt/betas/1': '1e-3' },
      metrics: { accuracy: 0.75 },
    },
    {
      expId: 'b',
      params: { lr: 0.0001, opt: { name: 'sgd' }, seed: 1, none: null },
      written: {},
      metrics: { accuracy: 0.7, loss: 0.5 },
    },
  ]);
  expect(comparison).toEqual({
    expIds: ['a', 'b'],
    params: [
      { name: 'lr', values: [1e-4, 1e-4], texts: ['1e-4', '0.0001'], differs: false },
      { name: 'opt.name', values: ['adam', 'sgd'], texts: ['adam', 'sgd'], differs: true },
      { name: 'opt.betas', values: [[0.9, 1e-3], undefined], texts: ['[0.9, 1e-3]', undefined], differs: true },
      { name: 'seed', values: [1, 1], texts: ['1', '1'], differs: false },
      { name: 'none', values: [null, null], texts: ['null', 'null'], differs: false },
    ],
    metrics: [
      { name: 'accuracy', values: [0.75, 0.7], texts: ['0.75', '0.7'], differs: true },
      { name: 'loss', values: [undefined, 0.5], texts: [undefined, '0.5'], differs: true },
    ],
  });
});

test('one experiment, or none, differs in nothing', () => {
  expect(compareExperiments([{ expId: 'a', params: { lr: 1 }, written: {}, metrics: {} }]).params[0]?.differs).toBe(
    false,
  );
  expect(compareExperiments([])).toEqual({ expIds: [], params: [], metrics: [] });
});

test('the best is found among very many', () => {
  const values = Array.from({ length: 300_000 }, (_, i) => i);
  expect(findBestPlaces(values, 'max')).toEqual([299_999]);
  expect(findBestPlaces(values, 'min')).toEqual([0]);
});
