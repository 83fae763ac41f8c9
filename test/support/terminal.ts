import { Terminal } from '../../scripts/tour/terminal.ts';
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

/** What a terminal shows after these bytes, in which a line may end without a carriage return. */
export function emulate(bytes: string, columns: number, rows: number): { lines: string[]; isAlternate: boolean } {
  const terminal = new Terminal(columns, rows);
  terminal.write(bytes.replaceAll(/(?<!\r)\n/g, '\r\n'));
  return { lines: terminal.lines(), isAlternate: terminal.isAlternate };
}
