/** A line of a log, or a piece between two carriage returns of a progress bar. */
export interface RawLogLine {
  readonly text: string;
  /** Counts newlines, from 1, as `grep -n` does. */
  readonly line: number;
  /** It goes on beyond what is kept of it. */
  readonly cut: boolean;
}

/** Characters kept of one line; a log without newlines must not fill the memory. */
export const LONGEST_LINE: number = 1 << 20;

export interface LineSplitter {
  /** The lines that `text`, the next part of the log, completes; empty ones are left out. */
  readonly push: (text: string) => RawLogLine[];
  /** What is left at the end without a newline. */
  readonly rest: () => RawLogLine[];
  /** The number of the line that is read now, from 1. */
  readonly line: () => number;
  /** Whole lines that someone else has read. */
  readonly skip: (lines: number) => void;
}

/** @param line the number of the first line */
export function makeLineSplitter(line: number = 1): LineSplitter {
  let open = '';
  let cut = false;

  function extend(text: string): void {
    if (cut) return;
    open += text;
    if (open.length <= LONGEST_LINE) return;
    open = open.slice(0, LONGEST_LINE);
    cut = true;
  }

  function close(done: RawLogLine[]): void {
    const text = withoutEscapes(open);
    if (text !== '') done.push({ text, line, cut });
    [open, cut] = ['', false];
  }

  function push(text: string): RawLogLine[] {
    const done: RawLogLine[] = [];
    text.split('\n').forEach((row, i) => {
      if (i > 0) {
        close(done);
        line += 1;
      }
      row.split('\r').forEach((piece, j) => {
        if (j > 0) close(done);
        extend(piece);
      });
    });
    return done;
  }

  function rest(): RawLogLine[] {
    const done: RawLogLine[] = [];
    close(done);
    return done;
  }

  return { push, rest, line: () => line, skip: (lines) => void (line += lines) };
}

const ESC = '\u001b';
const BEL = '\u0007';

/** Colours, cursor movements and window titles, as terminals know them (ECMA-48). */
const ESCAPES = new RegExp(
  String.raw`${ESC}(?:\[[0-?]*[ -/]*[@-~]|\][^${BEL}${ESC}]*(?:${BEL}|${ESC}\\)?|[ -/]*[0-~])`,
  'g',
);

/** Whether a text has escapes, which may stand inside of any word. */
export function hasEscapes(text: string): boolean {
  return text.includes(ESC);
}

function withoutEscapes(text: string): string {
  return hasEscapes(text) ? text.replace(ESCAPES, '') : text;
}
