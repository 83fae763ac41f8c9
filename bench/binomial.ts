import { CONFIDENCE } from '../src/advisor/wait/minimum-samples.ts';

/**
 * The binomial method batch predictor (BMBP; Brevik, Nurmi, Wolski, PPoPP 2006; QBETS, 2007): bounds on a quantile from
 * an ordered sample alone, whatever the distribution.
 */

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
 * @returns one of the values; undefined for too few
 */
export function computeUpperBound(
  values: readonly number[],
  q: number,
  confidence: number = CONFIDENCE,
): number | undefined {
  const rank = computeBoundRank(values.length, q, confidence);
  return rank === undefined ? undefined : Float64Array.from(values).toSorted()[rank - 1];
}
