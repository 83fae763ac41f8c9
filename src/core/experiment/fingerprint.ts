import type { Register } from './facts.ts';

/** What a walk over an input found. Links inside a folder count as links: they are not followed. */
interface Counted {
  /** Absolute path that was walked. */
  readonly path: string;
  /** Files and links. */
  readonly files: number;
  /** Of the files, by their lengths. */
  readonly bytes: number;
  /** The newest change of a file, in whole milliseconds since 1970; absent when there is no file. */
  readonly newestMs?: number;
}

/** An input that was read to its end. */
export interface WholeFingerprint extends Counted {
  readonly kind: 'whole';
  /** Hash of the sorted list of paths and sizes: a copy of the data has the same. */
  readonly names: string;
  /** Hash of the sorted list of paths, sizes and times: a file that was written again changes it. */
  readonly listing: string;
  /** Hash of the sorted list of paths and contents; absent unless the template asks for it. */
  readonly content?: string;
}

/** An input of which not everything could be read: it equals nothing. */
export interface PartialFingerprint extends Counted {
  readonly kind: 'partial';
  /** `it took longer than 10 s`, `2 folders cannot be read`. */
  readonly why: string;
}

/** What is recorded of an input when a run is submitted or starts. */
export type Fingerprint = WholeFingerprint | PartialFingerprint;

/** The inputs of an attempt, by name. */
export type Fingerprints = { readonly [name: string]: Fingerprint };

/** {@link Fingerprints} as they are merged: the last one of each name counts. */
export type RecordedFingerprints = { readonly [name: string]: Register<Fingerprint> };
