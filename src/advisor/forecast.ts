/** A range with where it comes from: never a bare number. */
export interface Forecast {
  /** Seconds. Undefined: not known; `basis` says why. */
  readonly p50S?: number;
  /** Seconds; an upper bound for nine of ten. */
  readonly p90S?: number;
  /** Seconds; an upper bound of the p90 itself that is right with 95 % confidence (the binomial method), of waits. */
  readonly p90SureS?: number;
  readonly kind: 'now' | 'history' | 'flops' | 'test_only' | 'mixed' | 'unknown';
  /** In words, for people: "from 14 finished runs like it on a100". */
  readonly basis: string;
  /** How many past values it rests on. */
  readonly samples: number;
  /** Share of past forecasts of this kind that held their p90, when at least 5 are known. */
  readonly hitRate?: { readonly held: number; readonly of: number };
}
