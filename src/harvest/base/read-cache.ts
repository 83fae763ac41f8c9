import { checksum, readRange } from '../../system/index.ts';
import type { FoundFile } from './found-file.ts';

/** What was read of files that still grow, so that the next look reads only what is new. It may be lost at any time. */
export interface ReadCache {
  readonly recall: (key: string) => unknown;
  /** Takes it as it is now, whatever becomes of it: plain data, typed arrays among it. */
  readonly keep: (key: string, state: unknown) => void;
}

/** How far a file was read, and how to tell that it is still the same one. */
export interface Mark {
  /** Bytes. */
  readonly end: number;
  /** Of the last bytes before. */
  readonly checksum: string;
}

const MARK_BYTES = 4096;

/** @param end bytes that are read */
export function markAt(file: FoundFile, end: number): Mark {
  return { end, checksum: checksumBefore(file, end) };
}

/** Whether the file begins with all that was read of it: a log that was cut or rewritten does not. */
export function isStillThere(file: FoundFile, mark: Mark): boolean {
  return mark.end <= file.size && checksumBefore(file, mark.end) === mark.checksum;
}

function checksumBefore(file: FoundFile, end: number): string {
  return checksum(readRange(file.path, Math.max(0, end - MARK_BYTES), end).toString('latin1'));
}
