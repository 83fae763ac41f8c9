import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { writeJournal } from './journal.ts';
import { median, timeOnce, type Figure } from './measure.ts';

const ROUNDS = 3;
const LOG_BYTES = 1_000_000;

/**
 * Reading the logs of 1,000 runs, against `grep -nE` over the same files; and looking again when nothing has changed. Whole
 * processes, in turn.
 */
export function harvestFigures(scale: number): Figure[] {
  const folder = mkdtempSync(join(tmpdir(), 'sheaf-bench-harvest-'));
  try {
    return measured(folder, Math.round(1000 * scale));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function measured(root: string, runs: number): Figure[] {
  const logs = makeProject(root, runs);
  const bin = resolve(import.meta.dirname, '..', 'bin', 'sheaf');
  const env = { ...process.env, SHEAF_LOCAL_DIR: join(root, 'local'), NO_COLOR: '1' };
  // To a pipe: grep stops at the first match when it writes to /dev/null. All lines, with their numbers, as sheaf gives them.
  const grep = [
    'bash',
    '-c',
    `grep -nE 'val_acc=([0-9.]+)|grad_norm=([0-9.]+)' -r experiments --include=out.log | cat >/dev/null`,
  ];
  const first = (i: number): number => {
    // What was read is not read again: the files change, as the clock of their writer goes on.
    for (const log of logs) utimesSync(log, 1_700_000_000 + i, 1_700_000_000 + i);
    return timeOnce([bin, 'harvest', '--all'], { cwd: root, env });
  };
  timeOnce(grep, { cwd: root });
  const peers: number[] = [];
  const ours: number[] = [];
  for (let i = 0; i < ROUNDS; i += 1) {
    peers.push(timeOnce(grep, { cwd: root }));
    ours.push(first(i));
  }
  const again = Array.from({ length: ROUNDS }, () => timeOnce([bin, 'harvest', '--all'], { cwd: root, env }));
  const [peer, own, second] = [median(peers), median(ours), median(again)];
  for (const log of logs) utimesSync(log, 1_800_000_000, 1_800_000_000);
  const peakMiB = peakMemory([bin, 'harvest', '--all'], root, env);
  return [
    {
      what: `harvest of ${runs} runs with 1 MB logs, two expressions`,
      measured: `${(own / peer).toFixed(2)} × grep -nE (${seconds(own)} to ${seconds(peer)})`,
      goal: '≤ 3 ×',
      ok: own <= 3 * peer,
    },
    { what: '  its peak memory', measured: `${peakMiB.toFixed(0)} MiB`, goal: '≤ 200 MiB', ok: peakMiB <= 200 },
    {
      what: `second harvest of ${runs} runs, nothing changed`,
      measured: seconds(second),
      goal: '≤ 1 s',
      ok: second <= 1000,
    },
  ];
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

/** @returns the logs of the runs */
function makeProject(root: string, runs: number): string[] {
  mkdirSync(join(root, 'templates'), { recursive: true });
  writeFileSync(join(root, 'sheaf.yaml'), 'project: bench\nscheduler: local\ncommand: echo {{ flags }}\n');
  const rules = `harvest:\n  val_acc: {log: 'val_acc=(\\S+)', pick: max}\n  grad_norm: {log: 'grad_norm=(\\S+)'}\n`;
  writeFileSync(join(root, 'templates/bench.yaml'), `learning_rate: 0.1\nseed: 0\n${rules}`);
  writeJournal(join(root, '.sheaf/journal'), runs);
  return Array.from({ length: runs }, (_, i) => {
    const attempt = join(root, 'experiments', `bench_${String(i).padStart(6, '0')}`, 'attempts/train-1');
    mkdirSync(attempt, { recursive: true });
    writeFileSync(join(attempt, 'out.log'), logOf(i));
    return join(attempt, 'out.log');
  });
}

/** A line a step, and one an epoch with the value on held-out data. */
function logOf(run: number): string {
  const lines: string[] = [];
  let bytes = 0;
  for (let step = 0; bytes < LOG_BYTES; step += 1) {
    const loss = (2.3 * 0.9995 ** step + (run % 7) / 100).toFixed(4);
    const norm = ((step * 31) % 97) / 10;
    const line = `2026-01-01 12:00:00,123 INFO train: epoch ${Math.floor(step / 100)} step ${step} loss ${loss} grad_norm=${norm} lr=3.0e-04 12.3 it/s`;
    lines.push(line);
    bytes += line.length + 1;
    if (step % 100 !== 99) continue;
    const epoch = `2026-01-01 12:00:00,123 INFO eval: epoch ${Math.floor(step / 100)} val_loss=${loss} val_acc=${(1 - Number(loss) / 3).toFixed(4)}`;
    lines.push(epoch);
    bytes += epoch.length + 1;
  }
  return `${lines.join('\n')}\n`;
}

/** MiB, as the kernel counts them for the process. */
function peakMemory(argv: readonly string[], cwd: string, env: NodeJS.ProcessEnv): number {
  const script =
    'import resource, subprocess, sys\nsubprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)\nprint(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)';
  const { stdout, stderr, status } = spawnSync('python3', ['-c', script, ...argv], { cwd, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return Number(stdout) / 1024;
}
