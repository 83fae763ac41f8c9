import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeParquet } from '../../src/system/index.ts';
import { temporaryFolder } from '../support/project-folder.ts';
import { describePython } from '../support/python.ts';

const METRICS = ['loss', 'loss', 'loss', 'accuracy ± 1', 'accuracy ± 1'];
const STEPS = [0, 1, 2 ** 53 - 1, 0, 10];
const VALUES = [0.1 + 0.2, NaN, Infinity, -Infinity, 5e-324];
const TIMES = [1.7e9, NaN, 1.7e9 + 0.25, NaN, NaN];

async function seriesFile(): Promise<string> {
  const path = join(temporaryFolder(), 'series.parquet');
  await writeParquet(path, [
    { name: 'metric', kind: 'string', values: METRICS },
    { name: 'step', kind: 'int64', values: Float64Array.from(STEPS) },
    { name: 'value', kind: 'double', values: Float64Array.from(VALUES) },
    { name: 'wall_time', kind: 'double', values: Float64Array.from(TIMES), nanIsNull: true },
    { name: 'is_best', kind: 'boolean', values: [true, false, null, true, false] },
    { name: 'created', kind: 'timestamp', values: [0, 1.7e12, null, 1, 2] },
  ]);
  return path;
}

/** Numbers that JSON cannot write are texts; a null is not a NaN. */
const ROWS = {
  metric: METRICS,
  step: STEPS,
  value: [0.1 + 0.2, 'nan', 'inf', '-inf', 5e-324],
  wall_time: [1.7e9, null, 1.7e9 + 0.25, null, null],
  is_best: [true, false, null, true, false],
};

const SHOW = `
import json, math, sys
def word(value):
    return repr(value) if isinstance(value, float) and not math.isfinite(value) else value
def show(types, columns):
    names = ['metric', 'step', 'value', 'wall_time', 'is_best']
    print(json.dumps({'types': types, 'rows': {name: [word(v) for v in columns[name]] for name in names}}))
`;

describePython('Parquet', ['pandas', 'polars', 'duckdb', 'pyarrow'], (run) => {
  test('pyarrow reads steps as int64, values as double, NaN as NaN and nulls as nulls', async () => {
    const program = `${SHOW}
import pyarrow.parquet
table = pyarrow.parquet.read_table(sys.argv[1])
show([str(field.type) for field in table.schema], table.to_pydict())`;
    const types = ['string', 'int64', 'double', 'double', 'bool', 'timestamp[ms, tz=UTC]'];
    expect(run(program, await seriesFile())).toEqual({ types, rows: ROWS });
  });

  test('polars reads the same', async () => {
    const program = `${SHOW}
import polars
table = polars.read_parquet(sys.argv[1])
show([str(type) for type in table.dtypes], table.to_dict(as_series=False))`;
    const times = "Datetime(time_unit='ms', time_zone='UTC')";
    const types = ['String', 'Int64', 'Float64', 'Float64', 'Boolean', times];
    expect(run(program, await seriesFile())).toEqual({ types, rows: ROWS });
  });

  test('DuckDB reads the same', async () => {
    const program = `${SHOW}
import duckdb
table = duckdb.read_parquet(sys.argv[1])
show([str(type) for type in table.types], dict(zip(table.columns, map(list, zip(*table.fetchall())))))`;
    const types = ['VARCHAR', 'BIGINT', 'DOUBLE', 'DOUBLE', 'BOOLEAN', 'TIMESTAMP WITH TIME ZONE'];
    expect(run(program, await seriesFile())).toEqual({ types, rows: ROWS });
  });

  test('pandas reads steps as int64 and values as float64; a null is its NaN', async () => {
    const program = `${SHOW}
import pandas
table = pandas.read_parquet(sys.argv[1])
show([str(type) for type in table.dtypes], {name: table[name].tolist() for name in table})`;
    const nan = ROWS.wall_time.map((time) => time ?? 'nan');
    expect(run(program, await seriesFile())).toMatchObject({
      types: [expect.stringMatching(/^(str|object)$/), 'int64', 'float64', 'float64', 'object', 'datetime64[ms, UTC]'],
      rows: { ...ROWS, wall_time: nan },
    });
  });

  test('of no rows at all is a table with the same columns', async () => {
    const path = join(temporaryFolder(), 'empty.parquet');
    await writeParquet(path, [{ name: 'step', kind: 'int64', values: new Float64Array() }]);
    const program = `
import json, sys, pandas, polars, duckdb
path = sys.argv[1]
print(json.dumps([str(pandas.read_parquet(path).dtypes['step']), str(polars.read_parquet(path).dtypes[0]),
                  str(duckdb.read_parquet(path).types[0]), len(pandas.read_parquet(path))]))`;
    expect(run(program, path)).toEqual(['int64', 'Int64', 'BIGINT', 0]);
  });
});
