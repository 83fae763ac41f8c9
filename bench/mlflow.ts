/**
 * Sends runs with their series to a tracking server of MLflow, beside MLflow's own client, which logs the same in batches to
 * the same server: `SHEAF_BENCH_PYTHON=…/bin/python node bench/mlflow.ts [--quick]`, with a Python that has mlflow.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { writeParquet } from '../src/system/index.ts';
import { mlflowServer } from '../test/support/mlflow-server.ts';
import { writeJournal } from './journal.ts';
import { median, report } from './measure.ts';

const RUNS = process.argv.includes('--quick') ? 20 : 100;
const POINTS = 1_000;
const METRICS = 5;
const ROUNDS = 3;

const python = process.env['SHEAF_BENCH_PYTHON'];
if (python === undefined) throw new Error('SHEAF_BENCH_PYTHON must name a Python that has mlflow');

/** As its users do: one call after the other, each with as much as it may have. The time of the import does not count. */
const CLIENT = `
import sys, time
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag
uri, name, runs, points, metrics = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:])
began = time.monotonic()
client = MlflowClient(uri)
experiment = client.create_experiment(name)
for i in range(runs):
    run = client.create_run(experiment, run_name=f'bench_{i}', tags={f'tag_{t}': 'x' for t in range(10)}).info.run_id
    client.log_batch(run, params=[Param(f'param_{p}', str(i + p)) for p in range(32)])
    for m in range(metrics):
        client.log_batch(run, metrics=[Metric(f'metric_{m}', 1 / (s + i + 1), 1700000000000 + s, s) for s in range(points)])
    client.set_terminated(run)
print(time.monotonic() - began)
`;

const folder = mkdtempSync(join(tmpdir(), 'sheaf-bench-'));
const server = await mlflowServer({ bin: dirname(python) }, folder);
try {
  const root = await project();
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    theirs.push(client(`client_${round}`));
    ours.push(sheaf(root, `sheaf_${round}`));
  }
  const again = sheaf(root, `sheaf_${ROUNDS - 1}`);
  const [mine, peer] = [median(ours), median(theirs)];
  report([
    {
      what: `export --to mlflow, ${RUNS} runs × ${POINTS} points × ${METRICS} metrics, whole process`,
      measured: `${(mine / peer).toFixed(2)} × MLflow's client (${mine.toFixed(1)} s to ${peer.toFixed(1)} s)`,
      goal: '≤ 1 ×',
      ok: mine <= peer,
    },
    {
      what: 'the same again, when all is there',
      measured: `${again.toFixed(1)} s`,
      goal: '≤ 2 s',
      ok: again <= 2,
    },
  ]);
} finally {
  await server.kill();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

async function project(): Promise<string> {
  const root = join(folder, 'project');
  mkdirSync(join(root, 'templates'), { recursive: true });
  writeFileSync(join(root, 'sheaf.yaml'), 'project: bench\nscheduler: local\n');
  writeFileSync(join(root, 'templates/bench.yaml'), 'command: "true"\n');
  writeJournal(join(root, '.sheaf/journal'), RUNS);
  for (let i = 0; i < RUNS; i += 1) {
    const runFolder = join(root, 'experiments', `bench_${String(i).padStart(6, '0')}`);
    mkdirSync(runFolder, { recursive: true });
    const rows = Array.from({ length: METRICS * POINTS }, (_, row) => row);
    await writeParquet(join(runFolder, 'series.parquet'), [
      { name: 'metric', kind: 'string', values: rows.map((row) => `metric_${Math.floor(row / POINTS)}`) },
      { name: 'step', kind: 'int64', values: rows.map((row) => row % POINTS) },
      { name: 'value', kind: 'double', values: rows.map((row) => 1 / ((row % POINTS) + i + 1)) },
      { name: 'wall_time', kind: 'double', values: rows.map((row) => 1_700_000_000 + (row % POINTS) / 1000) },
    ]);
  }
  return root;
}

/** Seconds of the whole process. */
function sheaf(root: string, experiment: string): number {
  const bin = resolve(import.meta.dirname, '../bin/sheaf');
  const words = ['export', '--to', 'mlflow', '--tracking-uri', server.uri, '--mlflow-experiment', experiment, '-q'];
  const began = performance.now();
  const env = { ...process.env, SHEAF_LOCAL_DIR: join(folder, 'local') };
  const { status, stdout, stderr } = spawnSync(bin, words, { cwd: root, env, encoding: 'utf8' });
  const seconds = (performance.now() - began) / 1000;
  if (status !== 0 || !stdout.includes(`Sent ${RUNS} runs`)) throw new Error(`sheaf: ${stdout}${stderr}`);
  return seconds;
}

/** Seconds that the client logs, without its start. */
function client(experiment: string): number {
  const words = ['-c', CLIENT, server.uri, experiment, String(RUNS), String(POINTS), String(METRICS)];
  const { status, stdout, stderr } = spawnSync(python ?? '', words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`mlflow: ${stderr}`);
  return Number(stdout.trim().split('\n').at(-1));
}
