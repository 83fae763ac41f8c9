/**
 * `npm run bench:results [-- --quick]`: what reading, exporting and sending results costs, beside the programs that do the
 * same: grep, TensorBoard, pandas, MLflow's client. They are those of `npm run test:interop`, or of the Python that
 * `SHEAF_BENCH_PYTHON` names.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { interopPython } from '../scripts/interop-python.ts';
import { harvestFigures } from './harvest.ts';
import { report } from './measure.ts';
import { tensorboardFigures } from './tensorboard.ts';

const quick = process.argv.includes('--quick');
process.env['SHEAF_BENCH_PYTHON'] ??= interopPython((text) => process.stderr.write(`${text}\n`));

const folder = mkdtempSync(join(tmpdir(), 'sheaf-bench-'));
try {
  const env = { ...process.env, SHEAF_LOCAL_DIR: join(folder, 'local'), NO_COLOR: '1' };
  report([...tensorboardFigures(join(folder, 'events'), 200_000, env), ...harvestFigures(quick ? 0.1 : 1)]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const others = [
  ['export.ts', ...(quick ? ['--quick'] : [])],
  ['mlflow.ts', ...(quick ? ['--quick'] : [])],
];
const statuses = others.map(
  ([module = '', ...words]) =>
    spawnSync(process.execPath, [join(import.meta.dirname, module), ...words], { stdio: 'inherit' }).status,
);
process.exitCode = statuses.every((status) => status === 0) ? 0 : 1;
