import { join } from 'node:path';
import type { SheafEvent } from '../core/experiment/event.ts';
import { failure } from '../core/errors.ts';
import { getFileFacts, listFolder, readChunks, readRange, type FileFacts } from '../system/index.ts';
import { decodeLine } from './journal-line.ts';

/** How far one journal file has been folded. */
export interface Folded {
  readonly name: string;
  readonly writer: string;
  /** Checksum of its first line: another file of the same name has another one. */
  readonly first: string;
  /** Bytes read so far: all whole lines up to here are folded or listed as bad. */
  readonly bytes: number;
  /** End and checksum of the last line folded; the same bytes must still be there. */
  readonly lastEnd: number;
  readonly lastSum: string;
  /** Size, times and inode when it was last read: unchanged means nothing to do. */
  readonly stat: string;
}

/** Bytes of a journal file that are no valid line; read again at each opening. */
export interface BadRange {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly why: string;
}

export function listJournalFiles(folder: string): string[] {
  return listFolder(folder).filter((name) => name.endsWith('.jsonl') && !name.startsWith('.'));
}

export function formatStat(facts: FileFacts): string {
  return `${facts.size}:${facts.mtimeNs}:${facts.ctimeNs}:${facts.ino}`;
}

/** Whether the file is still the one that was folded, with all that was folded in it. */
export function isContinued(path: string, folded: Folded, size: number): boolean {
  if (size < folded.bytes) return false;
  if (readHeader(path)?.sum !== folded.first) return false;
  const tail = readRange(path, folded.lastEnd - LAST_BYTES, folded.lastEnd).toString('latin1');
  return tail === `${folded.lastSum}"}\n`;
}

/** Bytes of `3f2a9b01"}` and the newline. */
const LAST_BYTES = 11;
const HEADER_BYTES = 4096;

/** The first line of a journal file; undefined while it is not whole. */
export function readHeader(
  path: string,
): { readonly writer: string; readonly sum: string; readonly end: number } | undefined {
  const head = readRange(path, 0, HEADER_BYTES);
  const newline = head.indexOf(10);
  if (newline === -1) return undefined;
  const decoded = decodeLine(head.subarray(0, newline), '');
  return decoded.kind === 'header' ? { writer: decoded.header.writer, sum: decoded.sum, end: newline + 1 } : undefined;
}

/** What came of reading a file's tail. */
export interface TailResult {
  readonly folded: Folded;
  readonly bad: readonly BadRange[];
}

/**
 * Hands every valid event from `from.bytes` on to `fold`. A last line without its newline is left for
 * later: it may still be being written.
 *
 * @throws SheafError `journal.version` for a sound line of a version that this code does not know
 */
export function readTail(folder: string, from: Folded, fold: (event: SheafEvent) => void): TailResult {
  const path = join(folder, from.name);
  const facts = getFileFacts(path);
  const stat = facts ? formatStat(facts) : '';
  // Kept apart: a copy of all of it for each line would be much of the work.
  let { bytes, lastEnd, lastSum } = from;
  const bad: BadRange[] = [];
  for (const { line, start, end } of readJournalLines(path, from.bytes)) {
    const decoded = decodeLine(line, from.writer);
    switch (decoded.kind) {
      case 'event':
        fold(decoded.event);
        lastEnd = end;
        lastSum = decoded.sum;
        break;
      case 'bad':
        bad.push({ name: from.name, start, end, why: decoded.why });
        break;
      case 'version':
        throw unknownVersion(path, decoded.version);
      case 'header':
        bad.push({ name: from.name, start, end, why: 'it is a first line in the middle of a file' });
    }
    bytes = end;
  }
  return { folded: { ...from, stat, bytes, lastEnd, lastSum }, bad };
}

function unknownVersion(path: string, version: unknown): Error {
  return failure('journal.version', `the journal ${path} was written by another version of sheaf`, {
    why: `it holds events of format ${String(version)}; this sheaf reads and writes format 1`,
    now: 'nothing was changed',
    fix: 'use the newest sheaf that anyone uses in this project (sheaf --version)',
  });
}

/** Tries bad ranges again: what a file server showed torn may be whole by now. */
export function retryBad(
  folder: string,
  ranges: readonly BadRange[],
  writers: ReadonlyMap<string, string>,
  fold: (event: SheafEvent) => void,
): BadRange[] {
  return ranges.filter(({ name, start, end }) => {
    const writer = writers.get(name);
    const facts = getFileFacts(join(folder, name));
    if (writer === undefined || facts === undefined) return true;
    const line = readRange(join(folder, name), start, end - 1);
    const decoded = decodeLine(line, writer);
    if (decoded.kind !== 'event') return true;
    fold(decoded.event);
    return false;
  });
}

/** Whole lines with their places in the file. A line's bytes are only valid until the next one is asked for. */
export function* readJournalLines(path: string, from: number): Generator<{ line: Buffer; start: number; end: number }> {
  let rest: Buffer = Buffer.alloc(0);
  let at = from;
  for (const chunk of readChunks(path, from)) {
    const data = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    for (;;) {
      const newline = data.indexOf(10, start);
      if (newline === -1) break;
      yield { line: data.subarray(start, newline), start: at + start, end: at + newline + 1 };
      start = newline + 1;
    }
    at += start;
    rest = Buffer.from(data.subarray(start));
  }
}
