import { getAttemptOutcome, type Outcome } from '../../core/experiment/outcome.ts';
import { describeCause, joinEndNotes } from '../../core/experiment/cause-words.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { formatDuration } from '../../core/units.ts';
import { isOpen } from '../../core/experiment/status.ts';
import type { QueuePosition } from '../../scheduler/index.ts';
import { getFileFacts, nowMs, readTextIfThere } from '../../system/index.ts';
import {
  getLogPath,
  listStreams,
  readSchedulerOutput,
  type AttemptLog,
  type LogChoice,
  type LogStream,
} from '../observe/log-files.ts';
import { openTail } from './log-tail.ts';
import type { Project } from '../project/project.ts';
import { groupDigits } from '../../core/text/phrases.ts';

/** Which log to read, and how much of it. */
export interface LogRequest extends LogChoice {
  /** Number of last lines, of each stream. Default: all. */
  readonly lines?: number;
  /** Go on until the experiment has ended, across requeues and stages. */
  readonly follow?: boolean;
  readonly signal?: AbortSignal;
}

/** `text` is a piece of the log as it is, which may end in the middle of a character; `mark` is a sentence about it. */
export type LogChunk = LogText | LogMark;

export interface LogText extends LogPlace {
  readonly kind: 'text';
  readonly bytes: Uint8Array;
  /** Texts of other logs, in the order in which they arrive, come between its lines. */
  readonly isMixed?: boolean;
}

export interface LogMark extends LogPlace {
  readonly kind: 'mark';
  readonly text: string;
  /** The log of an attempt begins, or that of a stream if `stream` is given. */
  readonly begins?: true;
}

/** Where a piece of a log comes from. */
interface LogPlace {
  readonly expId?: string | undefined;
  /** Undefined for the words of sheaf and of the scheduler. */
  readonly stream?: LogStream | undefined;
}

export function mark(text: string): LogMark {
  return { kind: 'mark', text };
}

/** All that `read` gives; between pieces it can be stopped. */
export function* decodeTexts(
  read: Iterable<Uint8Array>,
  signal?: AbortSignal,
  place: Pick<LogText, 'stream' | 'isMixed'> = {},
): Generator<LogChunk> {
  for (const bytes of read) {
    signal?.throwIfAborted();
    yield { kind: 'text', bytes, ...place };
  }
}

/** `train · attempt 2 · job 812345_7 · gn-011` */
export function makeHeader({ stage, n, job, host }: AttemptLog): LogMark {
  const parts = [stage, `attempt ${n}`, job && `job ${job}`, host];
  return { ...mark(parts.filter((part) => part !== undefined).join(' · ')), begins: true };
}

function nameOf({ stage, n }: AttemptLog): string {
  return `${stage} · attempt ${n}`;
}

/**
 * The log of an attempt as far as it is written: of two streams, one after the other, since nothing says in which order
 * their lines came.
 */
export function* readAttempt({ folder }: AttemptLog, request: LogRequest): Generator<LogChunk> {
  const filled = listStreams(request).filter((stream) => sizeOf(folder, stream) > 0);
  for (const stream of filled) {
    if (filled.length > 1) yield { ...mark(stream), stream, begins: true };
    yield* decodeTexts(openTail(getLogPath(folder, stream), request.lines).read(), request.signal, { stream });
  }
}

/** An empty log is no reason to believe that the program printed nothing. */
export function* explainEmpty({ folder }: AttemptLog, request: LogRequest): Generator<LogChunk> {
  const streams = listStreams(request);
  if (streams.some((stream) => sizeOf(folder, stream) > 0)) return;
  const other = streams.length === 2 ? undefined : streams[0] === 'stderr' ? 'stdout' : 'stderr';
  const bytes = other === undefined ? 0 : sizeOf(folder, other);
  yield mark(`the log is empty${bytes === 0 ? '' : `; ${other} has ${groupDigits(bytes)} bytes`}`);
}

function sizeOf(folder: string, stream: LogStream): number {
  return getFileFacts(getLogPath(folder, stream), { follow: true })?.size ?? 0;
}

