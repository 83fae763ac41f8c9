import { paint, type LogChunk, type LogRequest } from '../../app/index.ts';
import { logEntriesJson } from '../../json/index.ts';
import type { Args } from '../flags/args.ts';
import type { Answer } from '../shell/answer.ts';
import type { Flag } from '../flags/flags.ts';
import { isInterrupt } from '../shell/interrupt.ts';
import type { Session } from '../shell/session.ts';

/** Flags that `logs` and `tail` share. */
export const LOG_FLAGS: readonly Flag[] = [
  { name: 'follow', short: 'f', help: 'Follow the output across attempts, until the run ends' },
  { name: 'lines', short: 'n', value: 'N', help: 'Show the last N lines' },
  { name: 'stage', value: 'NAME', help: 'Only this stage (default: the last one that ran)' },
  { name: 'attempt', value: 'N', help: 'Only this attempt (default: all; with -n and -f the newest)' },
  { name: 'err', help: 'Print standard error' },
];

export function logRequest(args: Args, defaultLines: number | undefined): LogRequest {
  const lines = args.count('lines', 0) ?? defaultLines;
  const stage = args.text('stage');
  const attempt = args.count('attempt');
  return {
    ...(lines === undefined ? {} : { lines }),
    ...(stage === undefined ? {} : { stage }),
    ...(attempt === undefined ? {} : { attempt }),
    err: args.has('err'),
    follow: args.has('follow'),
  };
}

/** Prints the log as it arrives: its text to stdout, messages about it to stderr. */
export async function logAnswer(id: string, request: LogRequest, session: Session): Promise<Answer> {
  const manager = await session.open();
  const chunks = manager.logs(id, { ...request, signal: session.signal });
  try {
    if (!session.globals.json) await print(chunks, session);
    else if (request.follow) for await (const entry of logEntriesJson(chunks)) session.record(entry);
    else return { data: await gather(logEntriesJson(chunks)) };
    return {};
  } catch (error) {
    if (!isInterrupt(error)) throw error;
    if (request.follow) session.say('Stopped following. The job continues.');
    return { exitCode: 130 };
  }
}

async function gather<T>(items: AsyncIterable<T>): Promise<T[]> {
  const gathered: T[] = [];
  for await (const item of items) gathered.push(item);
  return gathered;
}

async function print(chunks: AsyncIterable<LogChunk>, { out, stderr, say }: Session): Promise<void> {
  for await (const chunk of chunks) {
    if (chunk.kind === 'text') out.writeBytes(chunk.bytes);
    else say(paint(`── ${chunk.text} ──`, 'aside', stderr.screen.color));
  }
}
