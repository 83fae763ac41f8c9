/**
 * Pinball loss of one bound: what it costs that it is not the value. A bound of the share `q` that is too low costs `q` for
 * each unit, one that is too high costs `1 − q`. The true quantile has the least mean loss.
 */
export function computePinballLoss(q: number, actual: number, bound: number): number {
  return Math.max(q * (actual - bound), (1 - q) * (bound - actual));
}

/** The same of log(1 + seconds): an error of a factor costs the same for short times and for long ones. */
export function computeLogLoss(q: number, actualS: number, boundS: number): number {
  return computePinballLoss(q, Math.log1p(actualS), Math.log1p(boundS));
}
