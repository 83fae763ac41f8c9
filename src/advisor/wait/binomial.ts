/**
 * The binomial method batch predictor (BMBP; Brevik, Nurmi, Wolski, PPoPP 2006; QBETS, 2007): bounds on a quantile from
 * an ordered sample alone, whatever the distribution.
 */

/** BMBP's and QBETS' own: of a hundred such bounds 95 are above the true quantile. */
export const CONFIDENCE = 0.95;

/** Fewer values bound no quantile `q` with this confidence: ⌈ln(1 − C) / ln q⌉. For C = 0.95: 5, 11, 29, 59 of q = 0.5, 0.75, 0.9, 0.95. */
export function computeMinimumSamples(q: number, confidence: number = CONFIDENCE): number {
  const exact = Math.log1p(-confidence) / Math.log(q);
  // 1 − 0.5^5 and the like are met exactly, up to the last bit.
  return Math.max(1, Math.ceil(exact - 1e-9));
}

/**
 * The rank k of the order statistic X(k) of n values that is at or above the quantile `q` with this confidence: the
 * smallest k with P(Binomial(n, q) ≤ k − 1) ≥ C. Undefined when not even the largest is.
 */
export function computeBoundRank(n: number, q: number, confidence: number): number | undefined {
  const odds = Math.log(q) - Math.log1p(-q);
  let logTerm = n * Math.log1p(-q);
  let sum = Math.exp(logTerm);
  for (let k = 1; k <= n; k += 1) {
    if (sum >= confidence - 1e-12) return k;
    logTerm += Math.log((n - k + 1) / k) + odds;
    sum += Math.exp(logTerm);
  }
  return undefined;
}

/**
 * Upper bound of the quantile `q` of whatever the values were drawn from, right with this confidence when they are
 * independent and alike.
 *
 * @param values in any order
 * @returns one of the values; undefined for fewer than {@link computeMinimumSamples}
 */
export function computeUpperBound(
  values: readonly number[],
  q: number,
  confidence: number = CONFIDENCE,
): number | undefined {
  const rank = computeBoundRank(values.length, q, confidence);
  return rank === undefined ? undefined : Float64Array.from(values).toSorted()[rank - 1];
}
