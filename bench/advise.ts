/**
 * Prints what `sheaf advise` takes on a Slurm cluster, with the goals: `npm run bench:advise`. A cluster of its own is brought
 * up for it (root is needed). Programs of Slurm are counted and timed by programs before them on the PATH.
 */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startCluster, stopCluster } from '../scripts/slurm/index.ts';
import { median, report, timeOnce, type Figure } from './measure.ts';

const ROUNDS = 7;
const PROGRAMS = ['sbatch', 'squeue', 'sacct', 'scontrol', 'sinfo', 'sacctmgr', 'sshare', 'sprio', 'sdiag'];

const bin = resolve(import.meta.dirname, '..', 'bin', 'sheaf');
const folder = mkdtempSync(join(tmpdir(), 'sheaf-bench-'));
const dir = `/tmp/sheaf-slurm-b${process.pid}`;
const cluster = await startCluster({ dir, bound: true });
const log = join(folder, 'calls');
const local = join(folder, 'local');
const env: NodeJS.ProcessEnv = {
  ...process.env,
  SLURM_CONF: cluster.conf,
  SHEAF_LOCAL_DIR: local,
  NO_COLOR: '1',
  PATH: timingPath(),
};

/** A folder for PATH in which each program of Slurm writes down when it began and ended. */
function timingPath(): string {
  const path = join(folder, 'timing');
  mkdirSync(path, { recursive: true });
  for (const program of PROGRAMS) {
    const text = `#!/bin/bash\nbegun=$EPOCHREALTIME\nPATH=\${PATH#*:} ${program} "$@"\nstatus=$?\necho "${program} $begun $EPOCHREALTIME" >> '${log}'\nexit $status\n`;
    writeFileSync(join(path, program), text);
    chmodSync(join(path, program), 0o755);
  }
  return `${path}:${process.env['PATH'] ?? ''}`;
}

interface Run {
  /** Milliseconds of the whole process. */
  readonly wholeMs: number;
  readonly calls: number;
  /** Milliseconds in which at least one program of Slurm ran. */
  readonly slurmMs: number;
}

function advise(root: string): Run {
  rmSync(log, { force: true });
  const wholeMs = timeOnce([bin, 'advise', '--template', 't', '--json'], { cwd: root, env });
  const spans = (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []).map((line) => {
    const [, begun = '', ended = ''] = line.split(' ');
    return [Number(begun) * 1_000, Number(ended) * 1_000] as const;
  });
  return { wholeMs, calls: spans.length, slurmMs: covered(spans) };
}

/** Some run side by side: their time counts once. */
function covered(spans: readonly (readonly [number, number])[]): number {
  let [sum, until] = [0, 0];
  for (const [begun, ended] of spans.toSorted(([a], [b]) => a - b)) {
    sum += Math.max(0, ended - Math.max(begun, until));
    until = Math.max(until, ended);
  }
  return sum;
}

function forgetCluster(): void {
  for (const name of readdirSync(local)) {
    if (name.startsWith('slurm-')) rmSync(join(local, name), { recursive: true });
  }
}

function measured(root: string, what: string): Figure[] {
  advise(root);
  const cold = Array.from({ length: ROUNDS }, () => {
    forgetCluster();
    return advise(root);
  });
  advise(root);
  const warm = Array.from({ length: ROUNDS }, () => advise(root));
  const besides = median(cold.map(({ wholeMs, slurmMs }) => wholeMs - slurmMs));
  const slurm = median(cold.map(({ slurmMs }) => slurmMs));
  const fromCache = median(warm.map(({ wholeMs }) => wholeMs));
  const calls = [Math.max(...cold.map((run) => run.calls)), Math.max(...warm.map((run) => run.calls))];
  return [
    {
      what: `advise cold, ${what}, beyond Slurm's own programs`,
      measured: `${besides.toFixed(0)} ms, and ${slurm.toFixed(0)} ms of Slurm`,
      goal: '≤ 1,000 ms',
      ok: besides <= 1_000,
    },
    {
      what: `advise from cache, ${what}, whole process`,
      measured: `${fromCache.toFixed(0)} ms`,
      goal: '≤ 250 ms',
      ok: fromCache <= 250,
    },
    {
      what: `scheduler calls, ${what}, cold and from cache`,
      measured: calls.join(' and '),
      goal: '≤ 8 and 0',
      ok: (calls[0] ?? 9) <= 8 && calls[1] === 0,
    },
  ];
}

const TEMPLATE = 'model: resnet50\nbatch_size: 64\namp: true\nmem: 1G\ntime_limit: 30\ncommand: "true"\n';

try {
  const root = join(folder, 'project');
  mkdirSync(join(root, 'templates'), { recursive: true });
  writeFileSync(join(root, 'sheaf.yaml'), 'scheduler: slurm\n');
  writeFileSync(join(root, 'templates', 't.yaml'), TEMPLATE);
  const free = measured(root, 'all is free');
  for (const [partition, nodes, gpus] of [
    ['l40s_public', 2, 4],
    ['h200_tandon', 1, 2],
    ['a100_public', 1, 4],
  ] as const) {
    const asks = [`--partition=${partition}`, `--nodes=${nodes}`, `--gres=gpu:${gpus}`, '--mem=100M', '--time=60'];
    timeOnce(['sbatch', ...asks, '--output=/dev/null', '--wrap=sleep 600'], { cwd: root, env });
  }
  timeOnce(['sleep', '5']);
  const figures = [...free, ...measured(root, 'all is taken')];
  report(figures);
  process.exitCode = figures.every(({ ok }) => ok) ? 0 : 1;
} finally {
  await stopCluster(dir);
  rmSync(folder, { recursive: true, force: true });
}
