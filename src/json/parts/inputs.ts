import type { InputNow } from '../../core/files/compare-fingerprints.ts';
import type { Fingerprint } from '../../core/experiment/fingerprint.ts';
import { isoOrNull } from './json.ts';

/** What was found at the path of an input. */
export type FingerprintJson = {
  readonly path: string;
  readonly files: number;
  readonly bytes: number;
  readonly newest_change: string | null;
  /** Hash of paths and sizes; null if it was not read to its end. */
  readonly names: string | null;
  /** Hash of paths, sizes and times. */
  readonly listing: string | null;
  /** Hash of contents; null unless the template asks for it. */
  readonly content: string | null;
  /** Why it was not read to its end. */
  readonly incomplete: string | null;
};

export function fingerprintJson(found: Fingerprint): FingerprintJson {
  const { path, files, bytes, newestMs } = found;
  const counted = { path, files, bytes, newest_change: isoOrNull(newestMs) };
  if (found.kind === 'partial') return { ...counted, names: null, listing: null, content: null, incomplete: found.why };
  const { names, listing, content = null } = found;
  return { ...counted, names, listing, content, incomplete: null };
}

/** How an input differs from the record of another run, or from what is there now. */
export type InputChangeJson = {
  readonly kind: 'same' | 'same_content' | 'other_content' | 'written_again' | 'changed' | 'unknown' | 'gone';
  /** How many more files there are; negative: fewer. */
  readonly files: number | null;
  readonly bytes: number | null;
  /** The newest change, if it is another one. */
  readonly newest_change: string | null;
  /** Files that are newer than the newest one on record. */
  readonly newer: number | null;
  /** Why it is not known, or why contents with a hash on record were not compared. */
  readonly why: string | null;
};

export function inputChangeJson(change: InputNow): InputChangeJson {
  const kind = change.kind.replace(' ', '_') as InputChangeJson['kind'];
  return {
    kind,
    files: 'files' in change ? change.files : null,
    bytes: 'bytes' in change ? change.bytes : null,
    newest_change: isoOrNull('newestMs' in change ? change.newestMs : undefined),
    newer: ('newer' in change ? change.newer : undefined) ?? null,
    why: ('why' in change ? change.why : undefined) ?? null,
  };
}
