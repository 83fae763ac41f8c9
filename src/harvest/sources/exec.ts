import { formatCount } from '../../core/text/phrases.ts';
import type { MissingMetric } from '../../core/experiment/metric.ts';
import { getFileFacts, runCommand, type CommandResult } from '../../system/index.ts';
import { readExecOutput, type ExecOutcome } from './exec-output.ts';
import { makeExcerpt, makeMissing } from '../base/words.ts';

/** What a program learns about the attempt that it reads, as JSON on its standard input. */
export interface ExecRequest {
  readonly exp_id: string;
  readonly stage: string;
  /** From 1. */
  readonly attempt: number;
  /** The experiment's folder, absolute. */
  readonly folder: string;
  /** The attempt's folder, absolute. */
  readonly out: string;
  /** What the attempt printed, absolute. */
  readonly log: string;
  readonly params: { readonly [name: string]: unknown };
  /** Files that the rule names, absolute. */
  readonly files?: readonly string[];
}

export interface ExecOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds after which the program and all that it started are ended. Default 60,000. */
  readonly limitMs?: number;
  /** Where it starts, absolute. */
  readonly cwd: string;
}

const LIMIT_MS = 60_000;
/** Characters. */
const MOST_OUTPUT: number = 16 * 2 ** 20;

/**
 * Runs a program that reads the results of an attempt: JSON in, JSON out. It prints
 * `{"metrics": {"acc": 0.9}, "series": {"loss": [[step, value], [step, value, time]]}}`, with times in seconds since 1970,
 * or names with their values alone. Anything else is reported as a missing metric.
 *
 * @param command a line for bash
 * @throws the signal's reason when it is aborted
 */
export async function runExec(
  command: string,
  request: ExecRequest,
  { signal, limitMs = LIMIT_MS, cwd }: ExecOptions,
): Promise<ExecOutcome> {
  signal?.throwIfAborted();
  const result = await runCommand(['bash', '-c', command], {
    input: JSON.stringify(request),
    timeoutMs: limitMs,
    cwd,
    withFamily: true,
    mostOutput: MOST_OUTPUT,
    ...(signal && { signal }),
  });
  signal?.throwIfAborted();
  const name = makeExcerpt(command);
  const nowhere = result.notStarted === 'ENOENT' && getFileFacts(cwd, { follow: true })?.kind !== 'folder';
  if (nowhere) return makeMissing('failed', `${name} cannot start in ${cwd}, which is not there`);
  return failureOf(result, name, limitMs) ?? readExecOutput(result.stdout, name);
}

/** Undefined when it ended well. */
function failureOf(result: CommandResult, name: string, limitMs: number): { missing: MissingMetric } | undefined {
  const { notStarted, timedOut, overflowed, exitCode, signal, stderr } = result;
  if (notStarted !== undefined) return makeMissing('failed', `${name} could not be started: ${notStarted}`);
  if (overflowed) return makeMissing('bad_file', `${name} printed more than ${formatCount(MOST_OUTPUT, 'character')}`);
  if (timedOut) {
    return makeMissing('too_slow', `${name} was ended after ${limitMs / 1000} s, its time limit${lastWords(stderr)}`);
  }
  if (exitCode === 0) return undefined;
  const how = exitCode === undefined ? `was ended by ${signal}` : `failed with exit status ${exitCode}`;
  return makeMissing('failed', `${name} ${how}${lastWords(stderr)}`);
}

const LAST_LINES = 5;

/** The last lines of what it said, on one line. */
function lastWords(stderr: string): string {
  const lines = stderr.split(/[\r\n]+/).filter((line) => line.trim() !== '');
  return lines.length === 0 ? ' without output' : `: ${lines.slice(-LAST_LINES).map(makeExcerpt).join(' | ')}`;
}
