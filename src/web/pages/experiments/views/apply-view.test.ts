import { expect, test } from 'vitest';
import { applyView, checkViewName } from './apply-view.ts';

test('a saved view sets query, order and columns, and its patterns stand for the columns that there are', () => {
  const sort = { field: 'acc', descending: true };
  expect(
    applyView('best', { where: 'lr > 1', sort, columns: ['exp_id', '*loss', 'gone', 'exp_id'] }, [
      'exp_id',
      'loss',
      'val_loss',
      'acc',
    ]),
  ).toEqual({
    where: 'lr > 1',
    sort,
    columns: [{ name: 'exp_id' }, { name: 'loss' }, { name: 'val_loss' }],
    view: 'best',
  });
  expect(applyView('all', {}, ['a'])).toEqual({ where: '', sort: undefined, columns: undefined, view: 'all' });
});

test('a name that no view can have is refused with the reason', () => {
  expect([checkViewName('best-2'), checkViewName('')?.slice(0, 6)]).toEqual([undefined, 'Type a']);
  expect(checkViewName('../x')).toMatch(/cannot be the name of a view: a name has/);
});
