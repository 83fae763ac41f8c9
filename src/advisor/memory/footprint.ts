import type { MemoryParts } from './trace/setup.ts';

export const GIB: number = 2 ** 30;

/** Bytes by part, with the words that explain them; the overhead that every program has is not in it yet. */
export interface Footprint {
  readonly bytes: MemoryParts;
  readonly basis: string;
  readonly assumptions: readonly string[];
}
