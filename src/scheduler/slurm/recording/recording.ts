import { withoutUndefined } from '../../../core/value.ts';
import type { CommandResult } from '../../../system/index.ts';

/** A question to a program, and what came of it. */
export interface RecordedQuestion extends CommandResult {
  /** What it was given on its standard input. */
  readonly input?: string;
}

export const RECORDING_SCHEMA = 'sheaf.recording/1';

/** Lines that are kept of an answer: the jobs of everybody in a week would make a file too long to check. */
const MOST_LINES = 20_000;
const MOST_ACCOUNTED_LINES = 2_000;

/** One query as in the file. */
interface WrittenQuestion {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly input?: string;
  /** Absent: the program did not end by itself. */
  readonly exit_code?: number;
  readonly signal?: string;
  /** It did not end within its time limit. */
  readonly timed_out?: true;
  /** Why it could not be started. */
  readonly not_started?: string;
  readonly duration_ms: number;
  /** Lines; the last one is empty when the text ends with a line break. */
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
  /** Lines at the beginning of stdout that are not in the file. */
  readonly left_out_lines?: number;
}

/** A question in the words of the file: text as lines, which a person can read. */
export function toWrittenQuestion(question: RecordedQuestion): WrittenQuestion {
  const { argv, input, exitCode, signal, timedOut, notStarted, durationMs, stdout, stderr } = question;
  const [program = '', ...words] = argv;
  const lines = stdout.split('\n');
  const left = Math.max(0, lines.length - (program === 'sacct' ? MOST_ACCOUNTED_LINES : MOST_LINES));
  return withoutUndefined({
    program,
    arguments: words,
    input,
    exit_code: exitCode,
    signal,
    ...(timedOut ? { timed_out: true } : {}),
    not_started: notStarted,
    duration_ms: durationMs,
    stdout: lines.slice(left),
    stderr: stderr.split('\n'),
    ...(left === 0 ? {} : { left_out_lines: left }),
  });
}
