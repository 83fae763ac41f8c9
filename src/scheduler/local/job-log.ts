import { join } from 'node:path';
import type { AccountedState } from '../../core/attempt.ts';
import { appendDurably, readTextIfThere } from '../../system/index.ts';
import { indicesOf, type LocalJob } from './job-file.ts';
import { jobFolder, type Spool } from './spool.ts';

/** One line of `log.jsonl`, which the supervisor alone writes. `i` is the task, `at` milliseconds since 1970. */
export type LogLine =
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
  | ({ readonly t: 'end'; readonly i: number; readonly at: number } & TaskEnd);

type StopReason = 'cancelled' | 'timeout';

/** How a task ended. */
export interface TaskEnd {
  readonly state: AccountedState;
  readonly exit?: number;
  readonly signal?: number;
  readonly said?: string;
}

export type TaskState =
  | { readonly kind: 'pending'; readonly held: boolean }
  | {
      readonly kind: 'running';
      readonly startedMs: number;
      readonly boot: string;
      readonly cpus: number;
      readonly gpus: readonly string[];
      readonly stop?: { readonly why: StopReason; readonly sinceMs: number };
    }
  | ({ readonly kind: 'ended'; readonly startedMs?: number; readonly atMs: number } & TaskEnd);

/** The tasks of a job by index, in their order. */
export type TaskStates = Map<number, TaskState>;

/** What the log makes of a job. Lines that are torn or of another version are passed over. */
export function taskStates(job: LocalJob, log: string): TaskStates {
  const states: TaskStates = new Map(indicesOf(job).map((i) => [i, { kind: 'pending', held: job.held }]));
  for (const text of log.split('\n')) {
    const line = parseLine(text);
    if (line !== undefined) applyLine(states, line);
  }
  return states;
}

function parseLine(text: string): LogLine | undefined {
  if (text === '') return undefined;
  try {
    const value = JSON.parse(text) as LogLine | null;
    return typeof value === 'object' && value !== null && KINDS.has(value.t) ? value : undefined;
  } catch {
    return undefined;
  }
}

const KINDS: ReadonlySet<string> = new Set<LogLine['t']>(['start', 'stop', 'hold', 'end']);

function applyLine(states: TaskStates, line: LogLine): void {
  const state = states.get(line.i);
  if (state !== undefined) states.set(line.i, nextState(state, line));
}

/** An end is final, and only what waits can be held. */
export function nextState(state: TaskState, line: LogLine): TaskState {
  if (state.kind === 'ended') return state;
  switch (line.t) {
    case 'start':
      return { kind: 'running', startedMs: line.at, boot: line.boot, cpus: line.cpus, gpus: line.gpus };
    case 'stop':
      return state.kind === 'running' ? { ...state, stop: state.stop ?? { why: line.why, sinceMs: line.at } } : state;
    case 'hold':
      return state.kind === 'pending' ? { kind: 'pending', held: line.held } : state;
    case 'end': {
      const { t: _t, i: _i, at: atMs, ...end } = line;
      return { kind: 'ended', atMs, ...(state.kind === 'running' ? { startedMs: state.startedMs } : {}), ...end };
    }
  }
}

function logPath(spool: Spool, id: number): string {
  return join(jobFolder(spool, id), 'log.jsonl');
}

export function readStates(spool: Spool, id: number, job: LocalJob): TaskStates {
  return taskStates(job, readTextIfThere(logPath(spool, id)) ?? '');
}

/** @throws SheafError `file.*`; none of the lines is in the log then */
export function appendLines(spool: Spool, id: number, lines: readonly LogLine[]): void {
  appendDurably(logPath(spool, id), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}
