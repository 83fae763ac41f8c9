import type { PrunableCheckout } from '../../app/index.ts';

/** Checkouts of code that were removed, or would be. */
export type PruneJson = {
  readonly checkouts: readonly { readonly path: string; readonly bytes: number }[];
  /** Of all of them. */
  readonly bytes: number;
};

export function pruneJson(found: readonly PrunableCheckout[]): PruneJson {
  return {
    checkouts: found.map(({ path, bytes }) => ({ path, bytes })),
    bytes: found.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}
