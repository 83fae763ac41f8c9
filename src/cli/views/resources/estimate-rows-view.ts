import {
  ROW_FIELDS,
  type EstimatedRow,
  type EstimatedRows,
  type EstimateErrors,
  type Evaluation,
} from '../../../app/index.ts';
import type { Value } from '../../../core/value.ts';
import type { Answer } from '../../shell/command.ts';
import { mapped, type Json } from '../../shell/json.ts';
import { tableText } from '../../shell/table.ts';
import type { Screen } from '../../shell/terminal.ts';

/** Predictions for the rows of a table, and with `evaluate` how good they are. */
export function rowsAnswer({ rows, evaluation }: EstimatedRows, evaluate: boolean): Answer {
  const unknown = rows.filter(({ estimate }) => 'unknown' in estimate);
  const candidate = evaluate ? evaluation : undefined;
  return {
    data: {
      rows: rows.map((row) => rowJson(row, evaluate)),
      ...(evaluate ? { evaluation: candidate === undefined ? null : evaluationJson(candidate) } : {}),
    },
    text: (screen) => `${rowsText(rows, evaluate, screen)}${evaluate ? `\n${evaluationText(candidate, screen)}` : ''}`,
    remarks: unknown.map(
      ({ line, estimate }) =>
        `line ${line} has no estimate: ${'unknown' in estimate ? estimate.unknown.join('; ') : ''}`,
    ),
    exitCode: unknown.length === 0 ? 0 : unknown.length === rows.length ? 1 : 3,
  };
}

function rowsText(rows: readonly EstimatedRow[], evaluate: boolean, screen: Screen): string {
  const columns = [
    { name: 'line' },
    { name: 'model' },
    { name: 'setup' },
    { name: 'predicted GiB' },
    ...(evaluate ? [{ name: 'measured GiB' }, { name: 'error' }] : []),
  ];
  return tableText(
    columns,
    rows.map((row) => [
      row.line,
      cellOf(row.row['model']),
      setupText(row),
      'unknown' in row.estimate ? 'not known' : row.estimate.predictedGib.toFixed(2),
      ...(evaluate ? [row.measuredGib?.toFixed(2) ?? 'not given', errorText(row)] : []),
    ]),
    screen,
  );
}

function setupText({ row }: EstimatedRow): string {
  const lora = row['lora'];
  return [
    `${cellOf(row['batch_size'])} × ${cellOf(row['seq_len'] ?? row['resolution'])}`,
    cellOf(row['precision']),
    cellOf(row['optimizer']),
    ...(row['gradient_checkpointing'] === true ? ['checkpointing'] : []),
    ...(lora === undefined || lora === null ? [] : ['LoRA']),
  ].join(' ');
}

function cellOf(value: Value | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '?';
}

function errorOf({ estimate, measuredGib }: EstimatedRow): number | undefined {
  return 'unknown' in estimate || measuredGib === undefined ? undefined : estimate.predictedGib / measuredGib - 1;
}

function errorText(row: EstimatedRow): string {
  const error = errorOf(row);
  return error === undefined ? '' : percent(error, true);
}

function percent(share: number, signed: boolean = false): string {
  return `${signed && share > 0 ? '+' : ''}${(100 * share).toFixed(1)} %`;
}

function evaluationText(evaluation: Evaluation | undefined, screen: Screen): string {
  if (evaluation === undefined) return 'no line was both estimated and measured (device_used_gib)\n';
  const columns = [
    { name: 'rows of' },
    { name: 'rows' },
    { name: 'median error' },
    { name: 'nine of ten' },
    { name: 'lowest' },
    { name: 'highest' },
    { name: 'below 95 %' },
  ];
  const line = (name: string, errors: EstimateErrors): (string | number)[] => [
    name,
    errors.rows,
    percent(errors.median),
    percent(errors.p90),
    percent(errors.lowest, true),
    percent(errors.highest, true),
    errors.tooLow,
  ];
  return tableText(
    columns,
    [
      line('all', evaluation.all),
      ...Object.entries(evaluation.families).map(([family, errors]) => line(family, errors)),
      ...Object.entries(evaluation.withoutFamily).map(([family, errors]) =>
        line(`${family}, fitted to the others`, errors),
      ),
      line('each model, fitted to the others', evaluation.withoutModel),
    ],
    screen,
  );
}

function rowJson(row: EstimatedRow, evaluate: boolean): Json {
  const { line, estimate } = row;
  const known = 'unknown' in estimate ? undefined : estimate;
  return {
    line,
    ...Object.fromEntries(
      ROW_FIELDS.flatMap((field) => (row.row[field] === undefined ? [] : [[field, row.row[field]]])),
    ),
    predicted_gib: known?.predictedGib ?? null,
    basis: known?.basis ?? null,
    assumptions: [...(known?.assumptions ?? [])],
    unknown: 'unknown' in estimate ? [...estimate.unknown] : [],
    ...(evaluate ? { device_used_gib: row.measuredGib ?? null, error: errorOf(row) ?? null } : {}),
  };
}

function evaluationJson({ all, families, withoutFamily, withoutModel }: Evaluation): Json {
  return {
    all: errorsJson(all),
    families: mapped(families, errorsJson),
    leave_one_family_out: mapped(withoutFamily, errorsJson),
    leave_one_model_out: errorsJson(withoutModel),
  };
}

function errorsJson({ rows, median, p90, lowest, highest, tooLow }: EstimateErrors): Json {
  return {
    rows,
    median_absolute_error: median,
    p90_absolute_error: p90,
    lowest_error: lowest,
    highest_error: highest,
    below_95_percent: tooLow,
  };
}
