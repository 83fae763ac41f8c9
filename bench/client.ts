/**
 * `npm run bench:client [-- --quick]`: the Python client. `runs()` of 100,000 experiments beside the `sheaf export` that it starts,
 * one call of `log()`, and 32 processes that log 10,000 lines each at once. `SHEAF_BENCH_PYTHON` names a Python that has
 * pandas and pyarrow. `--quick` takes a tenth of the sizes.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { interopPython } from '../scripts/interop-python.ts';
import { writeJournal } from './journal.ts';
import { median, report, timeOnce } from './measure.ts';

const ROUNDS = 5;
const scale = process.argv.includes('--quick') ? 0.1 : 1;
const checkout = resolve(import.meta.dirname, '..');
const bin = join(checkout, 'bin/sheaf');
const folder = mkdtempSync(join(tmpdir(), 'sheaf-bench-'));
const python = process.env['SHEAF_BENCH_PYTHON'] ?? interopPython((text) => process.stderr.write(`${text}\n`));
const env = {
  ...process.env,
  SHEAF: bin,
  SHEAF_LOCAL_DIR: join(folder, 'local'),
  SHEAF_METRICS: join(folder, 'metrics.jsonl'),
  PYTHONPATH: join(checkout, 'python'),
};

/** A notebook has imported pandas when it asks for a table. */
const RUNS = `
import json, pandas, pyarrow.parquet, sheaf, time
began = time.perf_counter()
table = sheaf.project(".").runs()
print(json.dumps([(time.perf_counter() - began) * 1000, len(table)]))`;

const LOG = `
import json, sheaf, time
calls = ${100_000 * scale}
began, began_cpu = time.perf_counter(), time.process_time()
for step in range(calls):
    sheaf.log(loss=1 / (step + 1), accuracy=step / calls, step=step)
print(json.dumps([(end - start) / calls * 1e6 for end, start in ((time.perf_counter(), began), (time.process_time(), began_cpu))]))`;

const AT_ONCE = `
import json, os, sheaf
lines = ${10_000 * scale}
for process in range(32):
    if os.fork() == 0:
        for step in range(lines):
            sheaf.log(process=process, text="x" * (step % 700), step=step)
        os._exit(0)
assert not any(os.wait()[1] for _ in range(32))
with open(os.environ["SHEAF_METRICS"]) as file:
    seen = {(line["process"], line["step"]) for line in map(json.loads, file) if len(line["text"]) == line["step"] % 700}
print(json.dumps(32 * lines - len(seen)))`;

function inPython<T>(script: string): T {
  rmSync(env.SHEAF_METRICS, { force: true });
  return JSON.parse(execFileSync(python, ['-c', script], { cwd: folder, env, encoding: 'utf8' })) as T;
}

try {
  const experiments = 100_000 * scale;
  mkdirSync(join(folder, '.sheaf'));
  writeFileSync(join(folder, 'sheaf.yaml'), 'scheduler: local\ncommand: echo {{ flags }}\n');
  writeJournal(join(folder, '.sheaf/journal'), experiments);
  const argv = [bin, 'export', join(folder, 'all.parquet')];
  timeOnce(argv, { cwd: folder, env });
  const times = Array.from({ length: ROUNDS }, () => {
    const exported = timeOnce(argv, { cwd: folder, env });
    const [runs, rows] = inPython<[ms: number, rows: number]>(RUNS);
    if (rows !== experiments) throw new Error(`runs() has ${rows} rows`);
    return { exported, runs };
  });
  const [exported, runs] = [median(times.map((each) => each.exported)), median(times.map((each) => each.runs))];
  const logs = Array.from({ length: ROUNDS }, () => inPython<[wall: number, cpu: number]>(LOG));
  const [logWall, log] = [median(logs.map(([wall]) => wall)), median(logs.map(([, cpu]) => cpu))];
  const torn = inPython<number>(AT_ONCE);
  const figures = [
    {
      what: `runs() of ${experiments} experiments, against sheaf export (${exported.toFixed(0)} ms)`,
      measured: `${(runs / exported).toFixed(2)} × (${runs.toFixed(0)} ms)`,
      goal: '≤ 1.5 ×',
      ok: runs <= 1.5 * exported,
    },
    {
      what: 'log() of two metrics',
      measured: `CPU ${log.toFixed(1)} µs (${logWall.toFixed(1)} µs by the clock)`,
      goal: 'CPU ≤ 20 µs',
      ok: log <= 20,
    },
    {
      what: `lines that 32 processes tore or lost, of ${10_000 * scale} each`,
      measured: String(torn),
      goal: '0',
      ok: torn === 0,
    },
  ];
  report(figures);
  process.exitCode = figures.every(({ ok }) => ok) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
