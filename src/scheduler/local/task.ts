import { withoutUndefined } from '../../core/value.ts';
import { join } from 'node:path';
import { formatError } from '../../core/errors.ts';
import { formatDuration } from '../../core/units.ts';
import {
  bootId,
  isAlive,
  ownProcesses,
  sendSignal,
  signalNumber,
  startTracked,
  type ChildEnd,
  type ProcessFacts,
} from '../../system/index.ts';
import { getFallbackEnvironment, readKeptEnvironment } from './spool/environment.ts';
import { formatTaskName, type LocalJob } from './spool/job-file.ts';
import { countRestarts, type TaskEnd, type TaskState } from './spool/job-log.ts';
import { markVariables, processName, type TaskMark } from './process-tree.ts';
import { againPath, asksForAgain, readExitStatus, shimArgv, readShim, type TaskRun } from './shim.ts';
import type { MachineCapacity } from './spool/slots.ts';
import type { Spool } from './spool/spool.ts';

/** A task of a job of the queue. */
export interface Task {
  readonly spool: Spool;
  readonly id: number;
  readonly index: number;
  readonly job: LocalJob;
}

export type Running = Extract<TaskState, { kind: 'running' }>;

/** What a supervisor knows of a running task beyond its record. */
export interface Supervised {
  /** The shim that this supervisor started for it, if it did. */
  child?: { readonly pid: number | undefined; end?: ChildEnd };
  /** Names of its processes that were seen, and of those that were asked to end. */
  readonly seen: Set<string>;
  readonly asked: Set<string>;
  /** Since when it is to end; the log may lack this if it could not be written. */
  stopSinceMs?: number | undefined;
  /** It was sent what it is sent before its time limit. */
  isWarned?: true;
  /** Since when its shim is gone while processes of it remain. */
  leftBehindSinceMs?: number;
}

export function makeSupervised(): Supervised {
  return { seen: new Set(), asked: new Set() };
}

export function markOfTask({ spool, id, index, job }: Task): TaskMark {
  return { spool: spool.name, job: formatTaskName(id, job, index) };
}

/** Which run of a task it is that runs. */
export function runOf({ id, index }: Task, running: Running): TaskRun {
  return { id, index, restarts: countRestarts(running) };
}

/**
 * How the shim of a task stands. `unstarted`: none has begun and none is under way, so that one must
 * be started. A shim of a dead supervisor that appears later does no harm: it finds the claim.
 */
export function getShimState(
  task: Task,
  running: Running,
  child: Supervised['child'],
): 'running' | 'unstarted' | TaskEnd {
  const { spool, job } = task;
  const run = runOf(task, running);
  const shim = readShim(spool, run);
  if (shim !== undefined && isAlive(shim)) return 'running';
  const status = readExitStatus(spool, run);
  if (status !== undefined) return endOf({ exitCode: status });
  const isOwn = child !== undefined && (shim === undefined || shim.pid === child.pid);
  if (isOwn) {
    if (child.end === undefined) return 'running';
    return shim === undefined ? launchFailure(job, child.end) : endOf(child.end);
  }
  if (running.boot !== bootId()) return { state: 'lost', said: 'the machine was restarted while it ran' };
  return shim === undefined ? 'unstarted' : { state: 'lost', said: 'it ended without leaving an exit status' };
}

function endOf({ exitCode, signal }: ChildEnd): TaskEnd {
  if (exitCode === 0) return { state: 'completed', exit: 0 };
  if (exitCode !== undefined) return { state: 'failed', exit: exitCode };
  if (signal === undefined) return { state: 'failed' };
  return { state: 'failed', signal: signalNumber(signal), said: `its shell was killed by ${signal}` };
}

function launchFailure({ cwd }: LocalJob, { notStarted, signal }: ChildEnd): TaskEnd {
  if (notStarted !== undefined) return { state: 'launch', said: `bash could not be started in ${cwd}: ${notStarted}` };
  return {
    state: 'launch',
    said: signal === undefined ? 'its start could not be recorded' : `it was killed by ${signal} as it started`,
  };
}

