import { getFileFacts, readRange } from '../../system/index.ts';

/** Bytes read at a time. */
const CHUNK = 1 << 16;
const NEWLINE = 10;
const RETURN = 13;
/** A line that is longer, as of a progress bar that redraws itself, counts from about this many bytes before its end. */
const LONGEST_LINE = 1 << 20;

/**
 * Where the last lines of a file begin. A last line without a newline counts; reads backwards from the
 * end, and no more than it must.
 */
export function startOfLastLines(path: string, size: number, lines: number): number {
  if (lines <= 0) return size;
  let [newlines, found] = [0, size];
  for (let end = size; end > 0; end -= CHUNK) {
    const start = Math.max(0, end - CHUNK);
    const bytes = readRange(path, start, end);
    for (let i = bytes.length - 1; i >= 0; i -= 1) {
      if (bytes[i] !== NEWLINE || start + i === size - 1) continue;
      [newlines, found] = [newlines + 1, start + i + 1];
      if (newlines === lines) return found;
    }
    if (found - start > LONGEST_LINE) return start + bytes.indexOf(RETURN) + 1;
  }
  return 0;
}

/** Reads a file that grows, piece by piece, as it is. */
export interface TailReader {
  /** The bytes that came since the last time; none when there are no new ones. */
  read(): Generator<Uint8Array>;
  /** Whether the file was cut or replaced since the last read: reading then begins again. */
  wasReplaced(): boolean;
}

/** @param lines begin with this number of last lines; undefined: with the first byte */
export function openTail(path: string, lines?: number): TailReader {
  const facts = getFileFacts(path, { follow: true });
  let ino = facts?.ino;
  let at = lines === undefined || facts?.kind !== 'file' ? 0 : startOfLastLines(path, facts.size, lines);

  function* read(): Generator<Uint8Array> {
    const now = getFileFacts(path, { follow: true });
    // Opening anything but a plain file might wait for ever.
    if (now?.kind !== 'file') return;
    while (at < now.size) {
      const bytes = readRange(path, at, Math.min(now.size, at + CHUNK));
      if (bytes.length === 0) return;
      at += bytes.length;
      yield bytes;
    }
  }

  return {
    read,
    wasReplaced: () => {
      const now = getFileFacts(path, { follow: true });
      if (now === undefined || (now.ino === ino && now.size >= at)) return false;
      ino = now.ino;
      at = 0;
      return true;
    },
  };
}
