/** A time that was needed, or, of a run that its limit ended, one that was not enough. */
export interface Lasted {
  readonly seconds: number;
  /** It would have lasted longer. */
  readonly cut: boolean;
}

/**
 * The quantile of times of which some are known only to be longer (Kaplan and Meier, 1958). Undefined when more than that
 * share was cut off: then it is longer than any that is known.
 */
export function estimateQuantile(lasted: readonly Lasted[], q: number): number | undefined {
  // Of equal times the one that was cut lasted longer.
  const ordered = lasted.toSorted((a, b) => a.seconds - b.seconds || Number(a.cut) - Number(b.cut));
  let surviving = 1;
  for (const [i, { seconds, cut }] of ordered.entries()) {
    if (cut) continue;
    surviving *= 1 - 1 / (ordered.length - i);
    if (1 - surviving >= q - 1e-9) return seconds;
  }
  return undefined;
}
