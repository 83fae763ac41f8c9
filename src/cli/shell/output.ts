import { fitCharset, screenOf, tame, type ColorOption, type Screen, type Stream } from './terminal.ts';
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

/** A closed pipe, as with `head`, ends the program quietly; a full disk does not. */
export function openOutput(stream: Sink, env: Environment, option: ColorOption): Output {
  const screen = screenOf(stream, env, option);
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    process.stderr.write(`error: the output could not be written: ${error.message}\n`);
    process.exit(1);
  });
  const write = (text: string): void => {
    if (text !== '') stream.write(screen.tty ? fitCharset(screen, tame(text)) : text);
  };
  const decoder = new TextDecoder();
  const writeBytes = (bytes: Uint8Array): void => {
    if (screen.tty) write(decoder.decode(bytes, { stream: true }));
    else stream.write(bytes);
  };
  const wipe = (): void => {
    if (screen.tty) stream.write(HOME_AND_ERASE);
  };
  return { screen, write, writeBytes, wipe };
}
