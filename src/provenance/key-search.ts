import type { ExcludedFile } from '../core/experiment/code.ts';
import { getFileFacts, readRange } from '../system/index.ts';
import { joinBytePath, type BytePath } from './byte-path.ts';
import { secretContent } from './secret-files.ts';

/** No key is longer. */
const KEY_BYTES = 1 << 16;

/**
 * Why a file is never in a snapshot for what is in it, read from disk; undefined for what is no file.
 *
 * @throws SheafError `file.*`, `file.enoent` when it has just been removed
 */
export function secretFile(top: string, path: BytePath): ExcludedFile['why'] | undefined {
  const place = joinBytePath(top, path);
  const facts = getFileFacts(place);
  if (facts?.kind !== 'file') return undefined;
  return secretContent(path, readRange(place, 0, Math.min(facts.size, KEY_BYTES)).toString('latin1'));
}
