import type { EstimatedRow, EstimatedRows, EstimateErrors, Evaluation } from '../../../app/index.ts';
import type { Value } from '../../../core/value.ts';
import { estimateRowsJson } from '../../../json/index.ts';
import { type Answer, exitCodeOf } from '../../shell/answer.ts';
import { formatTable } from '../../shell/table.ts';
import type { Screen } from '../../shell/terminal.ts';

/** Predictions for the rows of a table, and with `evaluate` how good they are. */
export function rowsAnswer(found: EstimatedRows, evaluate: boolean): Answer {
  const { rows, evaluation } = found;
  const unknown = rows.filter(({ estimate }) => 'unknown' in estimate);
  return {
    data: estimateRowsJson(found, evaluate),
    text: (screen) => `${rowsText(rows, evaluate, screen)}${evaluate ? `\n${evaluationText(evaluation, screen)}` : ''}`,
    remarks: unknown.map(
      ({ line, estimate }) =>
        `line ${line} has no estimate: ${'unknown' in estimate ? estimate.unknown.join('; ') : ''}`,
    ),
    exitCode: exitCodeOf(unknown.length, rows.length),
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
  return formatTable(
    columns,
    rows.map((row) => [
      row.line,
      cellOf(row.row['model']),
      setupText(row),
      'unknown' in row.estimate ? 'unknown' : row.estimate.predictedGib.toFixed(2),
      ...(evaluate ? [row.measuredGib?.toFixed(2) ?? 'not set', errorText(row)] : []),
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

function errorText({ error }: EstimatedRow): string {
  return error === undefined ? '' : percent(error, true);
}

function percent(share: number, signed: boolean = false): string {
  return `${signed && share > 0 ? '+' : ''}${(100 * share).toFixed(1)} %`;
}

function evaluationText(evaluation: Evaluation | undefined, screen: Screen): string {
  if (evaluation === undefined) return 'no line has both an estimate and a measurement (device_used_gib)\n';
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
  return formatTable(
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
