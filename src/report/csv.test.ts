import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseNumber } from '../core/number-source.ts';
import { formatExact, type Cell } from './cell.ts';
import { formatCsvLines, type CsvOptions } from './csv.ts';

const toCsv = (header: readonly string[], rows: readonly (readonly Cell[])[], options?: CsvOptions): string =>
  [...formatCsvLines(header, rows, options)].join('');

/** What Python's csv module reads from each of the texts. */
function readByPython(texts: readonly string[], separator = ','): string[][][] {
  const program = [
    'import csv, io, json, sys',
    'texts, separator = json.load(sys.stdin)',
    'print(json.dumps([list(csv.reader(io.StringIO(t, newline=""), delimiter=separator, strict=True)) for t in texts]))',
  ].join('\n');
  const input = JSON.stringify([texts, separator]);
  const { stdout, stderr } = spawnSync('python3', ['-c', program], { input, encoding: 'utf8', maxBuffer: 1e8 });
  expect(stderr).toBe('');
  return JSON.parse(stdout) as string[][][];
}

describe('a CSV file', () => {
  test('quotes what needs it, tells empty texts from missing values, and writes lists as JSON', () => {
    expect(
      toCsv(
        ['exp_id', 'learning_rate', 'note', 'tags'],
        [
          ['a', 0.1, 'say "hi", twice', ['lr', 'x']],
          ['b', '1e-4', '', undefined],
          ['c', -1, null, { a: [1] }],
        ],
      ),
    ).toBe(
      'exp_id,learning_rate,note,tags\na,0.1,"say ""hi"", twice","[""lr"",""x""]"\nb,1e-4,"",\nc,-1,,"{""a"":[1]}"\n',
    );
  });

  test('never holds a text that a spreadsheet would run, unless asked for raw texts', () => {
    const cells = ['=1+1', '+cmd', '-x', '@SUM(A1)', '\t=1', '\r=1', '＝1', '-1e-4', '+5', '-inf', '.5', 'a=b'];
    expect(
      toCsv(
        ['v'],
        cells.map((cell) => [cell]),
      ),
    ).toBe(`v\n'=1+1\n'+cmd\n'-x\n'@SUM(A1)\n'\t=1\n"'\r=1"\n'＝1\n-1e-4\n+5\n-inf\n.5\na=b\n`);
    expect(toCsv(['=h'], [['=1+1']])).toBe("'=h\n'=1+1\n");
    expect(toCsv(['=h'], [['=1+1']], { raw: true })).toBe('=h\n=1+1\n');
  });

  test('leaves numbers as formats write them', () => {
    const cells = ['-1,234.50', '-12.5%', '+3%', '-1.5e-07', '-1+2%', '-,', '-5%%'];
    const lines = toCsv(
      ['v'],
      cells.map((cell) => [cell]),
    );
    expect(lines.trim().split('\n')).toEqual([
      'v',
      '"-1,234.50"',
      '-12.5%',
      '+3%',
      '-1.5e-07',
      "'-1+2%",
      `"'-,"`,
      "'-5%%",
    ]);
  });

  test('may be separated by tabs', () => {
    expect(toCsv(['a', 'b'], [['x,y', 'p\tq']], { separator: '\t' })).toBe('a\tb\nx,y\t"p\tq"\n');
  });

  const cell: fc.Arbitrary<Cell> = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', '\t', '=', '-', "'", 'a', ' '), maxLength: 6 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constantFrom(null, undefined),
    fc.array(fc.string({ maxLength: 3 }), { maxLength: 2 }),
  );
  const table = fc
    .integer({ min: 1, max: 4 })
    .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 4 }));

  test.each([',', '\t'] as const)('is read by Python as it was written (separator %j)', (separator) => {
    const tables = fc.sample(table, { numRuns: 500, seed: 11 });
    const texts = tables.map(([header = [], ...rows]) =>
      toCsv(header.map(formatExact), rows, { raw: true, separator }),
    );
    expect(readByPython(texts, separator)).toEqual(tables.map((rows) => rows.map((row) => row.map(formatExact))));
  });

  test('is safe in a spreadsheet whatever the texts', () => {
    const tables = fc.sample(table, { numRuns: 500, seed: 12 });
    const read = readByPython(tables.map(([header = [], ...rows]) => toCsv(header.map(formatExact), rows)));
    read.forEach((rows, i) => {
      rows.forEach((row, j) => {
        row.forEach((text, k) => {
          const written = formatExact(tables[i]?.[j]?.[k]);
          expect([written, `'${written}`]).toContain(text);
          if (/^[=+\-@\t\r\n]/.test(text)) expect(parseNumber(text)).toBeDefined();
        });
      });
    });
  });
});
