import { expect, test } from 'vitest';
import type { PageColumn } from '../list/page-answer.ts';
import { changeColumn, chooseUsual, describeColumns, moveColumn, toggleColumn } from './column-choice.ts';

const column = (source: PageColumn['source'], name: string, cells: PageColumn['cells']): PageColumn => ({
  source,
  name,
  header: name,
  cells,
  written: {},
  gaps: {},
});

const known = describeColumns({
  columns: [
    column('record', 'exp_id', ['a', 'b']),
    column('record', 'status', ['failed', 'failed']),
    column('record', 'template', ['t', 't']),
    column('record', 'sweep', ['s', null]),
    column('params', 'lr', [0.1, 0.2]),
    column('params', 'depth', [3, 3]),
    column('results', 'acc', ['nan', 0.5]),
    column('results', 'loss', [null, null]),
  ],
});

test('the usual columns name each experiment, and show results and what tells experiments apart', () => {
  expect(chooseUsual(known)).toEqual([
    { name: 'exp_id', isPinned: true },
    { name: 'status' },
    { name: 'acc' },
    { name: 'lr' },
    { name: 'sweep' },
  ]);
});

test('a column is of numbers if all of its values are, and a NaN is one', () => {
  expect(known.filter(({ isNumeric }) => isNumeric).map(({ name }) => name)).toEqual(['lr', 'depth', 'acc']);
});

test('columns are shown, hidden, moved, widened and pinned, and one always stays', () => {
  const columns = [{ name: 'a' }, { name: 'b' }, { name: 'c' }];
  expect(toggleColumn(columns, 'd').map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd']);
  expect(toggleColumn(columns, 'b').map(({ name }) => name)).toEqual(['a', 'c']);
  expect(toggleColumn([{ name: 'a' }], 'a')).toEqual([{ name: 'a' }]);
  expect(moveColumn(columns, 'a', 2).map(({ name }) => name)).toEqual(['b', 'c', 'a']);
  expect(moveColumn(columns, 'a', -1)).toBe(columns);
  expect(changeColumn(columns, 'b', { width: 90, isPinned: true })[1]).toEqual({
    name: 'b',
    width: 90,
    isPinned: true,
  });
});
