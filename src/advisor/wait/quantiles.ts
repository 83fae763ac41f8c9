/** The shares of jobs that bounds are given for. */
export const QUANTILES = [0.5, 0.75, 0.9, 0.95] as const;

/** Seconds within which each of the {@link QUANTILES} starts: whole seconds, and never less for a larger share. */
export type WaitBounds = readonly [p50: number, p75: number, p90: number, p95: number];
