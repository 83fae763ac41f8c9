import { join } from 'node:path';
import { getFileFacts } from '../../system/index.ts';
import type { AttemptLog } from '../observe/log-files.ts';
import type { Project } from '../project/project.ts';
import { makeWaitingMark } from './log-chunk.ts';
import { readCollapsed, readLinesBefore, readLinesFrom, type PlacedLine } from './line-reader.ts';
import { findLogSource, openLog, type LogFile, type LogFileChoice } from './log-source.ts';

/** Which part of which log. */
export interface LogWindowRequest extends LogFileChoice {
  /** A byte: the window begins with the line that holds it. Default: `end`, the last lines. */
  readonly at?: number | 'end' | undefined;
  /** A byte: the window ends before it. For what comes before another window: its `start`. */
  readonly before?: number | undefined;
  /** How much to read, in bytes: from 4 KiB to 1 MiB. Default: 64 KiB. */
  readonly bytes?: number | undefined;
  /** Also the states of progress bars that were written over. Without them, more of the log may be read. */
  readonly all?: boolean | undefined;
}

/** A part of a log, in whole lines. */
export interface LogWindow {
  /** `train-1` */
  readonly attempt: string;
  /** The name of the file. */
  readonly file: string;
  /** All log files of the attempt that are there. */
  readonly files: readonly LogFile[];
  /** All attempts that have or will have logs, the one that started last first. */
  readonly attempts: readonly { readonly name: string; readonly stage: string; readonly n: number }[];
  /** Names the file on its disk: if it differs from that of another window, or `size` is less, the file was replaced. */
  readonly identity?: string;
  /** Bytes of the file. */
  readonly size: number;
  /** Where the first line begins, in bytes. */
  readonly start: number;
  /** Where the last line ends. To follow the log, ask for the window `at` this place: its first line may be the last one of this window, which had not ended. */
  readonly end: number;
  readonly hasBefore: boolean;
  readonly hasAfter: boolean;
  readonly lines: readonly PlacedLine[];
  /** Why there are no lines, in words. */
  readonly why?: string;
}

const DEFAULT_BYTES = 64 << 10;
const [LEAST_BYTES, MOST_BYTES] = [4 << 10, 1 << 20];

/**
 * A part of a log by its place in the file, without reading the rest.
 *
 * @throws SheafError `experiment.unknown`, `logs.*`, `file.*` when the log cannot be read
 */
export function readLogWindow(project: Project, expId: string, request: LogWindowRequest = {}): LogWindow {
  const source = findLogSource(project, expId, request);
  const { log, name, files, attempts } = source;
  const about = {
    attempt: log.name,
    file: name,
    files: files.map((each) => ({ name: each.name, of: each.of, size: each.size })),
    attempts: attempts.map((each) => ({ name: each.name, stage: each.stage, n: each.n })),
  };
  using file = openLog(source);
  if (file === undefined || file.facts.size === 0) {
    const why = file === undefined ? explainMissing(log, name) : `${name} is empty`;
    return { ...about, size: 0, start: 0, end: 0, hasBefore: false, hasAfter: false, lines: [], why };
  }
  const { size, dev, ino } = file.facts;
  const { at = 'end', before, bytes = DEFAULT_BYTES, all } = request;
  const width = clamp(bytes, LEAST_BYTES, MOST_BYTES);
  const read = (span: number) =>
    at === 'end' || before !== undefined
      ? readLinesBefore(file, clamp(before ?? size, 0, size), span)
      : readLinesFrom(file, clamp(at, 0, size), span);
  const range = all === true ? read(width) : readCollapsed(read, width);
  return {
    ...about,
    identity: `${dev}-${ino}`,
    size,
    ...range,
    hasBefore: range.start > 0,
    hasAfter: range.end < size,
  };
}

function explainMissing(log: AttemptLog, name: string): string {
  const kind = getFileFacts(join(log.folder, name))?.kind;
  if (kind === undefined) return makeWaitingMark(log).text;
  return kind === 'link' ? `${name} is a link, and links are not followed here` : `${name} is no plain file`;
}

/** A whole number within bounds; the lower bound for what is no number. */
function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, Math.trunc(value) || 0));
}
