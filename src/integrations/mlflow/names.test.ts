import { expect, test } from 'vitest';
import { nameItems } from './names.ts';

const namesOf = (...names: readonly string[]): string[] =>
  nameItems(
    'the metric',
    names.map((name) => [name, 0] as const),
  ).items.map(([name]) => name);

test('names that MLflow takes stay as they are', () => {
  const names = ['loss', 'val/acc', 'a.b-c_d e:f', 'größe', '損失', '1', '..a', 'a/.b'];
  expect(namesOf(...names)).toEqual(names);
});

test.each([
  ['top@5', 'top_5'],
  ['a(b)%', 'a_b__'],
  ['', '_'],
  ['/a', '_a'],
  ['a//b', 'a__b'],
  ['a/', 'a_'],
  ['a/../b', 'a_.._b'],
  ['.', '_'],
  ['..', '__'],
])('%j is sent as %j, with a warning', (name, tame) => {
  const { items, remarks } = nameItems('the metric', [[name, 0]]);
  expect(items).toEqual([[tame, 0]]);
  expect(remarks).toEqual([`the metric "${name}" is sent as "${tame}": MLflow does not take its name`]);
});

test('two that would get one name are not mixed up', () => {
  const { items, remarks } = nameItems('the metric', [
    ['a_b', 1],
    ['a@b', 2],
  ]);
  expect(items).toEqual([['a_b', 1]]);
  expect(remarks).toEqual(['the metric "a@b" is left out: MLflow would take it for "a_b"']);
});

test('a name that is too long is left out, with a warning', () => {
  const { items, remarks } = nameItems('the parameter', [['x'.repeat(251), 1]]);
  expect(items).toEqual([]);
  expect(remarks[0]).toContain('MLflow takes names of 250 characters');
});
