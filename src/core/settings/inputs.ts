/** `listing`: of names, sizes and times. `content`: of the bytes of all files, too. */
export type InputHash = 'listing' | 'content';

/** Who walks the tree: `sheaf submit`, or the job when it starts. */
export type InputWalk = 'submit' | 'job';

/** A file or folder that a run reads. */
export interface Input {
  /** Absolute, or relative to the project. May hold Jinja. */
  readonly path: string;
  readonly hash: InputHash;
  readonly walk: InputWalk;
  /** Seconds that the walk may take; what is not read by then is not in the fingerprint. */
  readonly limit: number;
}

/** What a run reads, by name; an input without a name has its path as one. */
export type Inputs = { readonly [name: string]: Input };

/** How an input that only has a path is recorded. */
export const INPUT_DEFAULTS: Omit<Input, 'path'> = { hash: 'listing', walk: 'submit', limit: 10 };
