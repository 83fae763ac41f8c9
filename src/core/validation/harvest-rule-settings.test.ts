import { describe, expect, test } from 'vitest';
import { makePlacelessLayer, toTree } from './config.ts';
import { readRule } from './harvest-rule-settings.ts';
import type { Problem } from '../errors.ts';
import type { HarvestRule } from '../settings/harvest-rule.ts';
import type { ValueMap } from '../value.ts';

function read(name: string, form: ValueMap): { rule: HarvestRule | undefined; problems: string[] } {
  const problems: Problem[] = [];
  const tree = toTree(form, { layer: makePlacelessLayer('test', form), path: '' });
  const rule = readRule(name, tree, { stages: [] }, problems);
  return { rule, problems: problems.map(({ message }) => message) };
}

test('a pattern without its source is refused with the rule for a log', () => {
  const problems: Problem[] = [];
  const tree = toTree('step loss=(\\S+)', { layer: makePlacelessLayer('test', {}), path: '' });
  expect(readRule('loss', tree, { stages: [] }, problems)).toBeUndefined();
  expect(problems).toMatchObject([
    { message: 'harvest.loss is a pattern without { log: … }', fix: "write loss: {log: 'step loss=(\\S+)'}" },
  ]);
});

describe('the key of a rule', () => {
  test.each(['acc[0]', 'acc*', 'acc*[0]', 'acc[*', '?'])('is the name in the tracker as it is: %s', (key) => {
    expect(read('acc', { tensorboard: true, key })).toMatchObject({ rule: { key }, problems: [] });
  });

  test.each([
    ['val/*', 'validation'],
    ['val/*', '*/*'],
    ['*/*', 'val/*'],
  ])('of a family %s cannot be %s: each has one star', (name, key) => {
    expect(read(name, { tensorboard: true, key })).toEqual({
      rule: undefined,
      problems: [
        name === '*/*' ? '"*/*" cannot be the name of a metric' : '',
        `harvest.${name} must have one "*", and its key one as well`,
      ].filter(Boolean),
    });
  });
});
