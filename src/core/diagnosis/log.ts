import type { LogLine } from '../experiment/cause.ts';

/** A piece of a log as it was read: its lines without their line breaks. */
export interface LogPart {
  readonly file: string;
  /** Number of the first of `lines` in the file, from 1; absent when it is not known. */
  readonly firstLine?: number;
  readonly lines: readonly string[];
}

/** A line of a log, made readable; not shortened yet. */
export type Line = LogLine;

/** Whether a program, or what prepared it, wrote this to its standard error. */
export function isOfStderr({ file }: Line): boolean {
  return file === 'err.log';
}

/** Longer ones are cut before they are matched: what matters is at the beginning. */
const LONGEST_LINE = 2_000;
const LONGEST_SHOWN = 300;

/** Lines without colours, control characters and what a progress bar had written over. */
export function getReadableLines({ file, firstLine, lines }: LogPart): Line[] {
  return lines.map((line, i) => ({
    file,
    ...(firstLine === undefined ? {} : { number: firstLine + i }),
    text: readable(line),
  }));
}

function readable(line: string): string {
  const short = line.length > 8 * LONGEST_LINE ? line.slice(-8 * LONGEST_LINE) : line;
  return lastWritten(short.includes('\x1b') ? short.replace(ESCAPES, '') : short)
    .replace(CONTROLS, '')
    .slice(0, LONGEST_LINE)
    .trimEnd();
}

/** Colours and moves of the cursor, titles of windows. */
const ESCAPES = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])/g;
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f]/g;

/** A carriage return goes back to the beginning of the line: what comes last is what one sees. */
function lastWritten(line: string): string {
  if (!line.includes('\r')) return line;
  return line.split('\r').findLast((piece) => piece.trim() !== '') ?? '';
}

/** As it is kept on record: bounded, and without spaces around it. */
export function toShownLine({ file, number, text }: Line): LogLine {
  const trimmed = text.trim();
  const short = trimmed.length > LONGEST_SHOWN ? `${trimmed.slice(0, LONGEST_SHOWN - 1)}…` : trimmed;
  return { file, ...(number === undefined ? {} : { number }), text: short };
}
