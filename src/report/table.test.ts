import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Cell } from './cell.ts';
import { paint, getStatusMeaning } from './paint.ts';
import { renderTable, type TableColumn, type TableOptions } from './table.ts';
import { textWidth } from './text-width.ts';

const columns: readonly TableColumn[] = [
  { name: 'exp_id', priority: 9 },
  { name: 'status', priority: 8, meaning: getStatusMeaning },
  { name: 'learning_rate' },
  { name: 'accuracy' },
  { name: 'tags', maxWidth: 12 },
];
const rows: readonly (readonly Cell[])[] = [
  ['lrwd_lr1e-4_s1', 'completed', '1e-4', 0.7412, ['lr', 'seed']],
  ['lrwd_lr0.1_s1', 'failed', '0.1', undefined, ['a-very-long-tag', 'x']],
  ['実験', 'running', '0.01', 0.5, []],
];
const screen: TableOptions = { tty: true, width: 100, color: false };

describe('a table on a terminal', () => {
  test('has capitals above, two spaces between, numbers to the right and no boxes', () => {
    expect(`\n${renderTable(columns, rows, screen).text}`).toBe(`
EXP_ID          STATUS     LEARNING_RATE  ACCURACY  TAGS
lrwd_lr1e-4_s1  completed           1e-4    0.7412  lr, seed
lrwd_lr0.1_s1   failed               0.1            a-very-long…
実験            running             0.01       0.5
`);
  });

  test('drops columns of low priority from the right and names them', () => {
    const { text, hidden } = renderTable(columns, rows, { ...screen, width: 41 });
    expect(text.split('\n')[0]).toBe('EXP_ID          STATUS     LEARNING_RATE');
    expect(hidden).toEqual(['accuracy', 'tags']);
    const narrow = renderTable(columns, rows, { ...screen, width: 30 });
    expect([narrow.hidden, narrow.text.split('\n')[0]]).toEqual([
      ['learning_rate', 'accuracy', 'tags'],
      'EXP_ID          STATUS',
    ]);
  });

  test('keeps a column of high priority on the right', () => {
    const [, , rate = { name: '' }, accuracy = { name: '' }] = columns;
    const kept = renderTable([{ name: 'a' }, rate, { ...accuracy, priority: 1 }], [['x', 0.1, 0.9]], {
      ...screen,
      width: 12,
    });
    expect(kept.hidden).toEqual(['learning_rate']);
    expect(kept.text.split('\n')[0]).toBe('A  ACCURACY');
  });

  test('cuts the last column rather than wrap it', () => {
    expect(renderTable(columns, rows, { ...screen, width: 8 }).text).toBe('EXP_ID\nlrwd_lr…\nlrwd_lr…\n実験\n');
  });

  test('drops a column that is the same in all rows before any other', () => {
    const table = [{ name: 'exp_id', priority: 9 }, { name: 'sweep', priority: 8 }, { name: 'lr' }];
    const same = ['a', 'b'].map((id, i) => [id, 'a_long_name', i]);
    expect(renderTable(table, same, { ...screen, width: 20 }).hidden).toEqual(['sweep']);
  });

  test('shortens names in the middle, and keeps what tells them apart', () => {
    const ids = ['a', 'b'].map((end) => [`${'resnet50_imagenet_'.repeat(4)}${end}`]);
    const { text } = renderTable([{ name: 'exp_id', minWidth: 10, cut: 'middle' }], ids, { ...screen, width: 20 });
    expect(text).toBe('EXP_ID\nresnet50_i…magenet_a\nresnet50_i…magenet_b\n');
  });

  test('keeps id, status, note and metric on every terminal of 40 columns or more, however long the ids are', () => {
    const table: readonly TableColumn[] = [
      { name: '', keep: true },
      { name: 'exp_id', keep: true, minWidth: 20, cut: 'middle' },
      { name: 'stage', priority: 1 },
      { name: 'status', keep: true },
      { name: 'time', priority: 5 },
      { name: 'accuracy', keep: true },
      { name: 'note', keep: true, maxWidth: 60, minWidth: 16 },
    ];
    const status = fc.constantFrom('completed', 'failed', 'cancelled', 'running');
    const row = fc.tuple(
      fc.constant('✗'),
      fc.string({ unit: fc.constantFrom('a', 'b', '_', '0', '1'), minLength: 1, maxLength: 120 }),
      fc.constant('train'),
      status,
      fc.constant('ran 1d 03h 12m'),
      fc.constant(0.75),
      fc.string({ minLength: 1, maxLength: 200 }),
    );
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 5 }), fc.integer({ min: 40, max: 200 }), (found, width) => {
        const { text, hidden } = renderTable(table, found, { ...screen, width });
        expect(hidden.filter((name) => name !== 'stage' && name !== 'time')).toEqual([]);
        const lines = text.split('\n').slice(1, -1);
        for (const [i, line] of lines.entries()) {
          expect(textWidth(line)).toBeLessThanOrEqual(width);
          expect(line).toContain(found[i]?.[3] ?? '');
          expect(line).toContain('0.75');
        }
      }),
    );
  });

  test('has colour only when asked, and colour takes no room', () => {
    const painted = renderTable(columns, rows, { ...screen, color: true }).text;
    expect(painted).toContain('\u001b[31mfailed\u001b[39m');
    expect(painted).toContain('\u001b[2mEXP_ID');
    expect(stripVTControlCharacters(painted)).toBe(renderTable(columns, rows, screen).text);
  });

  test('without rows is its header', () => {
    expect(renderTable(columns.slice(0, 2), [], screen)).toEqual({ text: 'EXP_ID  STATUS\n', hidden: [] });
  });

  const anyTable = fc.integer({ min: 1, max: 5 }).chain((width) => {
    const cell = fc.oneof(fc.string({ unit: 'binary', maxLength: 12 }), fc.double(), fc.constant(undefined));
    return fc.record({
      columns: fc.array(fc.record({ name: fc.string({ unit: 'binary' }), priority: fc.nat(2) }), {
        minLength: width,
        maxLength: width,
      }),
      rows: fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 4 }),
    });
  });

  test('is never wider than the terminal and has a line a row, whatever the texts', () => {
    fc.assert(
      fc.property(anyTable, fc.integer({ min: 1, max: 60 }), (table, width) => {
        const { text, hidden } = renderTable(table.columns, table.rows, { ...screen, width });
        const lines = text.split('\n');
        expect(lines.pop()).toBe('');
        expect(lines.length).toBe(table.rows.length + 1);
        for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width);
        expect(hidden.length).toBeLessThan(table.columns.length);
      }),
      { numRuns: 1_000 },
    );
  });

  test('in a pipe has all columns in full with tabs between them, whatever the texts', () => {
    fc.assert(
      fc.property(anyTable, (table) => {
        const { text, hidden } = renderTable(table.columns, table.rows, { tty: false, width: 5, color: true });
        const lines = text.split('\n').slice(0, -1);
        expect(lines.map((line) => line.split('\t').length)).toEqual(
          [table.columns, ...table.rows].map(({ length }) => length),
        );
        expect(hidden).toEqual([]);
      }),
    );
    expect(renderTable(columns, rows.slice(1, 2), { tty: false, width: 5, color: false }).text).toBe(
      'exp_id\tstatus\tlearning_rate\taccuracy\ttags\nlrwd_lr0.1_s1\tfailed\t0.1\t\t["a-very-long-tag","x"]\n',
    );
  });
});

test('colour is a matter of the caller alone', () => {
  expect([paint('x', 'error', true), paint('x', 'error', false), paint('x', undefined, true)]).toEqual([
    '\u001b[31mx\u001b[39m',
    'x',
    'x',
  ]);
  expect([getStatusMeaning('failed'), getStatusMeaning('fail…'), getStatusMeaning('constructor')]).toEqual([
    'failed',
    undefined,
    undefined,
  ]);
});
