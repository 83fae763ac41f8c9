import type { Line } from './log.ts';

/** The process of a distributed program that failed before the others. */
export interface FirstFailure {
  /** `rank 1`, `task 3 on gn01`; absent when there may be no other. */
  readonly who?: string;
  readonly rank: number;
  /** Above 128 when a signal ended it. */
  readonly exitCode?: number;
  readonly line: Line;
}

/** What launchers write of it: torchrun's table, otherwise the first line of `srun`. */
export function findFirstFailure(lines: readonly Line[]): FirstFailure | undefined {
  return fromTables(lines) ?? fromSrun(lines);
}

/** Each node has a table of its own: the earliest failure counts, and of those one that nobody had asked to end. */
function fromTables(lines: readonly Line[]): FirstFailure | undefined {
  const roots = lines.flatMap(({ text }, at) => (ROOT_CAUSE.test(text) ? (tableEntry(lines, at) ?? []) : []));
  const [first] = roots.toSorted(
    (a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0) || Number(wasAsked(a)) - Number(wasAsked(b)),
  );
  return first;
}

const ROOT_CAUSE = /Root Cause \(first observed failure\):/;
const TABLE_LINES = 12;
const TERM = 15;

function wasAsked({ exitCode }: FirstFailure): boolean {
  return exitCode === 128 + TERM;
}

function tableEntry(lines: readonly Line[], at: number): (FirstFailure & { readonly time: string }) | undefined {
  const entry = lines.slice(at + 1, at + 1 + TABLE_LINES);
  const find = (pattern: RegExp): string | undefined =>
    entry.map(({ text }) => pattern.exec(text)?.[1]).find((found) => found !== undefined);
  const line = entry.find(({ text }) => /^\s*exitcode\s*:/.test(text));
  const rank = Number(find(/^\s*rank\s*:\s*(\d+)/) ?? Number.NaN);
  const status = Number(find(/^\s*exitcode\s*:\s*(-?\d+)/) ?? Number.NaN);
  if (line === undefined || Number.isNaN(rank) || Number.isNaN(status)) return undefined;
  const time = find(/^\s*time\s*:\s*(\S+)/) ?? '';
  return { who: `rank ${rank}`, rank, exitCode: status < 0 ? 128 - status : status, line, time };
}

const SRUN = /^srun: error: (\S+): tasks? (\d+)[^:]*: (.+)$/;
const SRUN_SIGNALS: Readonly<Record<string, number>> = {
  Killed: 9,
  'Out Of Memory': 9,
  'Segmentation fault': 11,
  'Bus error': 7,
  Aborted: 6,
  Terminated: TERM,
};

function fromSrun(lines: readonly Line[]): FirstFailure | undefined {
  const told = lines.flatMap((line) => {
    const [, host = '', task, how = ''] = SRUN.exec(line.text) ?? [];
    return task === undefined ? [] : [{ line, host, task, how }];
  });
  const [first] = told;
  if (first === undefined) return undefined;
  const { line, host, task, how } = first;
  const status = /^Exited with exit code (\d+)/.exec(how)?.[1];
  const signal = SRUN_SIGNALS[how.replace(/ \(core dumped\)$/, '')];
  const exitCode = status === undefined ? signal && 128 + signal : Number(status);
  const isAlone = task === '0' && told.every((each) => each.task === '0');
  return {
    rank: Number(task),
    line,
    ...(isAlone ? {} : { who: `task ${task} on ${host}` }),
    ...(exitCode === undefined ? {} : { exitCode }),
  };
}
