import { readByteChunks } from './byte-chunks.ts';
import type { ReadOptions } from '../base/source.ts';
import type { FoundFile } from '../base/found-file.ts';

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
