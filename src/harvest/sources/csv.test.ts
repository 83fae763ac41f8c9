import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSource } from '../../../test/support/read-source.ts';
import { harvestFixture } from '../../../test/support/run-folder.ts';
import type { TableRule } from '../../core/settings/harvest-rule.ts';
import { LONGEST_ROW, makeRowSplitter } from '../read/csv-rows.ts';
import { csv, tsv } from './csv.ts';
import type { MetricFinding } from '../base/source.ts';

function rule(column: string, pick: TableRule['pick'] = 'last'): TableRule {
  return { source: 'csv', file: 'file', column, pick, required: true };
}

async function readOne(
  content: string | Uint8Array,
  column: string,
  pick?: TableRule['pick'],
  options: { unfinished?: boolean; chunkBytes?: number } = {},
): Promise<MetricFinding | undefined> {
  return (await readSource(csv, content, { metric: rule(column, pick) }, options))['metric'];
}

test.each(['step', '_step', 'global_step', 'iteration', 'epoch'])('a column %s tells the steps', async (name) => {
  const found = await readOne(`x,${name}\n0.5,10\n0.6,20\n`, 'x');
  expect(found?.found?.place).toEqual({ line: 3, step: 20 });
  expect([...(found?.found?.series?.steps ?? [])]).toEqual([10, 20]);
});

describe('a column of a real metrics.csv in which most cells are empty', () => {
  test.each([
    ['first', { value: 0.8564231991767883, place: { line: 6, step: 21 } }],
    ['last', { value: 0.9219143390655518, place: { line: 28, step: 109 } }],
    ['max', { value: 0.9219143390655518, place: { line: 28, step: 109 } }],
    ['min', { value: 0.8564231991767883, place: { line: 6, step: 21 } }],
    ['count', { value: 5 }],
  ] as const)('%s looks at the filled ones', async (pick, value) => {
    const found = await readOne(harvestFixture('lightning_metrics.csv'), 'val_acc', pick);
    expect(found).toEqual({ found: { ...value, series: expect.anything(), counts: 'step' } });
    expect([...(found?.found?.series?.steps ?? [])]).toEqual([21, 43, 65, 87, 109]);
  });

  test('sum and mean are those of the numbers', async () => {
    const found = await readSource(csv, 'x\n0.1\n0.2\n0.3\n', { sum: rule('x', 'sum'), mean: rule('x', 'mean') });
    expect(found['sum']?.found).toEqual({ value: 0.6 });
    expect(found['mean']?.found?.value).toBeCloseTo(0.2, 15);
  });
});

describe('how tables are written', () => {
  test.each([
    ['commas', 'epoch,val_acc\n1,0.5\n2,0.75\n'],
    ['semicolons', 'epoch;val_acc\n1;0.5\n2;0.75\n'],
    ['tabs', 'epoch\tval_acc\n1\t0.5\n2\t0.75\n'],
    ['carriage returns', 'epoch,val_acc\r\n1,0.5\r\n2,0.75\r\n'],
    ['a byte order mark', '\ufeffepoch,val_acc\n1,0.5\n2,0.75\n'],
    ['no newline at the end', 'epoch,val_acc\n1,0.5\n2,0.75'],
    ['spaces around names and cells', ' epoch , val_acc \n 1 , 0.5 \n 2 ,  0.75\n'],
    ['blank lines', '\n\nepoch,val_acc\n\n1,0.5\n  \n2,0.75\n\n'],
    ['quotes', '"epoch","val_acc"\n"1","0.5"\n"2","0.75"\n'],
    ['a separator inside quotes', '"epoch; of\ntraining, step",val_acc\n1,0.5\n"2;;;",0.75\n'],
    ['the header again, as a resumed run writes it', 'epoch,val_acc\n1,0.5\nepoch,val_acc\n2,0.75\n'],
  ])('%s', async (_name, text) => {
    expect((await readOne(text, 'val_acc'))?.found?.value).toBe(0.75);
    expect((await readOne(text, 'val_acc', 'mean'))?.found?.value).toBe(0.625);
  });

  test('an index column without a name is a column', async () => {
    expect((await readOne('\tloss\n0\t0.5\n', 'loss'))?.found?.value).toBe(0.5);
  });

  test('a cell in quotes may hold quotes and newlines; lines are counted as in the file', async () => {
    const text = 'note,x\n"a ""b""\nc",1\nplain,2\n';
    expect(await readOne(text, 'note', 'first')).toEqual({ found: { value: 'a "b"\nc', place: { line: 2 } } });
    expect(await readOne(text, 'x')).toEqual({ found: { value: 2, place: { line: 4 } } });
  });

  test('the last row counts without a newline, unless its writer may still go on', async () => {
    const text = 'x\n1\n23';
    expect((await readOne(text, 'x'))?.found?.value).toBe(23);
    expect((await readOne(text, 'x', 'last', { unfinished: true }))?.found?.value).toBe(1);
    expect((await readOne('x,y\n1,2\n3,"4', 'y', 'last', { unfinished: true }))?.found?.value).toBe(2);
  });
});

