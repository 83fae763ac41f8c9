import {
  ROW_FIELDS,
  type EstimatedRow,
  type EstimatedRows,
  type EstimateErrors,
  type Evaluation,
} from '../../app/index.ts';
import { mapJson, type Json, type JsonMap } from '../parts/json.ts';

/** Estimates for the lines of a file, and how good they are when that is asked for. */
export type EstimateRowsJson = {
  readonly rows: readonly EstimateRowJson[];
  /** Only with `--evaluate`; null: no line was both estimated and measured. */
  readonly evaluation?: EvaluationJson | null;
};

/** @param evaluate compare with what was measured */
export function estimateRowsJson({ rows, evaluation }: EstimatedRows, evaluate: boolean): EstimateRowsJson {
  return {
    rows: rows.map((row) => rowJson(row, evaluate)),
    ...(evaluate ? { evaluation: evaluation === undefined ? null : evaluationJson(evaluation) } : {}),
  };
}

/** The fields of the line by their names, and beside them these keys. */
export type EstimateRowJson = JsonMap & {
  readonly line: number;
  readonly predicted_gib: number | null;
  readonly basis: string | null;
  readonly assumptions: readonly string[];
  readonly unknown: readonly string[];
};

function rowJson(row: EstimatedRow, evaluate: boolean): EstimateRowJson {
  const { line, estimate } = row;
  const known = 'unknown' in estimate ? undefined : estimate;
  return {
    line,
    ...Object.fromEntries(
      ROW_FIELDS.flatMap((field): [string, Json][] => (row.row[field] === undefined ? [] : [[field, row.row[field]]])),
    ),
    predicted_gib: known?.predictedGib ?? null,
    basis: known?.basis ?? null,
    assumptions: [...(known?.assumptions ?? [])],
    unknown: 'unknown' in estimate ? [...estimate.unknown] : [],
    ...(evaluate ? { device_used_gib: row.measuredGib ?? null, error: row.error ?? null } : {}),
  };
}

/** How good the estimates are, as shares of what was measured. */
export type EvaluationJson = {
  readonly all: ErrorsJson;
  readonly families: { readonly [family: string]: ErrorsJson };
  readonly leave_one_family_out: { readonly [family: string]: ErrorsJson };
  readonly leave_one_model_out: ErrorsJson;
};

function evaluationJson({ all, families, withoutFamily, withoutModel }: Evaluation): EvaluationJson {
  return {
    all: errorsJson(all),
    families: mapJson(families, errorsJson),
    leave_one_family_out: mapJson(withoutFamily, errorsJson),
    leave_one_model_out: errorsJson(withoutModel),
  };
}

type ErrorsJson = {
  readonly rows: number;
  readonly median_absolute_error: number;
  readonly p90_absolute_error: number;
  readonly lowest_error: number;
  readonly highest_error: number;
  readonly below_95_percent: number;
};

function errorsJson({ rows, median, p90, lowest, highest, tooLow }: EstimateErrors): ErrorsJson {
  return {
    rows,
    median_absolute_error: median,
    p90_absolute_error: p90,
    lowest_error: lowest,
    highest_error: highest,
    below_95_percent: tooLow,
  };
}
