import { join } from 'node:path';
import type { AccountedState } from '../../../core/experiment/facts.ts';
import { appendDurably, readTextIfThere } from '../../../system/index.ts';
import { listIndices, type LocalJob } from './job-file.ts';
import { jobFolder, type Spool } from './spool.ts';

/** One line of `log.jsonl`, which the supervisor alone writes. `at` is in milliseconds since 1970. */
export type JobLogEntry = TaskLine | ThrottleLine;

/** Of the whole job: the maximum number of tasks at once from now on; without a number, as many as fit. */
interface ThrottleLine {
  readonly t: 'throttle';
  readonly at: number;
  readonly most?: number;
}

/** `i` is the task. */
export type TaskLine =
  /** Written before the task is started, so that no started task is unknown. */
  | {
      readonly t: 'start';
      readonly i: number;
      readonly at: number;
      readonly boot: string;
      readonly cpus: number;
      readonly gpus: readonly string[];
    }
  | { readonly t: 'stop'; readonly i: number; readonly at: number; readonly why: StopReason }
  | { readonly t: 'hold'; readonly i: number; readonly at: number; readonly held: boolean }
  /** It has ended, and goes back into the queue. */
  | { readonly t: 'again'; readonly i: number; readonly at: number }
  | ({ readonly t: 'end'; readonly i: number; readonly at: number } & TaskEnd);

type StopReason = 'cancelled' | 'timeout';

/** How a task ended. */
export interface TaskEnd {
  readonly state: AccountedState;
  readonly exit?: number;
  readonly signal?: number;
  readonly said?: string;
}

/** `restarts`: how often it went back into the queue; absent: never. */
export type TaskState =
  | { readonly kind: 'pending'; readonly held: boolean; readonly restarts?: number }
  | {
      readonly kind: 'running';
      readonly startedMs: number;
      readonly boot: string;
      readonly cpus: number;
      readonly gpus: readonly string[];
      readonly restarts?: number;
      readonly stop?: { readonly why: StopReason; readonly sinceMs: number };
    }
  | ({ readonly kind: 'ended'; readonly startedMs?: number; readonly atMs: number } & TaskEnd);

/** The tasks of a job by index, in their order. */
export type TaskStates = Map<number, TaskState>;

/** A job with what its log makes of it: a change of how many tasks run at once replaces what was submitted. */
export interface LoggedJob {
  readonly job: LocalJob;
  readonly states: TaskStates;
}

/** What the log makes of a job. Torn lines and lines of another version are skipped. */
export function replayJobLog(submitted: LocalJob, log: string): LoggedJob {
  const states: TaskStates = new Map(listIndices(submitted).map((i) => [i, { kind: 'pending', held: submitted.held }]));
  let job = submitted;
  for (const text of log.split('\n')) {
    const line = parseLine(text);
    if (line?.t === 'throttle') job = applyThrottle(job, line.most);
    else if (line !== undefined) applyLine(states, line);
  }
  return { job, states };
}

export function applyThrottle({ maxParallel: _former, ...job }: LocalJob, most: number | undefined): LocalJob {
  return { ...job, ...(most === undefined ? {} : { maxParallel: most }) };
}

function parseLine(text: string): JobLogEntry | undefined {
  if (text === '') return undefined;
  try {
    const value = JSON.parse(text) as JobLogEntry | null;
    return typeof value === 'object' && value !== null && KINDS.has(value.t) ? value : undefined;
  } catch {
    return undefined;
  }
}

const KINDS: ReadonlySet<string> = new Set<JobLogEntry['t']>(['start', 'stop', 'hold', 'again', 'end', 'throttle']);

function applyLine(states: TaskStates, line: TaskLine): void {
  const state = states.get(line.i);
  if (state !== undefined) states.set(line.i, computeNextState(state, line));
}

/** An end is final, and only what waits can be held. */
export function computeNextState(state: TaskState, line: TaskLine): TaskState {
  if (state.kind === 'ended') return state;
  const former = state.restarts === undefined ? {} : { restarts: state.restarts };
  switch (line.t) {
    case 'start':
      return { kind: 'running', startedMs: line.at, boot: line.boot, cpus: line.cpus, gpus: line.gpus, ...former };
    case 'stop':
      return state.kind === 'running' ? { ...state, stop: state.stop ?? { why: line.why, sinceMs: line.at } } : state;
    case 'hold':
      return state.kind === 'pending' ? { kind: 'pending', held: line.held, ...former } : state;
    case 'again':
      return state.kind === 'running' ? { kind: 'pending', held: false, restarts: countRestarts(state) + 1 } : state;
    case 'end': {
      const { t: _t, i: _i, at: atMs, ...end } = line;
      return { kind: 'ended', atMs, ...(state.kind === 'running' ? { startedMs: state.startedMs } : {}), ...end };
    }
  }
}

export function countRestarts({ restarts = 0 }: { readonly restarts?: number }): number {
  return restarts;
}

function logPath(spool: Spool, id: number): string {
  return join(jobFolder(spool, id), 'log.jsonl');
}

export function readLog(spool: Spool, id: number, job: LocalJob): LoggedJob {
  return replayJobLog(job, readTextIfThere(logPath(spool, id)) ?? '');
}

/** @throws SheafError `file.*`; none of the lines is in the log then */
export function appendLines(spool: Spool, id: number, lines: readonly JobLogEntry[]): void {
  appendDurably(logPath(spool, id), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}
