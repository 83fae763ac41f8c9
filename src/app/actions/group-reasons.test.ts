import { expect, test } from 'vitest';
import { groupReasons } from './group-reasons.ts';

test('experiments that stayed as they were are listed by reason, not one by one', () => {
  const old = Array.from({ length: 12 }, (_, i) => ({ expId: `lr${i}`, why: 'completed' }));
  expect(groupReasons([...old, { expId: 'new', why: 'was never submitted' }])).toEqual([
    'lr0, lr1, lr2 and 9 more: completed',
    'new: was never submitted',
  ]);
  const each = old.map(({ expId }) => ({ expId, why: `waits for ${expId}` }));
  expect(groupReasons(each).slice(9)).toEqual(['lr9: waits for lr9', 'and 2 more left as before']);
});