test('a table may be far longer than one row may be', async () => {
  const rows = 300_000;
  const text = `lr,loss\n${'1,0.25\n'.repeat(rows)}`;
  expect(text.length).toBeGreaterThan(LONGEST_ROW);
  expect(await readOne(text, 'loss', 'count')).toEqual({ found: { value: rows } });
});

describe('the steps of a column', () => {
  test('are those of a column named step, otherwise of global_step, iteration or epoch, otherwise there is no series', async () => {
    const series = async (text: string, rest: Partial<TableRule> = {}) => {
      const found = await readSource(csv, text, { metric: { ...rule('loss'), ...rest } });
      const { steps, values } = found['metric']?.found?.series ?? {};
      return steps && [[...steps], [...(values ?? [])]];
    };
    expect(await series('epoch,step,loss\n0,10,3\n0,20,2\n')).toEqual([
      [10, 20],
      [3, 2],
    ]);
    expect(await series('epoch,loss\n1,3\n2,nan\n')).toEqual([
      [1, 2],
      [3, NaN],
    ]);
    expect(await series('lr,loss\n1,3\n2,2\n')).toBeUndefined();
    expect(await series('lr,loss\n1,3\n2,2\n', { series: true })).toEqual([
      [1, 2],
      [3, 2],
    ]);
    expect(await series('lr,it,loss\n1,100,3\n2,50,2\n', { step: 'it' })).toEqual([
      [50, 100],
      [2, 3],
    ]);
  });

  test('that are no whole numbers are reported if the rule names them, and make no series', async () => {
    const text = 'epoch,loss\n0.5,3\n1.0,2\n';
    expect(await readOne(text, 'loss')).toEqual({ found: { value: 2, place: { line: 3, step: 1 } } });
    const named = await readSource(csv, text, { metric: { ...rule('loss'), step: 'epoch' } });
    expect(named['metric']?.found).toMatchObject({ note: 'no series: the step "0.5" is no whole number' });
  });
});

describe('rows that a rule chooses', () => {
  const text = 'split,epoch,acc\ntrain,1,0.5\nval,1,0.4\ntrain,2,0.9\nval,2,0.6\n';
  const val: TableRule = { ...rule('acc', 'max'), where: { split: 'val' } };

  test('are those with these texts in these columns', async () => {
    const found = await readSource(csv, text, { metric: val });
    expect(found['metric']?.found).toMatchObject({ value: 0.6, place: { line: 5, step: 2 } });
    expect([...(found['metric']?.found?.series?.values ?? [])]).toEqual([0.4, 0.6]);
  });

  test('conditions that match no row and columns that do not exist are reported', async () => {
    const found = await readSource(csv, text, {
      test: { ...val, where: { split: 'test' } },
      typo: { ...val, where: { splt: 'val' } },
    });
    expect(found['test']?.missing).toMatchObject({
      reason: 'no_match',
      said: 'no row of file with split = test has a value, of 4 rows',
      fix: 'split has train, val',
    });
    expect(found['typo']?.missing).toMatchObject({ reason: 'no_column', fix: 'did you mean split?' });
  });
});

test('tabs separate the cells of TSV, whatever its header has most of', async () => {
  const found = await readSource(tsv, 'a,b\tx,y,z\n1\t2,5\n', { x: { ...rule('x,y,z'), source: 'tsv' } });
  expect(found['x']?.found).toMatchObject({ value: '2,5' });
});

describe('cells that are no finite number', () => {
  test('nan as the last value is reported as nan', async () => {
    expect(await readOne('x\n1\nnan\n', 'x')).toEqual({
      found: { value: null, nonfinite: 'nan', place: { line: 3 } },
    });
  });

  test('NaN is left out of a mean with a note', async () => {
    expect(await readOne('x\n1\nNaN\n3\nnan\n', 'x', 'mean')).toEqual({
      found: { value: 2, note: '2 of 4 values are NaN and left out' },
    });
  });

  test('text is a value by itself and a fault among numbers', async () => {
    expect((await readOne('x\n1\nbest\n', 'x'))?.found?.value).toBe('best');
    expect(await readOne('x\n1\nbest\n', 'x', 'sum')).toEqual({
      missing: {
        reason: 'not_a_number',
        said: 'line 3 of file gives "best", which is no number: sum needs numbers',
        fix: 'name numbers only, or pick first or last',
      },
    });
  });
});

