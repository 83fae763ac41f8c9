import type { openOutput } from '../../src/cli/shell/output.ts';

type Sink = ReturnType<Parameters<typeof openOutput>[0]>;

/** The environment of a terminal that shows everything. */
export const TERMINAL_ENV = { TERM: 'xterm', LANG: 'C.UTF-8' } as const;

/** A stream that records what is written to it. With `isTTY` it is a terminal, whose size may be changed. */
export interface RecordingStream {
  readonly stream: Sink;
  readonly written: string[];
  resize(columns: number, rows: number): void;
}

export function recordStream(isTTY: boolean, columns: number = 80, rows: number = 24): RecordingStream {
  const written: string[] = [];
  let listeners: (() => void)[] = [];
  const stream = {
    isTTY,
    columns,
    rows,
    write: (text: string) => written.push(text) > 0,
    on: (event: string, listener: () => void) => {
      if (event === 'resize') listeners.push(listener);
    },
    off: (_: string, listener: () => void) => {
      listeners = listeners.filter((each) => each !== listener);
    },
  };
  return {
    stream: stream as unknown as Sink,
    written,
    resize: (newColumns, newRows) => {
      Object.assign(stream, { columns: newColumns, rows: newRows });
      for (const listener of listeners) listener();
    },
  };
}

const PIECE = /\u001b\[(\??[\d;]*)([A-Za-z])|[^]/gu;

/** The lines that a terminal shows after these bytes: it knows what live screens send, and no characters of two columns. */
export function emulate(bytes: string, columns: number, rows: number): { lines: string[]; isAlternate: boolean } {
  const blank = (): string[][] => Array.from({ length: rows }, () => Array.from({ length: columns }, () => ' '));
  const screens = [blank(), blank()];
  let [active, row, column, saved] = [0, 0, 0, 0];
  const cells = (line: number): string[] => screens[active]?.[line] ?? [];
  for (const [piece, params = '', command] of bytes.matchAll(PIECE)) {
    if (command === 'H') {
      const [line = 1, place = 1] = params.split(';').map(Number);
      [row, column] = [Math.min(line, rows) - 1, place - 1];
    } else if (command === 'K') cells(row).fill(' ', column);
    else if (command === 'J') {
      cells(row).fill(' ', column);
      for (let line = row + 1; line < rows; line += 1) cells(line).fill(' ');
    } else if (params === '?1049') {
      if (command === 'h') [screens[1], saved] = [blank(), row];
      else row = saved;
      active = command === 'h' ? 1 : 0;
    } else if (piece === '\n') [row, column] = [Math.min(row + 1, rows - 1), 0];
    else if (piece === '\r') column = 0;
    else if (command === undefined) {
      cells(row)[Math.min(column, columns - 1)] = piece;
      column += 1;
    }
  }
  return { lines: (screens[active] ?? []).map((line) => line.join('').trimEnd()), isAlternate: active === 1 };
}
