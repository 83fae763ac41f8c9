import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CLIENT } from '../support/client-pythons.ts';
import { describeInterop } from '../support/interop.ts';
import { testFolder } from '../support/run-sheaf.ts';

const examples: string = join(import.meta.dirname, '../../examples');

/** Executes the notebook in the folder of examples, and prints each output as text. */
const EXECUTE = `
import json, nbformat, sys
from nbclient import NotebookClient
notebook = nbformat.read("notebook.ipynb", as_version=4)
NotebookClient(notebook).execute()
outputs = [output for cell in notebook.cells for output in cell.get("outputs", []) if output.get("name") != "stderr"]
print(json.dumps(["".join(output["text"] if "text" in output else output["data"]["text/plain"]) for output in outputs]))`;

describeInterop('the notebook of the examples', (python) => {
  test('runs a sweep, and shows its results, a table over seeds, curves and a figure', async () => {
    const folder = testFolder({}, { env: { PATH: process.env['PATH'] ?? '', PYTHONPATH: CLIENT } });
    const env = { ...folder.env, PYTHONDONTWRITEBYTECODE: '1', OMP_NUM_THREADS: '1' };
    const { stdout, stderr, exitCode } = await python.run(EXECUTE, [], { cwd: examples, env });
    expect(exitCode, stderr).toBe(0);
    const outputs = JSON.parse(stdout) as readonly string[];
    const [count, planned, ended, runs, overSeeds, byPandas, curves, figure, error] = outputs;
    expect([count, planned, ended]).toEqual(['6', '[6]', "{'completed': 6}"]);
    expect(runs?.match(/lr_lr0\.0?1_s[123]/g)).toHaveLength(6);
    expect(overSeeds).toContain('accuracy_ci95_low');
    expect(byPandas).toMatch(/0\.01 +3 +0\.8\d+/);
    expect(curves?.split('\n').at(-1)).toMatch(/^5 +1\.9\d+ +0\.7\d+$/);
    expect(figure).toContain('SVG');
    expect(error).toBe('client.no_series\nnone of 6 experiments has a series train_los\n  fix  there is train_loss\n');
    expect(outputs).toHaveLength(9);
  });

  test('is stored without outputs', () => {
    const { cells } = JSON.parse(readFileSync(join(examples, 'notebook.ipynb'), 'utf8')) as {
      cells: readonly { outputs?: readonly unknown[]; execution_count?: number | null }[];
    };
    expect(
      cells.filter(({ outputs = [], execution_count: count }) => outputs.length > 0 || typeof count === 'number'),
    ).toEqual([]);
  });
});
