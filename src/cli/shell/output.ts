import { fitCharset, screenOf, removeControls, type ColorOption, type Screen, type Stream } from './terminal.ts';
import type { Environment } from '../../core/value.ts';

/** One of the two streams, with what it can show. */
export interface Output {
  /** As it is now: a terminal can change its size. */
  readonly screen: Screen;
  /** Writes text without control characters that affect a terminal. */
  write(text: string): void;
  /** Writes bytes as they are, or for a terminal without control characters. */
  writeBytes(bytes: Uint8Array): void;
  /** Settles when a reader that is slower than the program has taken what was written. */
  drained(): Promise<void>;
  /** Writes an escape sequence as it is, if lines can be redrawn. */
  control(sequence: string): void;
  /** Calls `listener` whenever the terminal changes its size. @returns what ends that */
  onResize(listener: () => void): () => void;
  /** Keeps what is written to a terminal until `release`, because a live screen uses that terminal. */
  hold(): void;
  /** Writes what was kept. */
  release(): void;
  readonly isHeld: boolean;
}

type Sink = Stream & Pick<NodeJS.WriteStream, 'write' | 'on' | 'off' | 'once' | 'writableNeedDrain'>;

/**
 * A closed pipe, as with `head`, ends the program quietly; a full disk does not.
 *
 * @param open gives the stream when it is first needed: Node takes milliseconds to open one
 */
export function openOutput(open: () => Sink, env: Environment, option: ColorOption): Output {
  let opened: Sink | undefined;
  const sink = (): Sink => (opened ??= openSink(open()));
  const decoder = new TextDecoder();
  let held: string | undefined;
  const write = (text: string): void => {
    if (text === '') return;
    const stream = sink();
    const screen = screenOf(stream, env, option);
    const shown = screen.tty ? fitCharset(screen, removeControls(text)) : text;
    if (held !== undefined && screen.tty) held += shown;
    else stream.write(shown);
  };
  return {
    get screen(): Screen {
      return screenOf(sink(), env, option);
    },
    write,
    writeBytes: (bytes) => {
      const stream = sink();
      if (stream.isTTY === true) write(decoder.decode(bytes, { stream: true }));
      else stream.write(bytes);
    },
    drained: async () => {
      const stream = sink();
      if (stream.writableNeedDrain) await new Promise<void>((resolve) => void stream.once('drain', resolve));
    },
    control: (sequence) => {
      const stream = sink();
      if (screenOf(stream, env, option).canRedraw) stream.write(sequence);
    },
    onResize: (listener) => {
      const stream = sink();
      stream.on('resize', listener);
      return () => void stream.off('resize', listener);
    },
    hold: () => void (held ??= ''),
    release: () => {
      const kept = held ?? '';
      held = undefined;
      if (kept !== '') sink().write(kept);
    },
    get isHeld(): boolean {
      return held !== undefined;
    },
  };
}

function openSink(stream: Sink): Sink {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    process.stderr.write(`error: the output could not be written: ${error.message}\n`);
    process.exit(1);
  });
  return stream;
}
