import { expect, test } from 'vitest';
import { listFrozenValues, searchValues } from './parameters.ts';

test('a value that a file gave is no difference from the template, one of the command line is', () => {
  const values = listFrozenValues(
    { optimizer: { lr: 0.1, name: 'adam' }, model: 'vit', seed: 0 },
    {
      'optimizer.lr': 'command line',
      'optimizer.name': 'templates/resnet.yaml:4:3',
      model: 'sheaf.yaml:2:1',
      seed: null,
    },
  );
  expect(values.map(({ name, text, isOwn }) => [name, text, isOwn])).toEqual([
    ['optimizer.lr', '0.1', true],
    ['optimizer.name', 'adam', false],
    ['model', 'vit', false],
    ['seed', '0', false],
  ]);
  expect(searchValues(values, '', true).map(({ name }) => name)).toEqual(['optimizer.lr']);
  expect(searchValues(values, 'ADAM', false).map(({ name }) => name)).toEqual(['optimizer.name']);
});
