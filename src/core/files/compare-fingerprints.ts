import { formatBytes } from '../units.ts';
import { formatCount } from '../text/phrases.ts';
import { withoutUndefined } from '../value.ts';
import type { Fingerprint, Fingerprints, WholeFingerprint } from '../experiment/fingerprint.ts';

/** How an input differs between two times, or between two runs. */
export type InputChange =
  | { readonly kind: 'same' }
  /** The same bytes, written at other times. */
  | { readonly kind: 'same content' }
  /** The same names and sizes, other bytes. */
  | { readonly kind: 'other content'; readonly newestMs?: number }
  /** The same names and sizes, written at other times; contents were not compared. */
  | { readonly kind: 'written again'; readonly newestMs?: number }
  | {
      readonly kind: 'changed';
      /** How many more there are; negative: fewer. */
      readonly files: number;
      readonly bytes: number;
      /** The newest change, if it is another one. */
      readonly newestMs?: number;
    }
  /** One of them was not read to its end. */
  | { readonly kind: 'unknown'; readonly why: string };

/** What is different in `after`. Paths do not count: a copy of the data is the same data. */
export function compareFingerprints(before: Fingerprint, after: Fingerprint): InputChange {
  if (before.kind === 'partial') return { kind: 'unknown', why: before.why };
  if (after.kind === 'partial') return { kind: 'unknown', why: after.why };
  const isHashed = before.content !== undefined && after.content !== undefined;
  const newest = after.newestMs === before.newestMs ? {} : withNewest(after);
  if (before.names !== after.names) {
    return { kind: 'changed', files: after.files - before.files, bytes: after.bytes - before.bytes, ...newest };
  }
  if (isHashed && before.content !== after.content) return { kind: 'other content', ...newest };
  if (before.listing === after.listing) return { kind: 'same' };
  return isHashed ? { kind: 'same content' } : { kind: 'written again', ...newest };
}

function withNewest({ newestMs }: WholeFingerprint): { readonly newestMs?: number } {
  return newestMs === undefined ? {} : { newestMs };
}

/** Whether it may make a difference to a run. */
export function isSameInput({ kind }: InputChange): boolean {
  return kind === 'same' || kind === 'same content';
}

/**
 * The change in words: `changed: 3 files more, 12 MiB more, newest change 2026-11-30 14:02`.
 *
 * @param formatTime writes a time, in milliseconds since 1970
 */
export function describeInputChange(change: InputChange, formatTime: (ms: number) => string): string {
  switch (change.kind) {
    case 'same':
      return 'the same';
    case 'same content':
      return 'the same content, written at other times';
    case 'unknown':
      return `unknown: ${change.why}`;
    case 'other content':
      return ['changed: the same names and sizes, other content', ...newestText(change, formatTime)].join(', ');
    case 'written again':
      return ['changed: the same names and sizes, written again', ...newestText(change, formatTime)].join(', ');
    case 'changed':
      return [`changed: ${countText(change)}`, ...newestText(change, formatTime)].join(', ');
  }
}

/** `3 files more, 12 MiB less` */
function countText({ files, bytes }: { readonly files: number; readonly bytes: number }): string {
  const counts = [
    ...(files === 0 ? [] : [`${formatCount(Math.abs(files), 'file')} ${files > 0 ? 'more' : 'fewer'}`]),
    ...(bytes === 0 ? [] : [`${formatBytes(Math.abs(bytes))} ${bytes > 0 ? 'more' : 'less'}`]),
  ];
  return counts.length === 0 ? 'other names or sizes' : counts.join(', ');
}

function newestText({ newestMs }: { readonly newestMs?: number }, formatTime: (ms: number) => string): string[] {
  return newestMs === undefined ? [] : [`newest change ${formatTime(newestMs)}`];
}

/** An input of two runs side by side. */
export interface ComparedInput {
  readonly name: string;
  readonly before?: Fingerprint;
  readonly after?: Fingerprint;
  /** Undefined if only one of them reads it. */
  readonly change?: InputChange;
}

/** The inputs of two runs, by name. */
export function compareInputs(before: Fingerprints, after: Fingerprints): ComparedInput[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].map((name) => {
    const [a, b] = [before[name], after[name]];
    return { name, ...withoutUndefined({ before: a, after: b, change: a && b && compareFingerprints(a, b) }) };
  });
}

/** What is at the path of an input now, beside what is on record of it. */
export type InputNow =
  | { readonly kind: 'gone' }
  | (InputChange & {
      /** How many files are newer than the newest one on record; undefined if that is not known. */
      readonly newer?: number;
      /** Why contents of the same names and sizes were not compared, although a hash of them is on record. */
      readonly why?: string;
    });

/** `the same now`, `changed since: 3 files newer`, `the same content, written again at other times`. */
export function describeInputNow(now: InputNow): string {
  switch (now.kind) {
    case 'gone':
      return 'no longer there';
    case 'same':
      return 'the same now';
    case 'same content':
      return 'the same content, written again at other times';
    case 'other content':
      return 'the content changed';
    case 'unknown':
      return `not compared with what is there now: ${now.why}`;
    case 'written again':
      return `changed since: ${newerText(now) ?? 'other times'}; contents were not compared${now.why === undefined ? '' : `: ${now.why}`}`;
    case 'changed': {
      const parts = [newerText(now), now.files < 0 ? countText(now) : undefined].filter((part) => part !== undefined);
      return `changed since: ${(parts.length === 0 ? [countText(now)] : parts).join(', ')}`;
    }
  }
}

function newerText({ newer = 0 }: { readonly newer?: number }): string | undefined {
  return newer === 0 ? undefined : `${formatCount(newer, 'file')} newer`;
}
