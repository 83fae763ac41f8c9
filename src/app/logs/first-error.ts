import { getReadableLines, toShownLine } from '../../core/diagnosis/log.ts';
import { getAttemptOutcome } from '../../core/experiment/outcome.ts';
import type { LogLine } from '../../core/experiment/cause.ts';
import type { OpenFile } from '../../system/index.ts';
import type { LogChoice } from '../observe/log-files.ts';
import type { Project } from '../project/project.ts';
import { findTexts, openCounter } from './find-text.ts';
import { showLine } from './line-reader.ts';
import { findLogSource, openLogFile, type LogFile } from './log-source.ts';

/** Where a log says what went wrong. */
export interface LogError {
  /** The attempt: `train-1`. */
  readonly attempt: string;
  /** The name of the file. */
  readonly file: string;
  /** A byte of the line, where the error begins: for a window `at` it. */
  readonly at: number;
  /** The number of the line, from 1; absent far from the beginning. */
  readonly line?: number;
  /** The line from there on. */
  readonly text: string;
  /** What the diagnosis of the attempt says; absent if it is the first line that looks like an error. */
  readonly says?: string;
}

export interface FirstErrorRequest extends Pick<LogChoice, 'stage' | 'attempt'> {
  readonly signal?: AbortSignal | undefined;
}

/**
 * What Python, PyTorch, NCCL, Slurm and the system write when a program fails. They are texts rather than patterns, so that a log
 * of any size can be searched.
 */
const ERRORS: readonly Buffer[] = [
  'Traceback (most recent call last)',
  'CUDA out of memory',
  'CUDA error:',
  'OutOfMemoryError',
  'NCCL error',
  'NCCL WARN',
  'Watchdog caught collective operation timeout',
  'slurmstepd: error:',
  'srun: error:',
  'Segmentation fault',
].map((text) => Buffer.from(text));

/** Errors are written here first. */
const ORDER: readonly LogFile['of'][] = ['stderr', 'stdout', 'program', 'scheduler'];

/** The end of a log that diagnosis reads lines from, in bytes, and more for what came later. */
const END = 1 << 20;
const MOST_TEXT = 500;

/**
 * The line that the diagnosis of an attempt names; without one, the first line of its logs that looks like an error.
 *
 * @throws SheafError `experiment.unknown`, `logs.*`, `file.*`; whatever the signal is aborted with
 */
export async function findFirstError(
  project: Project,
  expId: string,
  { signal, ...choice }: FirstErrorRequest = {},
): Promise<LogError | undefined> {
  const { log, files } = findLogSource(project, expId, choice);
  const outcome = log.attempt && getAttemptOutcome(log.attempt);
  const diagnosis = outcome?.status === 'failed' ? outcome.diagnosis : undefined;
  const named = files.find(({ name }) => name === diagnosis?.line?.file);
  if (diagnosis?.line !== undefined && named !== undefined) {
    using file = openLogFile(named);
    const at = file && findDiagnosedLine(file, diagnosis.line);
    if (file && at !== undefined)
      return { ...describe(file, at), attempt: log.name, file: named.name, says: diagnosis.says };
  }
  for (const place of files.toSorted((a, b) => ORDER.indexOf(a.of) - ORDER.indexOf(b.of))) {
    using file = openLogFile(place);
    const at = file && (await findFirst(file, signal));
    if (file && at !== undefined) return { ...describe(file, at), attempt: log.name, file: place.name };
  }
  return undefined;
}

async function findFirst(file: OpenFile, signal: AbortSignal | undefined): Promise<number | undefined> {
  for await (const found of findTexts(file, ERRORS, { from: 0, signal })) if (found.kind === 'place') return found.at;
  return undefined;
}

/** By its number if that is known, otherwise the last line that reads the same. */
function findDiagnosedLine(file: OpenFile, line: LogLine): number | undefined {
  const { size } = file.facts;
  const start = Math.max(0, size - END);
  const bytes = file.read(start, size);
  let at = start;
  const lines = bytes
    .toString('latin1')
    .split('\n')
    .map((each, i) => {
      const begins = at;
      at += each.length + 1;
      return { begins, number: i + 1, bytes: each };
    });
  const reads = (each: (typeof lines)[number]): boolean => {
    const [readable] = getReadableLines({ file: line.file, lines: [Buffer.from(each.bytes, 'latin1').toString()] });
    return readable !== undefined && toShownLine(readable).text === line.text;
  };
  const numbered = start === 0 ? lines.find(({ number }) => number === line.number) : undefined;
  const found = numbered !== undefined && reads(numbered) ? numbered : lines.findLast(reads);
  return found?.begins;
}

function describe(file: OpenFile, at: number): Pick<LogError, 'at' | 'line' | 'text'> {
  const line = openCounter(file)(at);
  const [text = ''] = showLine(file.read(at, at + MOST_TEXT)).text.split('\n', 1);
  return { at, ...(line === undefined ? {} : { line }), text };
}
