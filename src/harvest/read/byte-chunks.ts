import type { ReadOptions } from '../base/source.ts';
import type { FoundFile } from '../base/found-file.ts';
import { yieldToEventLoop, readChunks } from '../../system/index.ts';

/** Few enough that what a thousand files leave to be collected is little, many enough to be fast. */
const CHUNK_BYTES = 1 << 18;

/**
 * The bytes of a file piece by piece, so that a large one needs little memory. A piece is only valid until the next
 * one is asked for. Between pieces other work may go on.
 *
 * @param from bytes to leave out
 * @throws errors of the operating system, and the signal's reason when it is aborted
 */
export async function* readByteChunks(
  file: FoundFile,
  options: ReadOptions,
  from: number = 0,
): AsyncGenerator<Uint8Array> {
  let left = file.size - from;
  if (left <= 0) return;
  for (const chunk of readChunks(file.path, from, options.chunkBytes ?? CHUNK_BYTES)) {
    const bytes = chunk.subarray(0, left);
    yield bytes;
    left -= bytes.length;
    if (left === 0) break;
    await yieldToEventLoop();
    options.signal?.throwIfAborted();
  }
}

/**
 * The text of a file piece by piece, as {@link readByteChunks}. Bytes that are no UTF-8 become U+FFFD and a byte order
 * mark is dropped.
 *
 * @throws errors of the operating system, and the signal's reason when it is aborted
 */
export async function* readTextChunks(file: FoundFile, options: ReadOptions): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const bytes of readByteChunks(file, options)) yield decoder.decode(bytes, { stream: true });
  yield decoder.decode();
}

/** {@link readTextChunks}, all of them as one text: for files whose size was checked. */
export async function readWholeText(file: FoundFile, options: ReadOptions): Promise<string> {
  const parts: string[] = [];
  for await (const text of readTextChunks(file, options)) parts.push(text);
  return parts.join('');
}
