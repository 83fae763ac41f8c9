import { readChunks, sleep } from '../system/index.ts';
import type { FoundFile, ReadOptions } from './source.ts';

const CHUNK_BYTES = 1 << 20;

/**
 * The text of a file piece by piece, so that a large one needs little memory. Bytes that are no UTF-8
 * become U+FFFD and a byte order mark is dropped. Between pieces other work may go on.
 *
 * @throws errors of the operating system, and the signal's reason when it is aborted
 */
export async function* textChunks(file: FoundFile, options: ReadOptions): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let left = file.size;
  for (const chunk of readChunks(file.path, 0, options.chunkBytes ?? CHUNK_BYTES)) {
    const bytes = chunk.subarray(0, left);
    yield decoder.decode(bytes, { stream: true });
    left -= bytes.length;
    if (left === 0) break;
    await sleep(0, options.signal);
  }
  yield decoder.decode();
}
