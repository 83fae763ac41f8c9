import { yieldToEventLoop, readChunks } from '../../system/index.ts';
import type { ReadOptions } from '../base/source.ts';
import type { FoundFile } from '../base/found-file.ts';

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
