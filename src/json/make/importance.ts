import type { RunImportance } from '../../app/index.ts';

/** The importance of parameters for a metric, by PED-ANOVA, or why nothing can be said of it. */
export type ImportanceJson = {
  readonly metric: string;
  readonly mode: 'max' | 'min';
  /** How many runs it is from. */
  readonly n: number;
  /** How many runs have no finite value of the metric, and do not count. */
  readonly without: number;
  /** How many of the runs count as the best; null if it is refused. */
  readonly best: number | null;
  /** Cross-validated, of a random forest that predicts the metric; null if there are too few runs for one. */
  readonly r2: number | null;
  /** Why nothing can be said; null if there are shares. */
  readonly refusal: string | null;
  /** The most important one first. */
  readonly parameters: readonly {
    readonly name: string;
    /** Those of all parameters together are 1. */
    readonly share: number;
    /** Rank correlation with the metric; null for a parameter that is not a number. */
    readonly spearman: number | null;
    readonly scale: 'choices' | 'linear' | 'log';
    /** How many different values it has. */
    readonly distinct: number;
  }[];
  /** Parameters that do not count, and why. */
  readonly left_out: readonly string[];
};

export function importanceJson({
  metric,
  mode,
  n,
  without,
  best,
  r2,
  refusal,
  parameters,
  leftOut,
}: RunImportance): ImportanceJson {
  return {
    metric,
    mode,
    n,
    without,
    best: best ?? null,
    r2: r2 ?? null,
    refusal: refusal ?? null,
    parameters: parameters.map(({ spearman, ...parameter }) => ({ ...parameter, spearman: spearman ?? null })),
    left_out: leftOut,
  };
}
