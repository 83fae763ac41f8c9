import { expect, test } from 'vitest';
import { addIds, isSelected, MOST_IDS, NOTHING, toggleId, writeSelectionQuery, type Selection } from './selection.ts';

const ALL: Selection = { kind: 'query', where: 'lr > 1' };

test('experiments are selected one by one, each once, up to a limit', () => {
  const two = toggleId(toggleId(NOTHING, 'a'), 'b');
  expect(two).toEqual({ kind: 'ids', ids: ['a', 'b'] });
  expect(toggleId(two, 'a')).toEqual({ kind: 'ids', ids: ['b'] });
  expect(addIds(two, ['b', 'c'])).toEqual({ kind: 'ids', ids: ['a', 'b', 'c'] });
  const many = addIds(
    NOTHING,
    Array.from({ length: MOST_IDS + 9 }, (_, i) => `r${i}`),
  );
  expect(many).toMatchObject({ ids: { length: MOST_IDS } });
  expect([isSelected(two, 'a', ''), isSelected(two, 'z', '')]).toEqual([true, false]);
});

test('all that fit a query are selected while the list shows them, and given up as a whole', () => {
  expect([isSelected(ALL, 'a', 'lr > 1'), isSelected(ALL, 'a', 'lr > 2')]).toEqual([true, false]);
  expect(toggleId(ALL, 'a')).toEqual({ kind: 'ids', ids: ['a'] });
});

test('a selection is a query of the command line', () => {
  expect(writeSelectionQuery(ALL)).toBe('lr > 1');
  expect(writeSelectionQuery(NOTHING)).toBe('');
  expect(writeSelectionQuery({ kind: 'ids', ids: ['a', '1e4'] })).toBe('exp_id in (a, "1e4")');
});
