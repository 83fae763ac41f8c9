import type { Replayed } from './replay.ts';

/** Which share of waits a bound covered. */
export interface Coverage {
  readonly of: number;
  /** At most the bound: what is claimed. */
  readonly covered: number;
  /** Less than the bound. */
  readonly below: number;
  /**
   * Of the waits equal to the bound only the share counted that belongs below the quantile (the PIT of count data:
   * Czado, Gneiting, Held, Biometrics 2009).
   */
  readonly tiesShared: number;
}

/** Shares from 0 to 1; undefined when there is nothing. */
export function computeCoverage(replayed: readonly Replayed[]): Coverage | undefined {
  const of = replayed.length;
  if (of === 0) return undefined;
  const mean = (value: (each: Replayed) => number): number => replayed.reduce((sum, each) => sum + value(each), 0) / of;
  return {
    of,
    covered: mean(({ waitS, boundS }) => (waitS <= boundS ? 1 : 0)),
    below: mean(({ waitS, boundS }) => (waitS < boundS ? 1 : 0)),
    tiesShared: mean(({ waitS, boundS, tieShare }) => {
      if (waitS === boundS) return tieShare;
      return waitS < boundS ? 1 : 0;
    }),
  };
}
