import { commandOf } from '../../../../core/command/command-of.ts';
import type { Api } from '../../../../server/index.ts';

/** There, or to come: the standard output and the standard error. */
export const STREAMS: readonly string[] = ['out.log', 'err.log'];

/** Which part of which log is on screen, as the address has it. */
export interface LogPlace {
  /** Which log. */
  readonly log: Api['firstError']['request'] & Pick<Api['logSearch']['request'], 'err' | 'file'>;
  /** Which part, in bytes; neither: the end, as it grows. */
  readonly at: number | undefined;
  readonly before: number | undefined;
  /** A byte of the line that is marked. */
  readonly mark: number | undefined;
}

/** Reads `attempt=train-2&file=err.log&at=4096&mark=4096`. What is not of this form counts as left out. */
export function readLogPlace(id: string, settings: URLSearchParams): LogPlace {
  return {
    log: toLog(id, settings.get('attempt'), settings.get('file')),
    at: readByte(settings.get('at')),
    before: readByte(settings.get('before')),
    mark: readByte(settings.get('mark')),
  };
}

/** How a log is asked for. @param attempt `train-2`; null, and for the file: what is opened by default */
export function toLog(id: string, attempt: string | null, file: string | null): LogPlace['log'] {
  const [, stage, n] = /^(.+)-(\d{1,9})$/.exec(attempt ?? '') ?? [];
  return {
    id,
    ...(stage === undefined ? {} : { stage, attempt: Number(n) }),
    ...(file === null ? {} : STREAMS.includes(file) ? { err: file === 'err.log' } : { file }),
  };
}

/** What comes before a line explains it: a traceback ends with its error. In bytes. */
const BEFORE = 4096;

/** The address of a line that is marked, with the lines before it. @param byte where the line begins */
export function markLine(byte: number): { readonly at: string; readonly mark: string; readonly before: undefined } {
  return { at: String(Math.max(0, byte - BEFORE)), mark: String(byte), before: undefined };
}

/** The command that shows the same log. */
export function logsCommand(id: string, settings: URLSearchParams): string {
  const { stage, attempt, err } = readLogPlace(id, settings).log;
  return commandOf({
    command: 'logs',
    ids: [id],
    ...(stage === undefined ? {} : { stage }),
    ...(attempt === undefined ? {} : { attempt }),
    ...(err === true && { err }),
  });
}

function readByte(text: string | null): number | undefined {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
