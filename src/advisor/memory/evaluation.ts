/** One prediction beside what was measured, GiB. */
export interface Judgement {
  readonly family: string;
  readonly model: string;
  readonly predictedGib: number;
  readonly measuredGib: number;
}

/** Shares of the measured value: 0.06 is 6 %. */
export interface EstimateErrors {
  readonly rows: number;
  /** Median of the absolute errors. */
  readonly median: number;
  /** Nine of ten absolute errors are at most this. */
  readonly p90: number;
  /** The lowest prediction: predicted / measured − 1. */
  readonly lowest: number;
  /** The highest one. */
  readonly highest: number;
  /** Predictions below 0.95 of what was measured. */
  readonly tooLow: number;
}

export interface Evaluation {
  readonly all: EstimateErrors;
  readonly families: { readonly [family: string]: EstimateErrors };
  /**
   * Each family as if it had never been measured: one factor is fitted to the other families (the median of measured to
   * predicted) and applied to this one.
   */
  readonly withoutFamily: { readonly [family: string]: EstimateErrors };
  /** All rows, each with the factor of the rows of all other models. */
  readonly withoutModel: EstimateErrors;
}

const TOO_LOW = -0.05;

/** How good predictions are. Undefined: there is none. */
export function evaluateEstimates(judgements: readonly Judgement[]): Evaluation | undefined {
  const all = errorsOf(judgements);
  if (all === undefined) return undefined;
  const families = [...new Set(judgements.map(({ family }) => family))].toSorted();
  const perFamily = families.map((family) => [family, judgements.filter((row) => row.family === family)] as const);
  return {
    all,
    families: Object.fromEntries(perFamily.map(([family, rows]) => [family, errorsOf(rows) ?? all])),
    withoutFamily: Object.fromEntries(
      perFamily.map(([family, rows]) => [family, errorsOf(fittedTo(judgements, rows, (row) => row.family)) ?? all]),
    ),
    withoutModel: errorsOf(fittedTo(judgements, judgements, (row) => row.model)) ?? all,
  };
}

/** Rows with the factor that the rows of other groups would be given. */
function fittedTo(
  all: readonly Judgement[],
  rows: readonly Judgement[],
  groupOf: (row: Judgement) => string,
): readonly Judgement[] {
  return rows.map((row) => {
    const others = all.filter((other) => groupOf(other) !== groupOf(row));
    const factor =
      quantile(
        others.map(({ measuredGib, predictedGib }) => measuredGib / predictedGib),
        0.5,
      ) ?? 1;
    return { ...row, predictedGib: row.predictedGib * factor };
  });
}

function errorsOf(rows: readonly Judgement[]): EstimateErrors | undefined {
  const errors = rows.map(({ predictedGib, measuredGib }) => predictedGib / measuredGib - 1);
  const sizes = errors.map(Math.abs);
  const [median, p90] = [quantile(sizes, 0.5), quantile(sizes, 0.9)];
  if (median === undefined || p90 === undefined) return undefined;
  return {
    rows: rows.length,
    median,
    p90,
    lowest: Math.min(...errors),
    highest: Math.max(...errors),
    tooLow: errors.filter((error) => error < TOO_LOW).length,
  };
}

/** The smallest value that at least this share of values does not exceed; of an even number the median is between two. */
function quantile(values: readonly number[], share: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const at = share * sorted.length;
  const upper = sorted[Math.min(sorted.length - 1, Math.ceil(at) - 1)];
  const next = sorted[Math.ceil(at)];
  if (share === 0.5 && Number.isInteger(at) && upper !== undefined && next !== undefined) return (upper + next) / 2;
  return upper;
}
