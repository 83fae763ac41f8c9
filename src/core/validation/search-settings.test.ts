import { expect, test } from 'vitest';
import { isBranch, makePlacelessLayer, toTree } from './config.ts';
import { readLiveSettings } from './live-settings.ts';
import type { Problem } from '../errors.ts';
import type { SearchSettings } from '../settings/search-settings.ts';
import type { Value, ValueMap } from '../value.ts';

const HARVEST = {
  acc: { csv: 'metrics.csv', column: 'acc', mode: 'max' },
  err: { csv: 'metrics.csv', column: 'err', pick: 'min' },
  loss: { csv: 'metrics.csv', column: 'loss' },
  final: { json: 'out.json', path: 'acc', mode: 'max' },
  'val_*': { tensorboard: true, key: 'val/*', mode: 'max' },
};

function read(search: Value): { search: SearchSettings | undefined; problems: string[] } {
  const problems: Problem[] = [];
  const form: ValueMap = { harvest: HARVEST, search };
  const tree = toTree(form, { layer: makePlacelessLayer('test', form), path: '' });
  if (!isBranch(tree)) throw new Error('not a map');
  const { search: found } = readLiveSettings(tree, problems);
  return { search: found, problems: problems.map(({ message }) => message) };
}

test('a search has the defaults of a stop rule', () => {
  expect(read({ metric: 'acc', trials: 20, stop: { from: 3, to: 81 } })).toEqual({
    search: {
      metric: 'acc',
      trials: 20,
      stop: { rule: 'asha', from: 3, to: 81, eta: 3, keep: 1, resume: false },
    },
    problems: [],
  });
});

test.each(['err', 'val_acc'])('a metric with a mode and steps can decide: %s', (metric) => {
  expect(read({ metric }).problems).toEqual([]);
});

test('hours are of GPUs or CPU cores, or of whichever the jobs ask for', () => {
  expect(read({ metric: 'acc', at_most: '400 GPU hours' }).search?.at_most).toEqual({ hours: 400, unit: 'GPU' });
  expect(read({ metric: 'acc', at_most: '1 CPU hour' }).search?.at_most).toEqual({ hours: 1, unit: 'CPU' });
  expect(read({ metric: 'acc', at_most: 2.5 }).search?.at_most).toEqual({ hours: 2.5 });
});

test('a program may propose', () => {
  expect(read({ metric: 'acc', trials: 9, by: { exec: 'python next.py' } }).search?.by).toEqual({
    exec: 'python next.py',
  });
});

test.each<[search: Value, problem: string]>([
  [{ trials: 20 }, 'search has no metric'],
  [{ metric: 'accuracy' }, 'search.metric names no harvest rule: accuracy'],
  [{ metric: 'final' }, 'harvest.final has one value a run, so that no trial can be stopped by it'],
  [{ metric: 'loss' }, 'harvest.loss does not say which values are better'],
  [{ metric: 'acc', stop: { from: 0, to: 9 } }, 'search.stop.from must be a whole number from 1, but is 0'],
  [{ metric: 'acc', stop: { from: 9, to: 9 } }, 'search.stop.to is 9, which is not above search.stop.from, 9'],
  [{ metric: 'acc', stop: { to: 9 } }, 'search.stop has no from'],
  [{ metric: 'acc', stop: { from: 1, to: 9, eta: 1 } }, 'search.stop.eta must be a number from 1.1, but is 1'],
  [{ metric: 'acc', stop: { from: 1, to: 9, keep: 0 } }, 'search.stop.keep must be a whole number from 1, but is 0'],
  [{ metric: 'acc', trials: 9, at_most: 4 }, 'search has both trials and at_most'],
  [{ metric: 'acc', by: 'tpe' }, 'search has by, but does not say how many members to propose'],
  [{ metric: 'acc', lead: 'auto' }, 'search has lead, but does not say how many members to propose'],
  [{ metric: 'acc', trials: 9, lead: -1 }, 'search.lead must be auto, or a whole number from 0, but is -1'],
  [{ metric: 'acc', confirm: { top: 2, seeds: 1 } }, 'search.confirm.seeds must be a whole number from 2, but is 1'],
  [
    { metric: 'acc', at_most: '4 hours' },
    'search.at_most must be a number of hours, such as 400 GPU hours, but is "4 hours"',
  ],
  [{}, 'search must be a map such as {metric: val_acc, trials: 200, stop: {from: 3, to: 81}}, but is {}'],
  ['grid', 'search must be a map such as {metric: val_acc, trials: 200, stop: {from: 3, to: 81}}, but is "grid"'],
])('%j is refused: %s', (search, problem) => {
  expect(read(search).problems).toEqual([problem]);
});