/** What is recorded of a task: why it was ended counts for more than how it took it. */
export function chooseRecordedEnd({ job }: Task, { stop }: Running, end: TaskEnd): TaskEnd {
  if (stop === undefined) return end;
  const said =
    stop.why === 'timeout' ? `its time limit of ${formatDuration(job.timeLimitS ?? Infinity)} was reached` : undefined;
  return withoutUndefined({ state: stop.why, exit: end.exit, signal: end.signal, said });
}

/** Whether a task that has ended is to go back into the queue: one that was cancelled, or came too late, is not. */
export function isToRunAgain(task: Task, running: Running): boolean {
  return running.stop === undefined && asksForAgain(task.spool, runOf(task, running));
}

/**
 * Sends the shell of a task what it is to be sent before its time limit, once; one that a new supervisor sends again
 * tells it nothing new.
 */
export function warnOfLimit(task: Task, running: Running, supervised: Supervised, nowMs: number): void {
  const { timeLimitS, warning } = task.job;
  if (warning === undefined || timeLimitS === undefined || supervised.isWarned) return;
  if (nowMs < running.startedMs + (timeLimitS - warning.beforeS) * 1000) return;
  const shim = readShim(task.spool, runOf(task, running));
  for (const facts of ownProcesses().filter(({ ppid }) => ppid === shim?.pid)) {
    sendSignal(facts, warning.signal);
    supervised.isWarned = true;
  }
}

/** Faults of the machine and not of the job: they pass, and the start is retried. */
const PASSING = new Set(['EAGAIN', 'ENOMEM', 'EMFILE', 'ENFILE', 'ENOSPC', 'EDQUOT', 'EIO', 'ESTALE']);

export function isPassing(code: string | undefined): boolean {
  return code !== undefined && PASSING.has(code);
}

/**
 * Starts the shim of a task. A start that fails because of the job is its end.
 *
 * @throws for faults that pass
 */
export function startTask(
  task: Task,
  running: Running,
  machine: MachineCapacity,
  ended: () => void,
): NonNullable<Supervised['child']> {
  const { spool, id, index, job } = task;
  const run = runOf(task, running);
  const output = join(job.outputFolder, `local-${formatTaskName(id, job, index)}.out`);
  const child: { pid: number | undefined; end?: ChildEnd } = { pid: undefined };
  const settle = (end: ChildEnd): void => {
    child.end ??= end;
    ended();
  };
  const kept = readKeptEnvironment(job.envFile);
  const env = { ...(kept ?? getFallbackEnvironment()), ...taskVariables(task, running, machine) };
  const argv = shimArgv(spool, run, running.boot, kept === undefined ? ENVIRONMENT_GONE : '');
  try {
    child.pid = startTracked(argv, { cwd: job.cwd, env, output }, settle);
  } catch (error) {
    if (isPassing((error as NodeJS.ErrnoException).code)) throw error;
    child.end = { notStarted: formatError(error) };
  }
  return child;
}

const ENVIRONMENT_GONE =
  'sheaf: the environment of the command that submitted this is gone; it runs with that of the supervisor';

function taskVariables(task: Task, running: Running, machine: MachineCapacity): Record<string, string> {
  const { spool, index, job } = task;
  const { gpus } = running;
  return {
    ...markVariables(markOfTask(task)),
    SHEAF_RESTART: String(countRestarts(running)),
    SHEAF_AGAIN: againPath(spool, runOf(task, running)),
    ...(job.indices === undefined ? {} : { SHEAF_ARRAY_INDEX: String(index) }),
    // On a machine with GPUs, a task without GPUs must see none.
    ...(machine.gpus.length + gpus.length === 0 ? {} : { CUDA_VISIBLE_DEVICES: gpus.join(',') }),
  };
}

/** Asks processes to end, each once, and from `killAtMs` on ends them. */
export function endProcesses(
  processes: readonly ProcessFacts[],
  supervised: Supervised,
  nowMs: number,
  killAtMs: number,
): void {
  for (const facts of processes) {
    const name = processName(facts);
    supervised.seen.add(name);
    if (nowMs >= killAtMs) {
      sendSignal(facts, 'SIGKILL');
    } else if (!supervised.asked.has(name)) {
      supervised.asked.add(name);
      sendSignal(facts, 'SIGTERM');
      // One that is stopped could not act on it.
      sendSignal(facts, 'SIGCONT');
    }
  }
}
