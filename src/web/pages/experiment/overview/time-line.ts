import { formatSpan } from '../../../../core/units.ts';
import type { AttemptJson } from '../../../../json/index.ts';
import { toMs } from '../../../format/times.ts';

/** A piece of a row: from where to where, each from 0 to 1 of the whole width. */
export interface TimePiece {
  readonly kind: 'queued' | 'ran' | 'running';
  readonly from: number;
  readonly to: number;
}

/** What one attempt did, as a row of pieces and in words. */
export interface TimeRow {
  /** `train-2` */
  readonly name: string;
  readonly status: string;
  readonly pieces: readonly TimePiece[];
  /** `queued 6m, ran 1h 31m, failed: preempted` */
  readonly words: string;
}

/** The attempts of an experiment over time. */
export interface TimeLine {
  /** Milliseconds since 1970; undefined if no time is known. */
  readonly range: readonly [fromMs: number, toMs: number] | undefined;
  readonly rows: readonly TimeRow[];
}

/** Lays attempts out over time, in their order. @param nowMs until then what waits or runs has waited or run */
export function layOutAttempts(attempts: readonly AttemptJson[], nowMs: number): TimeLine {
  const timed = attempts.map((attempt) => ({ attempt, times: getTimes(attempt, nowMs) }));
  const all = timed.flatMap(({ times }) => [times.submitted, times.started, times.ended]).filter(isKnown);
  const [from, to] = [Math.min(...all), Math.max(...all)];
  const range = all.length === 0 ? undefined : ([from, to] as const);
  const place = (ms: number): number => (to === from ? 0 : (ms - from) / (to - from));
  return {
    range,
    rows: timed.map(({ attempt, times }) => ({
      name: `${attempt.stage}-${attempt.attempt}`,
      status: attempt.status,
      pieces: listPieces(attempt, times, place),
      words: describeAttempt(attempt, times),
    })),
  };
}

/** Milliseconds since 1970. What has not happened yet lasts until now. */
interface Times {
  readonly submitted: number | undefined;
  readonly started: number | undefined;
  readonly ended: number | undefined;
}

function getTimes({ status, submitted_at, started_at, ended_at }: AttemptJson, nowMs: number): Times {
  const isOpen = status === 'queued' || status === 'running';
  return {
    submitted: toMs(submitted_at),
    started: toMs(started_at),
    ended: isOpen ? nowMs : toMs(ended_at),
  };
}

function isKnown(ms: number | undefined): ms is number {
  return ms !== undefined;
}

function listPieces(
  { status }: AttemptJson,
  { submitted, started, ended }: Times,
  place: (ms: number) => number,
): TimePiece[] {
  const piece = (kind: TimePiece['kind'], from?: number, to?: number): TimePiece[] =>
    from === undefined || to === undefined || to < from ? [] : [{ kind, from: place(from), to: place(to) }];
  return [
    ...piece('queued', submitted, started ?? ended),
    ...piece(status === 'running' ? 'running' : 'ran', started, ended),
  ];
}

function describeAttempt(attempt: AttemptJson, { submitted, started, ended }: Times): string {
  const { status, cause, said, resumed_from: checkpoint, exit_code: exitCode } = attempt;
  const span = (word: string, from?: number, to?: number): string[] =>
    from === undefined || to === undefined ? [] : [`${word} ${formatSpan(from, to)}`];
  // Why it failed in words is in the tab of attempts, and of the last one above.
  const note = exitCode ? `exit code ${exitCode}` : null;
  const because = status === 'failed' ? (cause === 'exit_code' ? note : cause) : said;
  const end = [status === 'queued' || status === 'running' ? undefined : status, because];
  return [
    ...span('queued', submitted, started ?? ended),
    ...(checkpoint === null ? [] : [`resumed from ${checkpoint.split('/').at(-1) ?? checkpoint}`]),
    ...span(status === 'running' ? 'running for' : 'ran', started, ended),
    end.filter((part) => part !== undefined && part !== null).join(': '),
  ]
    .filter((part) => part !== '')
    .join(', ');
}
