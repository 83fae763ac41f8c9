import { collapseProgress, type LineEnd } from '../../core/text/log-lines.ts';
import type { OpenFile } from '../../system/index.ts';

/** A line of a log, or one state of a progress bar. */
export interface PlacedLine {
  /** Where it begins in the file, in bytes. */
  readonly at: number;
  /** Invalid UTF-8 is shown as U+FFFD; escape sequences are as they are: see `parseTerminal`. */
  readonly text: string;
  readonly ends: LineEnd;
  /** Bytes of the line behind `text`, if it is too long to be shown as a whole. */
  readonly leftOut?: number;
  /** `text` begins inside the line, whose beginning is far away. */
  readonly isInside?: true;
}

/** Lines of a part of a file, which they fill as a whole. */
export interface LineRange {
  readonly lines: PlacedLine[];
  readonly start: number;
  readonly end: number;
}

/** Of a line, at most this many bytes are shown. */
export const LONGEST_SHOWN: number = 64 << 10;
/** How far to look for the other end of a long line, in bytes. */
const FAR = 32 << 20;
const STEP = 1 << 20;
const [NEWLINE, RETURN] = [10, 13];

/** The text of bytes, cut to what is shown of a line. */
export function showLine(bytes: Buffer): Pick<PlacedLine, 'text' | 'leftOut'> {
  if (bytes.length <= LONGEST_SHOWN) return { text: bytes.toString() };
  const end = startOfCharacter(bytes, LONGEST_SHOWN);
  return { text: bytes.toString('utf8', 0, end), leftOut: bytes.length - end };
}

/** The place of the character, in UTF-8, that a byte is part of. */
function startOfCharacter(bytes: Buffer, at: number): number {
  for (let start = at; start > Math.max(0, at - 4); start -= 1) if (((bytes[start] ?? 0) & 0xc0) !== 0x80) return start;
  return at;
}

/**
 * The lines of a piece of a file that begins with one. Its last line is left out unless its end is in the piece.
 *
 * @param base where the piece is in the file
 * @param isEnd the piece ends where a line ends, or the file
 */
function splitLines(bytes: Buffer, base: number, isEnd: boolean): LineRange {
  const lines: PlacedLine[] = [];
  let start = 0;
  const add = (end: number, next: number, ends: LineEnd): void => {
    lines.push({ at: base + start, ...showLine(bytes.subarray(start, end)), ends });
    start = next;
  };
  for (let i = 0; i < bytes.length; i += 1) {
    if (bytes[i] === NEWLINE) add(i, i + 1, 'newline');
    if (bytes[i] !== RETURN) continue;
    if (bytes[i + 1] === NEWLINE) add(i, i + 2, 'newline');
    else if (i + 1 < bytes.length || isEnd) add(i, i + 1, 'return');
    if (start === i + 2) i += 1;
  }
  if (isEnd && start < bytes.length) add(bytes.length, bytes.length, 'open');
  return { lines, start: base, end: base + start };
}

/** Where in a piece a line begins first; undefined if none does. */
function firstStart(bytes: Buffer): number | undefined {
  const [newline, back] = [bytes.indexOf(NEWLINE), bytes.indexOf(RETURN)];
  if (back === -1 || (newline !== -1 && newline <= back + 1)) return newline === -1 ? undefined : newline + 1;
  return back + 1;
}

/** Where the line begins that holds byte `at`, if that is at most `far` bytes before; otherwise undefined. */
function findLineStart(file: OpenFile, at: number, far: number): number | undefined {
  // Between a carriage return and its newline no line begins.
  let end = file.read(Math.max(0, at - 1), at + 1).toString('latin1') === '\r\n' ? at - 1 : at;
  while (end > 0 && at - end < far) {
    const start = Math.max(0, end - Math.min(STEP, far));
    const bytes = file.read(start, end);
    const found = Math.max(bytes.lastIndexOf(NEWLINE), bytes.lastIndexOf(RETURN));
    if (found !== -1) return start + found + 1;
    end = start;
  }
  return end === 0 ? 0 : undefined;
}

/** Where the line after byte `at` begins; where it was no longer looked for, if there is none as far as that. */
function findNextLine(file: OpenFile, at: number): number {
  const far = Math.min(file.facts.size, at + FAR);
  for (let start = at; start < far; start += STEP) {
    const found = firstStart(file.read(start, Math.min(far, start + STEP)));
    if (found !== undefined) return start + found;
  }
  return far;
}

/** The one line from `start` to `next`, which is longer than what is read of it. */
function longLine(file: OpenFile, start: number, next: number): LineRange {
  const end = file.read(Math.max(start, next - 2), next).toString('latin1');
  const ends = end.endsWith('\n') ? 'newline' : end.endsWith('\r') ? 'return' : 'open';
  const length = next - start - (ends === 'open' ? 0 : end === '\r\n' ? 2 : 1);
  // One byte more, so that it is cut between two characters.
  const { text, leftOut: cut = 0 } = showLine(file.read(start, start + Math.min(length, LONGEST_SHOWN + 1)));
  const leftOut = length - Math.min(length, LONGEST_SHOWN + 1) + cut;
  const isInside = start > 0 && firstStart(file.read(start - 1, start)) === undefined;
  const line: PlacedLine = { at: start, text, ends, ...(leftOut > 0 && { leftOut }), ...(isInside && { isInside }) };
  return { lines: [line], start, end: next };
}

/** Lines from the one that holds byte `at`, as many as fit in `bytes`, but at least one. */
export function readLinesFrom(file: OpenFile, at: number, bytes: number): LineRange {
  const { size } = file.facts;
  const start = findLineStart(file, at, LONGEST_SHOWN) ?? startInside(file, at);
  const piece = file.read(start, Math.min(size, start + bytes));
  const range = splitLines(piece, start, start + piece.length >= size);
  if (range.lines.length > 0 || piece.length === 0) return range;
  return longLine(file, start, findNextLine(file, start + piece.length - 1));
}

/** The same place, moved back to where its character begins. */
function startInside(file: OpenFile, at: number): number {
  const before = file.read(Math.max(0, at - 4), at + 1);
  return at - before.length + 1 + startOfCharacter(before, before.length - 1);
}

/** Lines that end before byte `end`, where a line begins or the file ends: as many as fit in `bytes`, but at least one. */
export function readLinesBefore(file: OpenFile, end: number, bytes: number): LineRange {
  const from = Math.max(0, end - bytes);
  // With the byte before, which says whether a line begins there.
  const piece = file.read(Math.max(0, from - 1), end);
  const skipped = from === 0 ? 0 : firstStart(piece);
  if (skipped !== undefined && skipped < piece.length) {
    return splitLines(piece.subarray(skipped), end - piece.length + skipped, true);
  }
  if (piece.length === 0) return { lines: [], start: end, end };
  const start = findLineStart(file, end - 1, FAR) ?? startInside(file, from);
  return longLine(file, start, end);
}

/** A wider part is read if most of it was written over: no more than this. */
const WIDEST = 4 << 20;

/**
 * Lines without what progress bars wrote over. These take much of a log and little of a screen: what is read grows until
 * `bytes` are filled, within limits.
 */
export function readCollapsed(read: (bytes: number) => LineRange, bytes: number): LineRange {
  for (let width = bytes; ; width *= 4) {
    const range = read(width);
    const lines = collapseProgress(range.lines);
    const shown = lines.reduce((sum, { text }) => sum + text.length + 1, 0);
    const isAll = range.end - range.start < width / 2;
    if (shown >= bytes / 2 || isAll || width >= WIDEST) return { ...range, lines };
  }
}
