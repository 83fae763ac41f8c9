/**
 * How far two results can be compared. A: bitwise plausible. B: the same method on other hardware or in another order of
 * adding; means agree within the noise of seeds. C: a different method.
 */
export type ReproducibilityLevel = 'A' | 'B' | 'C';

/** What one difference, or one thing that is not known, leaves of it. */
export interface ReproducibilityFinding {
  readonly level: ReproducibilityLevel;
  readonly reason: string;
}

export function atBest(level: ReproducibilityLevel, reason: string): ReproducibilityFinding {
  return { level, reason };
}
