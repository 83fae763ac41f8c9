import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Cell } from './cell.ts';
import { formatCsvLines } from './csv.ts';
import { mergeTable, type MergedText } from './merge.ts';

function merge(old: string, header: string[], rows: Cell[][], options = {}): MergedText {
  return mergeTable(old, { header, key: header.indexOf('exp_id'), rows }, 'master.csv', options);
}

describe('a table that is updated', () => {
  test('keeps rows and columns of people to the byte, and gets new values, columns and rows', () => {
    const old = ['exp_id,acc,"my, remark",acc2', 'a,0.5,"says ""hi""", 1.0', 'mine,,x,', 'b,"0.25",,2'].join('\r\n');
    const { text, ...counts } = merge(
      old,
      ['exp_id', 'acc', 'loss'],
      [
        ['b', 0.25, 3],
        ['a', 0.75, 1],
        ['c', 1, undefined],
      ],
    );
    expect(text.split('\r\n')).toEqual([
      'exp_id,acc,loss,"my, remark",acc2',
      'a,0.75,1,"says ""hi""", 1.0',
      'mine,,,x,',
      'b,"0.25",3,,2',
      'c,1,,,',
      '',
    ]);
    expect(counts).toEqual({ added: 1, changed: 2 });
  });

  test('stays the same to the byte when nothing is new, whatever people have in it', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', ',', '"', '\n', '\r\n', '=', ' ', "'", 'é', '\t'),
      maxLength: 6,
    });
    const separators = [',', '\t'] as const;
    const table = fc.record({
      cells: fc.array(fc.tuple(text, text), { maxLength: 5 }),
      newline: fc.constantFrom('\n', '\r\n'),
      mark: fc.constantFrom('', '\ufeff'),
      end: fc.boolean(),
      separator: fc.constantFrom(...separators),
    });
    fc.assert(
      fc.property(table, ({ cells, newline, mark, end, separator }) => {
        const rows = cells.map(([ours, theirs], i): Cell[] => [`e${i}`, ours, theirs]);
        const lines = [...formatCsvLines(['exp_id', 'ours', 'theirs'], rows, { separator })];
        const whole = mark + lines.map((line) => line.slice(0, -1)).join(newline) + (end ? newline : '');
        const fresh = rows.map((row) => row.slice(0, 2)).toReversed();
        expect(merge(whole, ['exp_id', 'ours'], fresh, { separator })).toEqual({ text: whole, added: 0, changed: 0 });
      }),
    );
  });

  test('without rows gets all', () => {
    expect(merge('exp_id\n', ['exp_id', 'acc'], [['a', 1]]).text).toBe('exp_id,acc\na,1\n');
    expect(merge('exp_id', ['exp_id', 'acc'], [['a', 1]]).text).toBe('exp_id,acc\na,1\n');
  });

  test.each([
    ['', /is empty/],
    ['name,acc\na,1\n', /has no column exp_id/],
    ['exp_id;acc\na;1\n', /has no column exp_id/],
    ['exp_id,acc\na,1\nb,2\na,3\n', /has a twice: in lines 2 and 4/],
    ['exp_id,exp_id\na,1\n', /has two columns exp_id/],
    ['exp_id,acc\na,1,2\n', /line 2 has 3 cells, the header 2/],
    ['exp_id,acc\ra,1\r', /line 1 has a carriage return that ends no line/],
    ['exp_id,acc\na,1\rb,2\n', /line 2 has a carriage return/],
    ['exp_id,acc\na,"1\n', /the quotes of line 2/],
    ['exp_id,acc\na,"1"x\n', /the quotes of line 2/],
  ])('is refused when it is %j', (old, message) => {
    expect(() => merge(old, ['exp_id', 'acc'], [['a', 1]])).toThrow(message);
  });
});
