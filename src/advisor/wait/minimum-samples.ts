/** Of a hundred bounds 95 are above the true quantile. */
export const CONFIDENCE = 0.95;

/**
 * Fewer values bound no quantile `q` with this confidence, not even by the largest: ⌈ln(1 − C) / ln q⌉. For C = 0.95: 5, 11,
 * 29, 59 of q = 0.5, 0.75, 0.9, 0.95.
 */
export function computeMinimumSamples(q: number, confidence: number = CONFIDENCE): number {
  const exact = Math.log1p(-confidence) / Math.log(q);
  // 1 − 0.5^5 and the like are met exactly, up to the last bit.
  return Math.max(1, Math.ceil(exact - 1e-9));
}
