import { readFileSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/project-folder.ts';
import { readParquet, writeParquet, type ParquetColumn } from './parquet.ts';

async function backAndForth(columns: readonly ParquetColumn[], names?: readonly string[]): Promise<object> {
  const path = join(temporaryFolder(), 'a.parquet');
  await writeParquet(path, columns);
  const read = await readParquet(path, names);
  return Object.fromEntries([...read].map(([name, { values }]) => [name, [...values]]));
}

const SPECIAL = [NaN, Infinity, -Infinity, -0, 5e-324, Number.MAX_VALUE];

describe('a Parquet file', () => {
  test('keeps doubles to the last bit, NaN and infinities included', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(fc.double(), fc.constantFrom(...SPECIAL))), async (values) => {
        const column = { name: 'value', kind: 'double', values: Float64Array.from(values) } as const;
        expect(await backAndForth([column])).toEqual({ value: values });
      }),
      { numRuns: 50 },
    );
  });

  test('keeps texts, booleans, whole numbers, times and missing values', async () => {
    const rows = fc.array(
      fc.record({
        text: fc.option(fc.string({ unit: 'grapheme' })),
        flag: fc.option(fc.boolean()),
        whole: fc.option(fc.maxSafeInteger()),
        time: fc.option(fc.integer({ min: 0, max: 4e12 })),
      }),
    );
    await fc.assert(
      fc.asyncProperty(rows, async (given) => {
        const back = await backAndForth([
          { name: 'text', kind: 'string', values: given.map(({ text }) => text) },
          { name: 'flag', kind: 'boolean', values: given.map(({ flag }) => flag) },
          { name: 'whole', kind: 'int64', values: given.map(({ whole }) => whole) },
          { name: 'time', kind: 'timestamp', values: given.map(({ time }) => time) },
        ]);
        expect(back).toEqual({
          text: given.map(({ text }) => text),
          flag: given.map(({ flag }) => flag),
          whole: given.map(({ whole }) => whole ?? NaN),
          time: given.map(({ time }) => time ?? NaN),
        });
      }),
      { numRuns: 50 },
    );
  });

  test('has as many rows as it is given, made only when they are written, in an order that is kept', async () => {
    const length = 300_000;
    let most = 0;
    const values = {
      length,
      slice: (start: number, end: number) => {
        const part = Float64Array.from({ length: Math.min(end, length) - start }, (_, i) => start + i);
        most = Math.max(most, part.length);
        return part;
      },
    };
    const path = join(temporaryFolder(), 'a.parquet');
    await writeParquet(path, [{ name: 'step', kind: 'int64', values }]);
    const steps = (await readParquet(path)).get('step')?.values ?? [];
    expect(steps.length).toBe(length);
    expect([...steps].findIndex((step, i) => step !== i)).toBe(-1);
    expect(most).toBeLessThan(length / 2);
  });

  test('keeps whole numbers of any size, and takes nothing else for one', async () => {
    const whole = [0, -1, 2 ** 31, -(2 ** 31) - 1, 2 ** 40 + 3, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];
    whole.push(1.7e18, 2 ** 63 - 1024, -(2 ** 63));
    const column = (values: Float64Array): ParquetColumn => ({ name: 'step', kind: 'int64', values });
    expect(await backAndForth([column(Float64Array.from(whole))])).toEqual({ step: whole });
    await expect(backAndForth([column(Float64Array.of(1, 2.5))])).rejects.toThrow(RangeError);
    await expect(backAndForth([column(Float64Array.of(NaN))])).rejects.toThrow(RangeError);
    await expect(backAndForth([column(Float64Array.of(2 ** 63))])).rejects.toThrow(RangeError);
  });

  test('is read by columns, those that it has not are absent', async () => {
    const columns: ParquetColumn[] = ['a', 'b'].map((name) => ({ name, kind: 'double', values: [1, null] }));
    expect(await backAndForth(columns, ['b', 'c'])).toEqual({ b: [1, NaN] });
    expect(await backAndForth(columns, ['c'])).toEqual({});
    expect(await backAndForth([{ name: 'a', kind: 'double', values: [NaN, 2], nanIsNull: true }])).toEqual({
      a: [NaN, 2],
    });
  });

  test('is replaced whole or not at all', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'a.parquet');
    await writeParquet(path, [{ name: 'step', kind: 'int64', values: [1, 2] }]);
    const before = readFileSync(path);
    const written = writeParquet(path, [{ name: 'step', kind: 'int64', values: [1, 2.5] }]);
    await expect(written).rejects.toThrow(RangeError);
    expect(readFileSync(path)).toEqual(before);
    expect(readdirSync(folder)).toEqual(['a.parquet']);
  });

  test('a damaged file is reported as damaged', async () => {
    const path = join(temporaryFolder(), 'a.parquet');
    const values = Float64Array.from({ length: 1000 }, (_, i) => Math.sin(i));
    await writeParquet(path, [{ name: 'value', kind: 'double', values }]);
    truncateSync(path, 500);
    await expect(readParquet(path)).rejects.toMatchObject({ code: 'parquet.damaged' });
    for (const text of ['', 'PAR1', 'no Parquet at all', 'PAR1\xff\xff\xff\x7fPAR1']) {
      writeFileSync(path, text, 'latin1');
      await expect(readParquet(path)).rejects.toMatchObject({ code: 'parquet.damaged' });
    }
    await expect(readParquet(`${path}.gone`)).rejects.toMatchObject({ code: 'file.enoent' });
  });

  test('is read only in part if a text can be in no other part, and labels come as runs', async () => {
    const path = join(temporaryFolder(), 'a.parquet');
    const long = 'loss/'.repeat(40);
    const [group, all] = [1 << 17, 140_000];
    const texts = { length: all, slice: (start: number, end: number) => labels(start, Math.min(end, all)) };
    const labels = (start: number, end: number): string[] =>
      Array.from({ length: end - start }, (_, i) => (start + i < group ? long : start + i < 135_000 ? 'acc' : 'b'));
    await writeParquet(path, [
      { name: 'metric', kind: 'string', isLabel: true, values: texts },
      { name: 'step', kind: 'int64', values: Float64Array.from({ length: all }, (_, i) => i) },
    ]);
    const read = (text: string) =>
      readParquet(path, undefined, { filter: { column: 'metric', texts: [text] }, runs: ['metric'] });
    const second = await read('b');
    expect(second.get('step')?.values).toHaveLength(all - group);
    expect(second.get('step')?.values[0]).toBe(group);
    expect(second.get('metric')).toEqual({
      kind: 'runs',
      values: ['acc', 'b'],
      ends: [135_000 - group, all - group],
    });
    expect((await read(long)).get('metric')).toMatchObject({ values: expect.arrayContaining([long]) });
    expect((await read('zeta')).get('step')?.values).toHaveLength(0);
  });
});
