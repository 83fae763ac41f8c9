import { expect, test } from 'vitest';
import { completeQuery } from '../../../../core/query/query.ts';
import { applySuggestion, findValueField, listSuggestions, type Vocabulary } from './suggestions.ts';

const vocabulary: Vocabulary = {
  fields: [
    { name: 'status', source: 'record' },
    { name: 'lr', source: 'params' },
    { name: 'val lr', source: 'results' },
  ],
  values: {
    version: 1,
    more: 0,
    counts: [
      { value: 'failed', count: 3 },
      { value: 'a b', count: 1 },
      { value: 1e-4, count: 2 },
      { value: null, count: 9 },
    ],
  },
};

function suggest(marked: string): string[] {
  const completion = completeQuery(marked.replace('|', ''), marked.indexOf('|'));
  return listSuggestions(completion, vocabulary).map(({ text, note }) => `${text} ${note}`.trim());
}

test.each([
  ['|', ['status field', 'lr parameter', '`val lr` result']],
  ['l|', ['lr parameter', '`val lr` result']],
  ['lr |', ['=', '!=', 'in', 'not in', '<', '<=', '>', '>=', '~', '!~', 'has', 'is missing']],
  ['status = |', ['failed 3', '"a b" 1', '0.0001 2']],
  ['status = fa|', ['failed 3']],
  ['lr = 1 |', ['and', 'or']],
  ['n|', ['not']],
])('the query %j is completed with %j', (marked, expected) => {
  expect(suggest(marked)).toEqual(expected);
});

test('a choice replaces what is typed of it, and the caret is behind it', () => {
  const query = 'sta and lr > 1';
  const completion = completeQuery(query, 3);
  expect(applySuggestion(query, completion, { text: 'status', note: '' })).toEqual({
    text: 'status and lr > 1',
    caret: 'status '.length,
  });
  expect(applySuggestion('lr', completeQuery('lr', 2), { text: 'lr', note: '' })).toEqual({ text: 'lr ', caret: 3 });
});

test('the values of the field at the caret are asked for', () => {
  expect(findValueField(completeQuery('status = f', 10))).toBe('status');
  expect(findValueField(completeQuery('status ', 7))).toBeUndefined();
});