/** Why there is no log, and what the scheduler wrote instead. */
export function* explainNotStarted(
  project: Project,
  experiment: Experiment,
  log: AttemptLog,
  lines: number | undefined,
): Generator<LogChunk> {
  yield makeWaitingMark(log);
  const path = readSchedulerOutput(project, experiment, log);
  if (path === undefined) return;
  yield mark('what the scheduler wrote of its job:');
  yield* decodeTexts(openTail(path, lines).read());
}

/** Lines of its own that a job's script writes into the scheduler's output; the first of each run names its attempt. */
const OURS = /^sheaf: /;
const BEGINS = /^sheaf: \S+ (\S+) runs as job /;

/** What the scheduler itself wrote about a job that ended: that it was cancelled, ran out of time or memory. */
export function* getSchedulerWords(project: Project, experiment: Experiment, log: AttemptLog): Generator<LogChunk> {
  const path = readSchedulerOutput(project, experiment, log);
  if (path === undefined || log.attempt === undefined || isOpen(log.attempt)) return;
  const lines = linesOf(log.name, readTextIfThere(path) ?? '').filter((line) => line !== '' && !OURS.test(line));
  if (lines.length === 0) return;
  yield mark('the scheduler wrote:');
  yield { kind: 'text', bytes: Buffer.from(`${lines.slice(-MOST_LINES).join('\n')}\n`) };
}

const MOST_LINES = 20;

/** All runs of a job that was requeued write into one file. */
function linesOf(attempt: string, text: string): string[] {
  const lines = text.split('\n');
  const starts = lines.flatMap((line, i) => (BEGINS.test(line) ? [i] : []));
  const own = starts.findLast((i) => BEGINS.exec(lines[i] ?? '')?.[1] === attempt);
  if (own === undefined) return starts.length === 0 ? lines : [];
  return lines.slice(
    own,
    starts.find((i) => i > own),
  );
}

/** What an attempt without a log waits for and where in the queue, or that it will never have one. */
export function makeWaitingMark(log: AttemptLog, place: QueuePosition = {}): LogMark {
  const outcome: Outcome = log.attempt === undefined ? { status: 'queued' } : getAttemptOutcome(log.attempt);
  if (outcome.status === 'running') return mark(`${nameOf(log)} runs, and its log has not arrived here yet`);
  if (outcome.status !== 'queued') return mark(`${nameOf(log)} ${withoutLog(log, outcome)}`);
  const why = outcome.held ? ': it is held' : outcome.reason === undefined ? '' : ` (${outcome.reason})`;
  return mark([`${nameOf(log)} waits in the queue${why}`, ...(outcome.held ? [] : placeWords(place))].join('; '));
}

function placeWords({ before, startMs }: QueuePosition): string[] {
  const seconds = startMs === undefined ? 0 : (startMs - nowMs()) / 1000;
  return [
    ...(before === undefined ? [] : [before === 0 ? 'next in line' : `${groupDigits(before)} ahead of it`]),
    ...(seconds <= 0 ? [] : [`expected to start in ${formatDuration(seconds)}`]),
  ];
}

function withoutLog({ attempt, folder }: AttemptLog, outcome: Outcome): string {
  const hasRun = attempt?.facts.started !== undefined || outcome.status === 'completed';
  return hasRun
    ? `${outcomeWords(outcome)}, and its log is gone: ${getLogPath(folder, 'stdout')}`
    : `never started: ${outcomeWords(outcome)}`;
}

/** How an attempt ended; nothing while that is not on record. */
export function* makeEndMark({ record }: Experiment, log: AttemptLog): Generator<LogChunk> {
  const attempt = record.attempts[log.name];
  const outcome = attempt && getAttemptOutcome(attempt);
  if (outcome === undefined || !('endedMs' in outcome)) return;
  const seconds = outcome.startedMs === undefined ? undefined : (outcome.endedMs - outcome.startedMs) / 1000;
  const after = seconds === undefined ? '' : ` after ${formatDuration(seconds)}`;
  yield mark(`${nameOf(log)} ${outcomeWords(outcome)}${after}`);
}

function outcomeWords(outcome: Outcome): string {
  if (outcome.status !== 'failed') return outcome.status;
  const why = outcome.said ?? (outcome.exitCode === undefined ? undefined : `exit code ${outcome.exitCode}`);
  return `failed (${describeCause({ cause: outcome.cause, note: joinEndNotes(why, outcome.diagnosis?.says) }) ?? ''})`;
}