describe('a missing value is reported', () => {
  test.each<[string, string, string, MetricFinding]>([
    [
      'a column that is not there, with those that are',
      'epoch,val_acc\n1,0.5\n',
      'val_ac',
      {
        missing: {
          reason: 'no_column',
          said: 'file has no column val_ac; it has epoch, val_acc',
          fix: 'did you mean val_acc?',
        },
      },
    ],
    [
      'a row with another number of cells than the header',
      'epoch,val_acc\n1,0.5\n2,0.6,0.7\n3,0.8\n',
      'val_acc',
      {
        missing: {
          reason: 'bad_file',
          said: 'line 3 of file has 3 cells, but the header has 2',
          fix: 'write as many cells in each row as in the header; leave cells empty that have no value',
        },
      },
    ],
    [
      'two columns of one name',
      'x,x\n1,2\n',
      'x',
      { missing: { reason: 'bad_file', said: 'file has 2 columns named x', fix: 'give each column its own name' } },
    ],
    [
      'a quote that is never closed',
      'x,y\n1,2\n"3,4\n5,6\n',
      'y',
      { missing: { reason: 'bad_file', said: 'a quote in the row that begins at line 3 of file is never closed' } },
    ],
    ['an empty file', '', 'x', { missing: { reason: 'empty', said: 'file is empty' } }],
    ['a header without rows', 'x,y\n', 'x', { missing: { reason: 'empty', said: 'file has a header but no rows' } }],
    [
      'a column without a filled cell',
      'x,y\n,1\n,2\n',
      'x',
      { missing: { reason: 'empty', said: 'the column x of file is empty in all 2 rows' } },
    ],
  ])('%s', async (_name, text, column, finding) => {
    expect(await readOne(text, column)).toEqual(finding);
  });

  test('a row that never ends is not kept in memory', async () => {
    const text = `x,y\n1,"${'z\n'.repeat(LONGEST_ROW)}`;
    expect((await readOne(text, 'x'))?.missing?.said).toBe(
      'the row that begins at line 2 of file is longer than 1,048,576 characters; a quote may not be closed',
    );
  });
});

const CELL = fc.oneof(
  fc.constantFrom('', ' ', '1', '0.5', 'a"b', '"', ',', ';', '\t', 'x\ny', 'x\r\ny', 'Gr\u00f6\u00dfe', '\u{1f600}'),
  fc.string({ maxLength: 5 }),
);
/** Two columns at least, for a row of one empty cell looks like a blank line. */
const TABLE = fc
  .integer({ min: 2, max: 4 })
  .chain((width) => fc.array(fc.array(CELL, { minLength: width, maxLength: width }), { maxLength: 6 }));

function written(table: readonly (readonly string[])[], newline: string): string {
  const cell = (text: string): string => (/[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return table.map((row) => row.map(cell).join(',') + newline).join('');
}

function split(text: string, chunk: number): (readonly string[])[] {
  const splitter = makeRowSplitter();
  const rows = [];
  for (let at = 0; at < text.length; at += chunk) rows.push(...splitter.push(text.slice(at, at + chunk)));
  return [...rows, ...splitter.rest()].map(({ cells }) => cells);
}

test('any table that is written with quotes is read back, in chunks of any size', () => {
  fc.assert(
    fc.property(TABLE, fc.constantFrom('\n', '\r\n', '\r'), fc.integer({ min: 1, max: 9 }), (rows, newline, chunk) => {
      const header = rows[0]?.map((_, i) => `c${i}`) ?? ['c0', 'c1'];
      expect(split(written([header, ...rows], newline), chunk)).toEqual([header, ...rows]);
    }),
  );
});

test('any text without NUL is split as Python splits it', () => {
  const samples = fc.sample(
    fc.array(fc.constantFrom('a', '1', ',', '"', '"', ' ', '\n', '\r\n', 'b"c', '""'), { maxLength: 25 }),
    400,
  );
  const texts = samples.map((parts) => `h0,h1\n${parts.join('')}`);
  const program = `
import csv, io, json, sys
read = lambda text: [row for row in csv.reader(io.StringIO(text, newline="")) if len(row) > 1 or "".join(row).strip()]
print(json.dumps([read(text) for text in json.load(sys.stdin)]))`;
  const python = JSON.parse(
    execFileSync('python3', ['-c', program], { input: JSON.stringify(texts), encoding: 'utf8' }),
  ) as string[][][];
  const ours = texts.map((text) => {
    const splitter = makeRowSplitter();
    const rows = [...splitter.push(text), ...splitter.rest()].map(({ cells }) => cells);
    return splitter.fault() ? undefined : rows;
  });
  // A quote that is never closed is a fault here, while Python guesses.
  expect(ours).toEqual(python.map((rows, i) => (ours[i] === undefined ? undefined : rows)));
  expect(ours.filter((rows) => rows !== undefined).length).toBeGreaterThan(100);
});
