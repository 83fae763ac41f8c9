/** When an attempt ran, in milliseconds since 1970. */
export interface RunSpan {
  /** `train-2` */
  readonly attempt: string;
  readonly startMs: number;
  /** Undefined while it runs, and if nobody recorded it. */
  readonly endMs: number | undefined;
}

/**
 * The times at which the axis is 0 for what each attempt wrote: when the first one started.
 *
 * @param skipsGaps times in which no attempt ran are left out: later attempts go on where the earlier ones ended
 */
export function findZeros(spans: readonly RunSpan[], skipsGaps: boolean): ReadonlyMap<string, number> {
  const ordered = spans.toSorted((a, b) => a.startMs - b.startMs);
  let zero = ordered[0]?.startMs ?? 0;
  let end = zero;
  return new Map(
    ordered.map(({ attempt, startMs, endMs = Infinity }) => {
      if (skipsGaps && startMs > end) zero += startMs - end;
      end = Math.max(end, endMs);
      return [attempt, zero];
    }),
  );
}
