import type { ExitCode, Problem } from '../../core/errors.ts';
import type { Document } from '../../json/index.ts';
import type { Screen } from './terminal.ts';

/** The result of a command. */
export interface Answer {
  /** For `--json`, made in `src/json`: a function if it is long; absent when all was printed while it went on. */
  readonly data?: Document['data'] | (() => Document['data']);
  /** For people, on stdout, newlines included. */
  readonly text?: (screen: Screen) => string;
  /** People copy the text into a file or a shell, so that lines that are wider than the terminal stay whole. */
  readonly isForPasting?: true;
  /** The operations that failed, for people; `data` has them too. */
  readonly problems?: readonly Problem[];
  /** What sheaf did by itself, for people on stderr; `data` has it too. */
  readonly done?: readonly string[];
  /** For people, on stderr. */
  readonly warnings?: readonly string[];
  /** What the reader must know to interpret the answer, for people on stderr; also `warnings` of the JSON document. */
  readonly remarks?: readonly string[];
  /** What to try after a failure, for people on stderr; `data` has it with the failure. */
  readonly hints?: readonly string[];
  /** At most two commands that the user may want next. */
  readonly next?: readonly string[];
  readonly exitCode?: ExitCode;
}

/** 0 if none of them failed, 1 if all did, 3 if some did. */
export function exitCodeOf(failed: number, all: number): ExitCode {
  if (failed === 0) return 0;
  return failed === all ? 1 : 3;
}
