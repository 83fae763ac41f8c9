import type { Register } from './facts.ts';

/** What a walk over an input found. Links inside a folder count as links: they are not followed. */
interface Counted {
  /** Absolute path that was walked. */
  readonly path: string;
  /** Files and links. */
  readonly files: number;
  /** Of the files, by their lengths. */
  readonly bytes: number;
  /** The newest change of a file or link, in whole milliseconds since 1970; absent without files. */
  readonly newestMs?: number;
}

/**
 * An input that was read to its end. Its hashes are SHA-256 in hexadecimal, and the same as these commands print in the
 * folder, with any bytes in names:
 *
 *     list() { find -H . -type f -printf '%P//%s %T@\0' -o -type l -printf '%P//-> %l %T@\0' | LC_ALL=C sed -z 's/\.[0-9]*$//' | LC_ALL=C sort -z; }
 *     list | sha256sum                                     # listing
 *     list | LC_ALL=C sed -z 's/ [^ ]*$//' | sha256sum     # names
 *
 * Each file is a record that ends with a NUL byte: its path, `//`, its size in bytes; in `listing`, also a blank and the
 * whole seconds of its time. A link has `-> ` and its target in place of the size. Records are sorted by their bytes.
 * `content` is the hash of the records of `names`, followed by a line for each file, in this order, with the SHA-256 of its
 * bytes.
 */
export interface WholeFingerprint extends Counted {
  readonly kind: 'whole';
  /** Of paths and sizes: a copy of the data has the same. */
  readonly names: string;
  /** Of paths, sizes and times: a file that was written again changes it. */
  readonly listing: string;
  /** Of paths and contents; absent unless the template asks for it. */
  readonly content?: string;
}

/** An input of which not everything could be read: it equals nothing. */
export interface PartialFingerprint extends Counted {
  readonly kind: 'partial';
  /** `it took longer than 10 s`, `2 folders cannot be read`. */
  readonly why: string;
}

/** Why an input was not read to its end within its limit. @param limit seconds */
export function describeLate(limit: number): string {
  return `it took longer than ${limit} s`;
}

/** What is recorded of an input when a run is submitted or starts. */
export type Fingerprint = WholeFingerprint | PartialFingerprint;

/** The inputs of an attempt, by name. */
export type Fingerprints = { readonly [name: string]: Fingerprint };

/** {@link Fingerprints} as they are merged: the last one of each name counts. */
export type RecordedFingerprints = { readonly [name: string]: Register<Fingerprint> };
