/**
 * Times `sheaf export` to CSV of 10,000 experiments with 60 columns beside what pandas takes to read that file, both as
 * whole processes. `SHEAF_BENCH_PYTHON` names a Python that has pandas. `--quick` takes a tenth of the experiments.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { writeJournal } from './journal.ts';
import { report, timeInTurn, timeOnce } from './measure.ts';

const python = process.env['SHEAF_BENCH_PYTHON'];
if (python === undefined) throw new Error('SHEAF_BENCH_PYTHON names no Python that has pandas');

const EXPERIMENTS = process.argv.includes('--quick') ? 1_000 : 10_000;
const METRICS = 25;
const COLUMNS = 60;
const ROUNDS = 11;

const bin = resolve(import.meta.dirname, '..', 'bin', 'sheaf');
const folder = mkdtempSync(join(tmpdir(), 'sheaf-bench-'));
const env = { ...process.env, SHEAF_LOCAL_DIR: join(folder, 'local') };
const csv = join(folder, 'results.csv');

mkdirSync(join(folder, '.sheaf'), { recursive: true });
writeFileSync(join(folder, 'sheaf.yaml'), 'scheduler: local\ncommand: echo {{ flags }}\n');
writeJournal(join(folder, '.sheaf', 'journal'), EXPERIMENTS, { metrics: METRICS });

const argv = [bin, 'export', csv, '--columns', 'exp_id,status,params.*,results.*,missing'];
timeOnce(argv, { cwd: folder, env });
const width = readFileSync(csv, 'utf8').split('\n', 1)[0]?.split(',').length;
if (width !== COLUMNS) throw new Error(`the table has ${width} columns`);

const read = 'import pandas, sys; pandas.read_csv(sys.argv[1])';
const [exported = 0, plain = 0, pandas = 0] = timeInTurn(ROUNDS, [
  () => ({ argv, cwd: folder, env }),
  () => ({ argv: [bin, 'export', csv], cwd: folder, env }),
  () => ({ argv: [python, '-c', read, csv] }),
]);
const alone = `import pandas, sys, time
start = time.perf_counter()
pandas.read_csv(sys.argv[1])
print((time.perf_counter() - start) * 1000)`;
const readAlone = Number(execFileSync(python, ['-c', alone, csv], { encoding: 'utf8' }));
const ratio = exported / pandas;
report([
  {
    what: `export CSV, ${EXPERIMENTS} experiments × ${COLUMNS} columns`,
    measured: `${ratio.toFixed(2)} × pandas reading it (${exported.toFixed(0)} to ${pandas.toFixed(0)} ms; read_csv alone ${readAlone.toFixed(0)} ms; columns by default ${plain.toFixed(0)} ms)`,
    goal: '≤ 1.5 ×',
    ok: ratio <= 1.5,
  },
]);
if (!process.env.KEEP) rmSync(folder, { recursive: true, force: true });
process.exitCode = ratio <= 1.5 ? 0 : 1;
