/** A place in a file a person wrote. Lines and columns count from 1. */
export interface SourcePlace {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/**
 * One thing that is wrong, in the user's nouns.
 *
 * `code` is permanent and dotted (`template.key.suspect`): scripts may match on it.
 */
export interface Problem {
  readonly code: string;
  /** What is wrong: one sentence, no full stop needed. */
  readonly message: string;
  /** Where it is wrong. */
  readonly at?: SourcePlace;
  /** The source line at `at`, for a caret excerpt. */
  readonly excerpt?: string;
  /** Why it is wrong. */
  readonly why?: string | undefined;
  /** One command or edit that fixes it. */
  readonly fix?: string;
  /** Lines that replace those of the file at `at`, counted from 1, as one can paste them. */
  readonly replacement?: { readonly from: number; readonly to: number; readonly lines: readonly string[] };
  /** The words of another program, verbatim. */
  readonly said?: string;
  /** The command that was run, as one could paste it. */
  readonly ran?: string;
  /** What was and was not done. */
  readonly now?: string;
}

/** 1: the operation failed. 2: the input was wrong and nothing changed. 3: some of many failed. 130: interrupted. */
export type ExitCode = 0 | 1 | 2 | 3 | 130;

/**
 * The one class for errors a user can cause or meet; anything else is a bug in sheaf.
 *
 * It may carry several problems, so that all errors of one file are reported at once.
 */
export class SheafError extends Error {
  override readonly name = 'SheafError';
  readonly problems: readonly [Problem, ...Problem[]];
  readonly exitCode: ExitCode;

  constructor(problems: Problem | readonly [Problem, ...Problem[]], exitCode: ExitCode, options?: { cause?: unknown }) {
    const all: readonly [Problem, ...Problem[]] = isList(problems) ? problems : [problems];
    super(all[0].message, options);
    this.problems = all;
    this.exitCode = exitCode;
  }

  get code(): string {
    return this.problems[0].code;
  }
}

function isList(value: Problem | readonly [Problem, ...Problem[]]): value is readonly [Problem, ...Problem[]] {
  return Array.isArray(value);
}

/** The input was wrong and nothing changed: exit code 2. */
export function inputError(code: string, message: string, parts: Omit<Problem, 'code' | 'message'> = {}): SheafError {
  return new SheafError({ code, message, ...parts }, 2);
}

/** The operation failed (a job, the scheduler, a file): exit code 1. */
export function failure(
  code: string,
  message: string,
  parts: Omit<Problem, 'code' | 'message'> = {},
  cause?: unknown,
): SheafError {
  return new SheafError({ code, message, ...parts }, 1, { cause });
}

/** The words of whatever was thrown. */
export function formatError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * What is wrong, of whatever was thrown. For work on many things, in which even a bug that one of them meets must not stop
 * the others.
 */
export function toProblem(error: unknown): Problem {
  if (error instanceof SheafError) return error.problems[0];
  return { code: 'bug', message: formatError(error), why: 'this is a bug in sheaf' };
}

/** Throws one error that tells all `problems`; returns when there are none. */
export function throwProblems(problems: readonly Problem[], exitCode: ExitCode = 2): void {
  const [first, ...rest] = problems;
  if (first) throw new SheafError([first, ...rest], exitCode);
}

/** For the end of an exhaustive `switch`: the compiler proves that it is never reached. */
export function unreachable(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}

/** Words about a scheduler that does not answer. */
export interface Silence {
  /** A permanent code that the scheduler documents as its own. */
  readonly code?: string;
  /** What its programs said. */
  readonly said: string;
  /** The command that was run, as one could paste it. */
  readonly ran?: string;
  /** What was and was not done. By default nothing was. */
  readonly now?: string;
}

/** A scheduler that cannot be asked now. Nothing follows from that, and the same may work later. */
export class Unreachable extends SheafError {
  constructor({ code = 'scheduler.unreachable', now = 'nothing was changed', ...words }: Silence) {
    const fix = 'try again later; sheaf doctor shows more';
    super({ code, message: 'the cluster does not answer', ...words, now, fix }, 1);
  }
}
