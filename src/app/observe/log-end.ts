import type { LogPart } from '../../core/diagnosis/diagnosis.ts';
import { getFileFacts, readRange } from '../../system/index.ts';

/** Bytes at the end of a log that are read. */
const END = 64 << 10;
/** Of a log that is longer, lines are not counted: it would have to be read as a whole. */
const COUNTED = 1 << 20;
const NEWLINE = 10;

/**
 * The last lines of a log, whatever bytes it holds; undefined when it is not there or empty.
 *
 * @param file what it is called there
 * @throws SheafError `file.*` when it cannot be read
 */
export function logEnd(path: string, file: string): LogPart | undefined {
  const facts = getFileFacts(path, { follow: true });
  // Opening anything but a plain file might wait for ever.
  if (facts?.kind !== 'file' || facts.size === 0) return undefined;
  const isCounted = facts.size <= COUNTED;
  const bytes = readRange(path, isCounted ? 0 : facts.size - END, facts.size);
  const start = isCounted && bytes.length <= END ? 0 : bytes.indexOf(NEWLINE, Math.max(0, bytes.length - END)) + 1;
  const lines = bytes.toString('utf8', start).split('\n');
  if (lines.at(-1) === '') lines.pop();
  return { file, lines, ...(isCounted ? { firstLine: 1 + newlines(bytes, start) } : {}) };
}

function newlines(bytes: Buffer, end: number): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0 && at < end; at = bytes.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
}
