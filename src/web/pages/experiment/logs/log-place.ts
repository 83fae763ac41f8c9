import { commandOf } from '../../../../core/command/command-of.ts';
import type { Api } from '../../../../server/index.ts';

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
  const [, stage, attempt] = /^(.+)-(\d{1,9})$/.exec(settings.get('attempt') ?? '') ?? [];
  const file = settings.get('file') ?? 'out.log';
  return {
    log: {
      id,
      ...(stage === undefined ? {} : { stage, attempt: Number(attempt) }),
      ...(file === 'err.log' ? { err: true } : file === 'out.log' ? {} : { file }),
    },
    at: readByte(settings.get('at')),
    before: readByte(settings.get('before')),
    mark: readByte(settings.get('mark')),
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
    ...(err === undefined ? {} : { err }),
  });
}

function readByte(text: string | null): number | undefined {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
