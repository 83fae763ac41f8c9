/**
 * Processes that outlive us, each in a file `pids/NAME` with its pid and its start time.
 *
 * The start time tells a process from another that got its pid later: only the one that we started is signalled. The
 * process writes the file itself before it becomes the daemon, so that none runs unrecorded.
 */
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { path, pause, until } from './run.ts';

export interface Process {
  readonly pid: number;
  /** In clock ticks since the boot. */
  readonly startTime: string;
}

const recordAndBecome = 'set -- "$0" "$@"; read -r stat </proc/$$/stat; f=$1; shift; set -f; s=${stat##*) }';

/** Starts a daemon in a session of its own, its output in `logs/NAME.out`. */
export async function startProcess(
  dir: string,
  name: string,
  command: readonly [string, ...string[]],
  env: NodeJS.ProcessEnv,
): Promise<Process> {
  const file = pidFile(dir, name);
  rmSync(file, { force: true });
  const log = openSync(join(dir, 'logs', `${name}.out`), 'a');
  const script = `${recordAndBecome}; echo "$$ $(set -- $s; echo "\${20}")" >"$f.new" && mv "$f.new" "$f" && exec "$@"`;
  // Inside a job or a step these would make the daemon believe that it is part of it.
  const clean = Object.fromEntries(
    Object.entries(env).filter(([key]) => key === 'SLURM_CONF' || !/^(SLURM|SBATCH)/.test(key)),
  );
  const child = spawn('/bin/sh', ['-c', script, file, ...command], {
    cwd: dir,
    env: { ...clean, PATH: path },
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  const failed = new Promise<never>((_, reject) => {
    child.on('error', reject);
  });
  child.unref();
  await Promise.race([failed, until(`start of ${name}`, () => recorded(dir, name) !== undefined, { everyMs: 5 })]);
  const started = recorded(dir, name);
  if (started === undefined) throw new Error(`${name} left no pid`);
  return started;
}

/** What was started under that name, running or not. */
export function recorded(dir: string, name: string): Process | undefined {
  try {
    const [pid, startTime] = readFileSync(pidFile(dir, name), 'utf8').trim().split(' ');
    return pid === undefined || startTime === undefined ? undefined : { pid: Number(pid), startTime };
  } catch {
    return undefined;
  }
}

/** What was started under that name, if it runs still. */
export function running(dir: string, name: string): Process | undefined {
  const found = recorded(dir, name);
  return found !== undefined && isAlive(found) ? found : undefined;
}

export function recordedNames(dir: string): string[] {
  try {
    return readdirSync(join(dir, 'pids')).filter((name) => !name.endsWith('.new'));
  } catch {
    return [];
  }
}

function pidFile(dir: string, name: string): string {
  return join(dir, 'pids', name);
}

/** A zombie counts as ended: it holds no port and no file. */
export function isAlive(process: Process): boolean {
  const stat = statOf(process.pid);
  return stat !== undefined && stat.startTime === process.startTime && stat.state !== 'Z' && stat.state !== 'X';
}

export function thisProcess(): Process {
  return { pid: process.pid, startTime: statOf(process.pid)?.startTime ?? '' };
}

/** False when it has ended. */
export function signal(target: Process, name: NodeJS.Signals): boolean {
  if (!isAlive(target)) return false;
  try {
    return process.kill(target.pid, name);
  } catch {
    return false;
  }
}

/** TERM, and KILL when it has not ended by then. A stopped process cannot handle TERM until it is continued. */
export async function end(target: Process, graceMs: number): Promise<void> {
  if (!signal(target, 'SIGTERM')) return;
  signal(target, 'SIGCONT');
  const killAt = performance.now() + graceMs;
  while (isAlive(target)) {
    if (performance.now() > killAt) signal(target, 'SIGKILL');
    await pause(20);
  }
}

interface Stat extends Process {
  readonly name: string;
  readonly state: string;
  readonly parent: number;
}

function statOf(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name is in parentheses and may contain anything.
    const open = text.indexOf('(');
    const close = text.lastIndexOf(')');
    const [state = '', parent = '', ...rest] = text.slice(close + 2).split(' ');
    return { pid, name: text.slice(open + 1, close), state, parent: Number(parent), startTime: rest[17] ?? '' };
  } catch {
    return undefined;
  }
}

/**
 * What the cluster's jobs run: each slurmstepd, known by a file that it has open below the folder, all that descends
 * from one, and whatever says in its environment that it is part of a job of this cluster. Never one of our own
 * ancestors.
 */
export function jobProcesses(dir: string, clusterName: string): Process[] {
  const all = readdirSync('/proc').flatMap((pid) => (/^\d+$/.test(pid) ? (statOf(Number(pid)) ?? []) : []));
  const parents = new Map(all.map(({ pid, parent }) => [pid, parent]));
  const spared = lineage(process.pid, parents);
  const roots = new Set(all.filter((found) => isJobRoot(found, dir, clusterName)).map(({ pid }) => pid));
  return all.filter(({ pid, state }) => {
    if (spared.has(pid) || state === 'Z') return false;
    return [...lineage(pid, parents)].some((ancestor) => roots.has(ancestor));
  });
}

function isJobRoot(found: Stat, dir: string, clusterName: string): boolean {
  if (found.name.startsWith('slurmstepd')) return hasOpenBelow(found.pid, dir);
  const environment = readOr(`/proc/${found.pid}/environ`).split('\0');
  return (
    environment.includes(`SLURM_CLUSTER_NAME=${clusterName}`) &&
    environment.some((word) => word.startsWith('SLURM_JOB_ID='))
  );
}

function hasOpenBelow(pid: number, dir: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`).startsWith(`${dir}/`);
      } catch {
        return false;
      }
    });
  } catch {
    return false;
  }
}

/** The process and its ancestors. */
function lineage(pid: number, parents: ReadonlyMap<number, number>): Set<number> {
  const found = new Set<number>();
  for (let at: number | undefined = pid; at !== undefined && at > 1 && !found.has(at); at = parents.get(at))
    found.add(at);
  return found;
}

function readOr(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
