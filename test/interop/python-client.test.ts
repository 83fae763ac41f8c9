import { expect, test } from 'vitest';
import { CLIENT } from '../support/client-pythons.ts';
import { describeInterop, type Python } from '../support/interop.ts';
import { testFolder, type TestFolder } from '../support/run-sheaf.ts';

/** Four runs that log with the client: one logs no accuracy, and that of another diverges. A fifth has not run. */
async function project({ path }: Python): Promise<TestFolder> {
  const folder = testFolder(
    {
      'sheaf.yaml': 'scheduler: local\n',
      'train.py': `
import numpy, sheaf
lr, seed = sheaf.params["lr"], sheaf.params["seed"]
for step in range(1, 4):
    sheaf.log(loss=numpy.float32(lr / 8), step=numpy.int64(step))
    if (lr, seed) != (0.25, 1):
        sheaf.log({"acc": float("nan") if (lr, seed) == (0.25, 2) else step / 8}, step=step)
sheaf.log(epochs=numpy.int64(3), large=numpy.bool_(lr > 0.2), note="seed " + str(seed))
`,
      'templates/t.yaml': `lr: 0.25
seed: 1
cpus_per_task: 1
mem: 300M
time_limit: 5
command: ${path} train.py
harvest:
  '*': {metrics: true}
`,
    },
    { env: { PATH: process.env['PATH'] ?? '', PYTHONPATH: CLIENT, PYTHONDONTWRITEBYTECODE: '1' } },
  );
  for (const words of [
    ['sweep', 't', 's', '--grid', 'lr=0.25,5e-1', '--grid', 'seed=1,2', '--id', 'lr{lr}_s{seed}'],
    ['submit', '--sweep', 's', '--wait'],
    ['new', 't', 'later'],
  ]) {
    const { exitCode, stderr } = await folder.sheaf(words);
    expect(exitCode, stderr).toBe(0);
  }
  return folder;
}

/** Prints the types and rows of `table` as JSON. Missing values are null, NaN is `nan`. */
const SHOW = `
def show(kinds, rows):
    def word(value):
        if value is None or repr(value) in ("<NA>", "NaT"): return None
        if hasattr(value, "isoformat"): return value.isoformat()[-6:]
        value = value.item() if hasattr(value, "item") else value
        return value if value == value else "nan"
    print(json.dumps([[str(kind).split("[")[0].split("(")[0] for kind in kinds], [[word(value) for value in row] for row in rows]]))
`;

const COLUMNS = ['exp_id', 'lr', 'seed', 'loss', 'acc', 'epochs', 'large', 'note', 'ended'];

const RUNS = `
import json, sheaf, sys
BLOCK
table = sheaf.project(".").runs("seed < 3", columns=${JSON.stringify(COLUMNS)}, sort="exp_id", polars=POLARS)
`;

const CURVES = `
import json, sheaf
table = sheaf.project(".").curves("acc", "sweep = s", sort="exp_id", polars=POLARS)
`;

const PANDAS = 'show(table.dtypes, table.itertuples(index=False, name=None))\n';
const POLARS = 'show(table.dtypes, table.rows())\n';

describeInterop('the Python client', (python) => {
  test('gives runs and curves as tables of pandas and of polars, with the types of the record', async () => {
    const folder = await project(python);
    const run = async (script: string): Promise<unknown> => {
      const { stdout, stderr, exitCode } = await folder.run([python.path, '-c', script]);
      if (exitCode !== 0) throw new Error(stderr);
      return JSON.parse(stdout);
    };
    const pandasRuns = (block: string): Promise<unknown> =>
      run(RUNS.replace('BLOCK', block).replace('POLARS', 'False') + SHOW + PANDAS);
    const rows = [
      ['later', 0.25, 1, 'nan', 'nan', null, null, 'nan', null],
      ['lr0.25_s1', 0.25, 1, 0.03125, 'nan', 3, true, 'seed 1', '+00:00'],
      ['lr0.25_s2', 0.25, 2, 0.03125, 'nan', 3, true, 'seed 2', '+00:00'],
      ['lr5e-1_s1', 0.5, 1, 0.0625, 0.375, 3, true, 'seed 1', '+00:00'],
      ['lr5e-1_s2', 0.5, 2, 0.0625, 0.375, 3, true, 'seed 2', '+00:00'],
    ];
    const types = ['str', 'float64', 'int64', 'float64', 'float64', 'Int64', 'boolean', 'str', 'datetime64'];
    expect(await pandasRuns('')).toEqual([types, rows]);
    // Without pyarrow the client reads JSON lines.
    expect(await pandasRuns('sys.modules["pyarrow"] = None')).toEqual([types, rows]);
    const polarsRuns = await run(RUNS.replace('BLOCK', '').replace('POLARS', 'True') + SHOW + POLARS);
    expect(polarsRuns).toEqual([
      ['String', 'Float64', 'Int64', 'Float64', 'Float64', 'Int64', 'Boolean', 'String', 'Datetime'],
      [
        ['later', 0.25, 1, null, null, null, null, null, null],
        ['lr0.25_s1', 0.25, 1, 0.03125, null, 3, true, 'seed 1', '+00:00'],
        ...rows.slice(2),
      ],
    ]);

    const points = ['lr0.25_s2', 'lr5e-1_s1', 'lr5e-1_s2'].flatMap((expId) =>
      [1, 2, 3].map((step) => [expId, 'train-1', step, expId === 'lr0.25_s2' ? 'nan' : step / 8, '+00:00']),
    );
    expect(await run(CURVES.replace('POLARS', 'False') + SHOW + PANDAS)).toEqual([
      ['str', 'str', 'int64', 'float64', 'datetime64'],
      points,
    ]);
    expect(await run(CURVES.replace('POLARS', 'True') + SHOW + POLARS)).toEqual([
      ['String', 'String', 'Int64', 'Float64', 'Datetime'],
      points,
    ]);
  });

  test('names the metrics that there are for one that has no series', async () => {
    const folder = await project(python);
    const script = `
import sheaf
try: sheaf.project(".").curves("ac", "seed = 2")
except sheaf.SheafError as error: print(error.code, error.message, error.fix, sep="\\n")`;
    const { stdout } = await folder.run([python.path, '-c', script]);
    expect(stdout).toBe('client.no_series\nnone of 2 experiments has a series ac\nthere is acc\n');
  });
});
