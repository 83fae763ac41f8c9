import { expect, test } from 'vitest';
import { resolveField } from './fields.ts';

const known = {
  params: ['learning_rate', 'loss', 'created', 'params.x', 'x'],
  results: ['loss', 'accuracy', 'results.y'],
};

test.each([
  ['learning_rate', 'params', 'learning_rate'],
  ['accuracy', 'results', 'accuracy'],
  ['params.loss', 'params', 'loss'],
  ['results.loss', 'results', 'loss'],
  ['created', 'record', 'created'],
  ['params.created', 'params', 'created'],
  ['params.x', 'params', 'x'],
  ['params.params.x', 'params', 'params.x'],
  ['results.y', 'results', 'results.y'],
])('the name %s stands for the %s %s', (name, source, bare) => {
  expect(resolveField(name, known)).toEqual({ source, name: bare });
});

test.each([
  ['loss', { code: 'field.ambiguous', fix: 'write params.loss or results.loss' }],
  ['acuracy', { code: 'field.unknown', fix: 'did you mean accuracy?' }],
  ['params.acuracy', { code: 'field.unknown', fix: 'list the names with: sheaf list --columns all' }],
  ['stats', { code: 'field.unknown', fix: 'did you mean status?' }],
])('the name %s is refused with a remedy', (name, problem) => {
  expect(() => resolveField(name, known)).toThrow(
    expect.objectContaining({ problems: [expect.objectContaining(problem)] }),
  );
});
