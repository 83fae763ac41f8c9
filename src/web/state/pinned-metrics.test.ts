import { expect, test } from 'vitest';
import { listFirst, listPinned, togglePinned } from './pinned-metrics.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e'];

test('no metric is pinned until one pins it; the first four are shown first until then', () => {
  expect(listPinned('', NAMES)).toEqual([]);
  expect(listFirst('', NAMES)).toEqual(['a', 'b', 'c', 'd']);
  const kept = togglePinned(togglePinned('', 'e'), 'b');
  expect(listPinned(kept, NAMES)).toEqual(['e', 'b']);
  expect(listFirst(kept, NAMES)).toEqual(['e', 'b']);
  expect(togglePinned(togglePinned(kept, 'e'), 'b')).toBe('');
});

test('pins of metrics that an experiment lacks stay, and hide none of its own', () => {
  const kept = togglePinned('other', 'a');
  expect(listPinned(kept, NAMES)).toEqual(['a']);
  expect(togglePinned(kept, 'a')).toBe('other');
  expect(listFirst('other', ['a', 'b'])).toEqual(['a', 'b']);
});
