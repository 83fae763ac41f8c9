import { expect, test } from 'vitest';
import { listPinned, togglePinned } from './pinned-metrics.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e'];

test('the first four metrics are pinned until one chooses', () => {
  expect(listPinned('', NAMES)).toEqual(['a', 'b', 'c', 'd']);
  expect(listPinned(togglePinned('', NAMES, 'e'), NAMES)).toEqual(NAMES);
  expect(listPinned(togglePinned('', NAMES, 'a'), NAMES)).toEqual(['b', 'c', 'd']);
});

test('a choice of no metric stays a choice, and pins of other experiments stay', () => {
  const none = togglePinned('a', NAMES, 'a');
  expect(listPinned(none, NAMES)).toEqual([]);
  expect(listPinned(togglePinned(none, NAMES, 'b'), NAMES)).toEqual(['b']);
  expect(togglePinned('other\na', NAMES, 'b').split('\n')).toContain('other');
});
