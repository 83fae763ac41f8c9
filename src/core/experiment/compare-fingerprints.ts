import { formatBytes } from '../units.ts';
import { formatCount } from '../text/phrases.ts';
import type { Fingerprint, WholeFingerprint } from './fingerprint.ts';

/** How an input differs between two times, or between two runs. */
export type InputChange =
  | { readonly kind: 'same' }
  /** The same bytes, written at other times. */
  | { readonly kind: 'same content' }
  /** The same names and sizes; times differ, or contents that were hashed. */
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
  if (isHashed && before.content !== after.content) return { kind: 'written again', ...newest };
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
    case 'written again':
      return ['changed: the same names and sizes, written again', ...newestText(change, formatTime)].join(', ');
    case 'changed': {
      const { files, bytes } = change;
      const counts = [
        ...(files === 0 ? [] : [`${formatCount(Math.abs(files), 'file')} ${moreOrFewer(files)}`]),
        ...(bytes === 0 ? [] : [`${formatBytes(Math.abs(bytes))} ${bytes > 0 ? 'more' : 'less'}`]),
      ];
      const parts = counts.length === 0 ? ['other names or sizes'] : counts;
      return `changed: ${[...parts, ...newestText(change, formatTime)].join(', ')}`;
    }
  }
}

function moreOrFewer(difference: number): string {
  return difference > 0 ? 'more' : 'fewer';
}

function newestText({ newestMs }: { readonly newestMs?: number }, formatTime: (ms: number) => string): string[] {
  return newestMs === undefined ? [] : [`newest change ${formatTime(newestMs)}`];
}
