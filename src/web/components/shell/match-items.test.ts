import { expect, test } from 'vitest';
import { matches, parseQuery } from '../../../core/query/query.ts';
import { hasWords, whereNamed } from './match-items.ts';

test('the palette finds experiments by a part of their names, and takes no sign as a pattern', () => {
  const finds = (text: string, name: string): boolean =>
    matches(parseQuery(whereNamed(text)), (field) => (field === 'exp_id' ? name : null), 0);
  expect([finds('s_1', 'resnet_s_10'), finds('a*c', 'abc'), finds('a*c', 'xa*c'), finds('[1', 'v[1]')]).toEqual([
    true,
    false,
    true,
    true,
  ]);
});

test('the palette finds actions by words in any order and case', () => {
  expect([hasWords('Go to Templates', 'temp go'), hasWords('Go to Home', 'temp')]).toEqual([true, false]);
});
