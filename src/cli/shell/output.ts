import { fitCharset, screenOf, removeControls, type ColorOption, type Screen, type Stream } from './terminal.ts';
import type { Environment } from './environment.ts';

/** One of the two streams, with what it can show. */
export interface Output {
  readonly screen: Screen;
  /** Writes text without control characters that affect a terminal. */
  write(text: string): void;
  /** Writes bytes as they are, or for a terminal without control characters. */
  writeBytes(bytes: Uint8Array): void;
  /** Empties the screen of a terminal. */
  wipe(): void;
}

type Sink = Stream & Pick<NodeJS.WriteStream, 'write' | 'on'>;

const HOME_AND_ERASE = '\u001b[H\u001b[2J';

/**
 * A closed pipe, as with `head`, ends the program quietly; a full disk does not.
 *
 * @param open gives the stream when it is first needed: Node takes milliseconds to open one
 */
export function openOutput(open: () => Sink, env: Environment, option: ColorOption): Output {
  let opened: Opened | undefined;
  const sink = (): Opened => (opened ??= openSink(open(), env, option));
  const decoder = new TextDecoder();
  const write = (text: string): void => {
    if (text === '') return;
    const { stream, screen } = sink();
    stream.write(screen.tty ? fitCharset(screen, removeControls(text)) : text);
  };
  return {
    get screen(): Screen {
      return sink().screen;
    },
    write,
    writeBytes: (bytes) => {
      const { stream, screen } = sink();
      if (screen.tty) write(decoder.decode(bytes, { stream: true }));
      else stream.write(bytes);
    },
    wipe: () => {
      const { stream, screen } = sink();
      if (screen.tty) stream.write(HOME_AND_ERASE);
    },
  };
}

interface Opened {
  readonly stream: Sink;
  readonly screen: Screen;
}

function openSink(stream: Sink, env: Environment, option: ColorOption): Opened {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    process.stderr.write(`error: the output could not be written: ${error.message}\n`);
    process.exit(1);
  });
  return { stream, screen: screenOf(stream, env, option) };
}
