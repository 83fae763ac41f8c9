import { expect, test } from 'vitest';
import { findMeant, suggestMeant } from './abbreviation.ts';

const PARAMETERS = ['learning_rate', 'batch_size', 'weight_decay', 'num_epochs', 'momentum', 'optimizer.name', 'seed'];

test.each([
  ['lr', ['learning_rate']],
  ['--lr', ['learning_rate']],
  ['bs', ['batch_size']],
  ['bsz', ['batch_size']],
  ['batchsize', ['batch_size']],
  ['wd', ['weight_decay']],
  ['wdecay', ['weight_decay']],
  ['epochs', ['num_epochs']],
  ['mom', ['momentum']],
  ['learnig_rate', ['learning_rate']],
  ['optimizer', ['optimizer.name']],
  ['sed', ['seed']],
  ['x', []],
  ['sd', []],
  ['dropout', []],
])('%s is taken for %j', (name, meant) => {
  expect(findMeant(name, PARAMETERS)).toEqual(meant);
});

test('a long name is taken for the short one that the template has', () => {
  expect(findMeant('learning_rate', ['lr', 'l2'])).toEqual(['lr']);
  expect(findMeant('learning_rate', ['base_lr', 'wd'])).toEqual([]);
  expect(findMeant('lr', ['l2', 'base_lr'])).toEqual(['base_lr']);
});

test('flags are taken by their first words before names with two other letters', () => {
  const flags = ['--name', '--launcher', '--time-limit'];
  expect(findMeant('--time', flags)).toEqual(['--time-limit']);
  expect(findMeant('--lr', flags)).toEqual([]);
});

test('a name that nothing resembles gives the fallback', () => {
  expect(suggestMeant('dropout', PARAMETERS, 'list them')).toBe('list them');
  expect(suggestMeant('lr', PARAMETERS, 'list them')).toBe('did you mean learning_rate?');
});
