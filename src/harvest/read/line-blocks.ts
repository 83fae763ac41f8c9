import { readByteChunks } from './byte-chunks.ts';
import { LONGEST_LINE } from './log-lines.ts';
import type { ReadOptions } from '../base/source.ts';
import type { FoundFile } from '../base/found-file.ts';

/** A part of a log. */
export interface LogBlock {
  readonly text: string;
  /** It is made of whole lines; otherwise it is what a line without end has so far, or what is left at the end of the file. */
  readonly whole: boolean;
  /** Bytes of the file up to its end. */
  readonly end: number;
}

const NEWLINE = 0x0a;

/**
 * The text of a file in blocks of whole lines. Bytes that are no UTF-8 become U+FFFD.
 *
 * @param from bytes to leave out: the end of a block of before
 * @throws errors of the operating system, and the signal's reason when it is aborted
 */
export async function* readLineBlocks(
  file: FoundFile,
  options: ReadOptions,
  from: number = 0,
): AsyncGenerator<LogBlock> {
  const decoder = new TextDecoder();
  let open: Uint8Array[] = [];
  let [end, openBytes, isInside] = [from, 0, false];

  function block(last: Uint8Array, stream: boolean): LogBlock {
    const bytes = open.length === 0 ? last : Buffer.concat([...open, last]);
    // Only the first line of a block can be longer than what is kept of a line.
    const isShort = bytes.length <= LONGEST_LINE || bytes.indexOf(NEWLINE) <= LONGEST_LINE;
    const whole = !isInside && !stream && isShort && last.at(-1) === NEWLINE;
    isInside = stream;
    [open, openBytes] = [[], 0];
    end += bytes.length;
    return { text: decoder.decode(bytes, { stream }), whole, end };
  }

  for await (const bytes of readByteChunks(file, options, from)) {
    const cut = bytes.lastIndexOf(NEWLINE) + 1;
    if (cut > 0) yield block(bytes.subarray(0, cut), false);
    if (cut === bytes.length) continue;
    // The next chunk takes the place of this one.
    open.push(Uint8Array.from(bytes.subarray(cut)));
    openBytes += bytes.length - cut;
    if (openBytes > LONGEST_LINE) yield block(new Uint8Array(), true);
  }
  if (openBytes > 0 || isInside) yield block(new Uint8Array(), false);
}

/** How many newlines stand between two places of a text. */
export function countNewlines(text: string, from: number = 0, to: number = text.length): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at !== -1 && at < to; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
