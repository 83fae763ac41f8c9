import { expect, test } from 'vitest';
import { findDifferences } from './differences.ts';

test('an experiment differs from its template by changed, nested and added parameters', () => {
  const defaults = [
    { name: 'lr', default: 0.1 },
    { name: 'model.depth', default: 3 },
    { name: 'data', default: null },
  ];
  expect(findDifferences({ lr: 0.1, model: { depth: 4 }, data: 'x', extra: [1] }, defaults)).toEqual([
    { name: 'model.depth', value: 4, usual: 3 },
    { name: 'data', value: 'x', usual: undefined },
    { name: 'extra', value: [1], usual: undefined },
  ]);
});
