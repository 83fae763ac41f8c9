import type { LogChunk, LogRequest } from '../../app/index.ts';
import { inputError } from '../../core/errors.ts';
import { logEntriesJson } from '../../json/index.ts';
import type { Args } from '../flags/args.ts';
import type { Answer } from '../shell/answer.ts';
import { SELECTION_FLAGS, type Flag } from '../flags/flags.ts';
import { requireSelector } from '../flags/selection.ts';
import { isInterrupt } from '../shell/interrupt.ts';
import type { Session } from '../shell/session.ts';
import { openLogPrinter } from './log-printer.ts';

/** Flags that `logs` and `tail` share. */
export const LOG_FLAGS: readonly Flag[] = [
  { name: 'follow', short: 'f', help: 'Follow the output across attempts, until the run ends' },
  { name: 'lines', short: 'n', value: 'N', help: 'Show the last N lines of each stream' },
  { name: 'out', help: 'Only standard output' },
  { name: 'err', help: 'Only standard error' },
  { name: 'stage', value: 'NAME', help: 'Only this stage (default: the last one that ran)' },
  { name: 'attempt', value: 'N', help: 'Only this attempt (default: all; with -n and -f the newest)' },
  ...SELECTION_FLAGS,
];

/** How `logs` and `tail` show the two streams. */
export const LOG_NOTES: readonly string[] = [
  'Standard output and standard error are two files, so the order of their lines is known only with -f, which prints lines as they arrive and labels those of standard error. Without -f, one follows the other.',
];

function logRequest(args: Args, defaultLines: number | undefined): LogRequest {
  const lines = args.count('lines', 0) ?? defaultLines;
  const stage = args.text('stage');
  const attempt = args.count('attempt');
  return {
    ...(lines === undefined ? {} : { lines }),
    ...(stage === undefined ? {} : { stage }),
    ...(attempt === undefined ? {} : { attempt }),
    out: args.has('out'),
    err: args.has('err'),
    follow: args.has('follow'),
  };
}

/** Prints logs as they arrive: their text and its labels to stdout, messages about them to stderr. */
export async function logAnswer(
  args: Args,
  session: Session,
  { lines, command }: { readonly lines?: number; readonly command: string },
): Promise<Answer> {
  const request = logRequest(args, lines);
  const manager = await session.open();
  const chosen = requireSelector(args, command);
  const isNamed = chosen.where === undefined && chosen.sweep === undefined;
  const ids = isNamed ? args.positionals : manager.select(chosen).rows.map(({ expId }) => expId);
  const chunks = manager.logs(ids, { ...request, signal: session.signal });
  try {
    if (!session.globals.json) await print(chunks, session, ids.length > 1);
    else if (request.follow) for await (const entry of logEntriesJson(chunks)) session.record(entry);
    else return { data: await gather(logEntriesJson(chunks), command) };
    return {};
  } catch (error) {
    if (!isInterrupt(error)) throw error;
    if (request.follow) session.say(`Stopped following. The ${ids.length > 1 ? 'jobs continue' : 'job continues'}.`);
    return { exitCode: 130 };
  }
}

/** What one document may hold, in characters. */
const MOST_TEXT = 100_000_000;

async function gather<T extends { readonly text: string }>(items: AsyncIterable<T>, command: string): Promise<T[]> {
  const gathered: T[] = [];
  let length = 0;
  for await (const item of items) {
    gathered.push(item);
    length += item.text.length;
    if (length <= MOST_TEXT) continue;
    throw inputError('logs.too_large', 'The log is too large for one JSON document', {
      fix: `add -n 100000 for its end, or sheaf ${command} … -f --json for one document a line`,
    });
  }
  return gathered;
}

async function print(chunks: AsyncIterable<LogChunk>, session: Session, isLabelled: boolean): Promise<void> {
  const printChunk = openLogPrinter(session, { isLabelled });
  for await (const chunk of chunks) {
    printChunk(chunk);
    await session.out.drained();
  }
}
