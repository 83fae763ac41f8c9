/** A range with where it comes from: never a bare number. */
export interface Forecast {
  /** Seconds. Undefined: not known; `basis` says why. */
  readonly p50S?: number;
  /** Seconds; an upper bound for nine of ten. */
  readonly p90S?: number;
  /** Seconds until the start that the scheduler itself plans, if it was asked and the forecast rests on it. */
  readonly plannedS?: number;
  readonly kind: 'now' | 'history' | 'flops' | 'test_only' | 'mixed' | 'unknown';
  /** In words, for people: "from 14 finished runs like it on a100". */
  readonly basis: string;
  /** How many past values it rests on. */
  readonly samples: number;
  /** Share of past forecasts of this kind that held their p90, when at least 5 are known. */
  readonly hitRate?: { readonly held: number; readonly of: number };
}
