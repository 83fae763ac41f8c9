/**
 * `npm run bench:slurm-load`: what each question of sheaf costs the daemons of Slurm and their database, on a cluster of its own
 * (root is needed). The questions are recorded as sheaf asks them, then repeated. The table is for docs/admin/load.md.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { DaemonName } from '../scripts/slurm/index.ts';
import { startCountedCluster } from './counted-cluster.ts';
import { median, timeOnce } from './measure.ts';
import { sumCpuSeconds } from './process-use.ts';

const JOBS = 1_000;
const REPEATS = 50;
/** How long the daemons are watched without a question, in milliseconds: what they do then is no cost of a question. */
const IDLE_MS = 10_000;
const DAEMONS: readonly DaemonName[] = ['slurmctld', 'slurmdbd', 'mariadbd'];

const bin = resolve(import.meta.dirname, '..', 'bin', 'sheaf');
const { cluster, folder, env, callsOf, stop } = await startCountedCluster(JOBS + 1);
const root = join(folder, 'project');

function sheaf(...args: readonly string[]): void {
  timeOnce([bin, ...args], { cwd: root, env });
}

/** The last call of a program that a command of sheaf makes. */
function recordCall(program: string, ...args: readonly string[]): string[] {
  const call = callsOf([bin, ...args], root).findLast((each) => each.program === program);
  if (call === undefined) throw new Error(`sheaf ${args.join(' ')} did not call ${program}`);
  // Arguments of these calls have no spaces.
  return [program, ...call.words.split(' ')];
}

/** Submits jobs that do nothing, without sheaf; the id of the last one. */
function submit(options: string, count: number): string {
  const line = `for i in $(seq ${count}); do sbatch --parsable --time=10 --output=/dev/null ${options} --wrap true; done`;
  return spawnSync('bash', ['-c', line], { env, encoding: 'utf8' }).stdout.trim().split('\n').at(-1) ?? '';
}

/** Seconds of the processors that each daemon has taken so far. */
function readDaemons(): number[] {
  return DAEMONS.map((name) => {
    const pid = cluster.daemon(name).pid();
    return pid === undefined ? 0 : sumCpuSeconds([pid]);
  });
}

/** Prints how many lines and what time one call takes, and what each daemon computes for it beyond what it does without a question. */
async function printCost(what: string, argv: readonly string[]): Promise<void> {
  const before = readDaemons();
  await delay(IDLE_MS);
  const idle = readDaemons().map((seconds, i) => (seconds - (before[i] ?? 0)) / IDLE_MS);
  const start = readDaemons();
  const times = Array.from({ length: REPEATS }, () => timeOnce(argv, { env }));
  const end = readDaemons();
  const wallMs = times.reduce((sum, ms) => sum + ms, 0);
  const costs = DAEMONS.map((name, i) => {
    const seconds = (end[i] ?? 0) - (start[i] ?? 0) - (idle[i] ?? 0) * wallMs;
    return `${name} ${Math.max(0, (seconds * 1000) / REPEATS).toFixed(1)} ms`;
  });
  const rows = spawnSync(argv[0] ?? '', argv.slice(1), { env, encoding: 'utf8' })
    .stdout.trimEnd()
    .split('\n').length;
  process.stdout.write(`${what}, ${rows} lines: ${median(times).toFixed(0)} ms; ${costs.join(', ')}\n`);
}

try {
  mkdirSync(join(root, 'templates'), { recursive: true });
  writeFileSync(join(root, 'sheaf.yaml'), 'project: load\nscheduler: slurm\n');
  writeFileSync(
    join(root, 'templates', 't.yaml'),
    'seed: 0\ncpus_per_task: 1\nmem: 200M\ntime_limit: 10\ncode: live\ncommand: sleep 600\n',
  );
  const seeds = Array.from({ length: JOBS }, (_, i) => i).join(',');
  sheaf('sweep', '--template', 't', '--name', 's', '--grid', `seed=${seeds}`, '--yes');
  // Jobs that run would take the processors from the daemons.
  sheaf('submit', '--sweep', 's', '--hold', '--yes');
  const squeue = recordCall('squeue', 'status');
  await printCost(`squeue, an array of ${JOBS} pending`, squeue);
  await printCost('squeue of all jobs, for advice', recordCall('squeue', 'advise', '--template', 't'));
  const ended = recordCall('sacct', 'cancel', '--sweep', 's', '--yes');
  const job = submit(`--array=0-${JOBS - 1} --mem=50M --wait`, 1);
  await printCost(`sacct, an array of ${JOBS} that ended`, [...ended.slice(0, ended.indexOf('-j')), '-j', job]);
  rmSync(join(folder, 'local'), { recursive: true });
  await printCost('sacct -a over 7 days, for advice', recordCall('sacct', 'advise', '--template', 't'));
  submit('--mem=200M --hold', JOBS);
  await printCost(`squeue, ${JOBS} jobs pending, in no array`, squeue);
} finally {
  await stop();
}
