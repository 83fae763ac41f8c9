import { expect, test } from 'vitest';
import { applyView, writeViewFile } from './apply-view.ts';

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

test('the file of a view says what the list shows', () => {
  const view = { where: 'lr = "a"', sort: { field: 'acc', descending: true }, columns: [{ name: 'lr' }] };
  expect(writeViewFile(view)).toBe('where: "lr = \\"a\\""\ncolumns: ["lr"]\nsort: "acc"\ndescending: true\n');
});
