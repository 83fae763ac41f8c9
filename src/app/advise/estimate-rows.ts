import { estimateRow, evaluateEstimates, type Evaluation, type RowEstimate } from '../../advisor/index.ts';
import { failure, inputError } from '../../core/errors.ts';
import { isMap, type ValueMap } from '../../core/value.ts';
import { readTextIfThere } from '../../system/index.ts';

/** One configuration of a table, and what it would take. */
export interface EstimatedRow {
  /** In the file, from 1. */
  readonly line: number;
  readonly row: ValueMap;
  readonly estimate: RowEstimate;
  /** What the driver reported, where the table has it; it has no part in the estimate. */
  readonly measuredGib?: number;
  /** Predicted / measured − 1; absent unless it was both estimated and measured. */
  readonly error?: number;
}

export interface EstimatedRows {
  readonly rows: readonly EstimatedRow[];
  /** Undefined: no row was both estimated and measured. */
  readonly evaluation?: Evaluation;
}

/**
 * The estimate for each configuration of a JSONL file. A first line with `header` may describe the machine. Measured fields
 * are read for the comparison only.
 *
 * @throws SheafError `estimate.from.missing`, `estimate.from.line`
 */
export function estimateRows(file: string): EstimatedRows {
  const text = readTextIfThere(file);
  if (text === undefined) {
    throw inputError('estimate.from.missing', 'there is no such file', {
      at: { file },
      fix: 'check the path of --from',
    });
  }
  const lines = linesOf(text, file);
  const header = lines.find(({ value }) => isMap(value['header']))?.value['header'];
  const context = isMap(header) ? header['context_gib'] : undefined;
  const options = {
    ...(typeof context === 'number' && context >= 0 ? { contextGib: context } : {}),
    traces: new Map(),
  };
  const rows = lines
    .filter(({ value }) => !isMap(value['header']))
    .map(({ line, value }): EstimatedRow => {
      const measured = value['device_used_gib'];
      const estimate = estimateRow(value, options);
      return {
        line,
        row: value,
        estimate,
        ...comparison(estimate, measured),
      };
    });
  const evaluation = evaluateEstimates(rows.flatMap(toEvaluationRow));
  return { rows, ...(evaluation === undefined ? {} : { evaluation }) };
}

function comparison(estimate: RowEstimate, measured: unknown): Pick<EstimatedRow, 'measuredGib' | 'error'> {
  if (typeof measured !== 'number' || measured <= 0) return {};
  return 'unknown' in estimate
    ? { measuredGib: measured }
    : { measuredGib: measured, error: estimate.predictedGib / measured - 1 };
}

function toEvaluationRow({
  row,
  estimate,
  measuredGib,
}: EstimatedRow): Parameters<typeof evaluateEstimates>[0][number][] {
  if (measuredGib === undefined || 'unknown' in estimate) return [];
  const text = (key: string): string => (typeof row[key] === 'string' ? row[key] : 'unknown');
  return [{ family: text('family'), model: text('model'), predictedGib: estimate.predictedGib, measuredGib }];
}

function linesOf(text: string, file: string): { readonly line: number; readonly value: ValueMap }[] {
  return text.split('\n').flatMap((written, at) => {
    if (written.trim() === '') return [];
    const line = at + 1;
    const value = parsed(written);
    if (!isMap(value)) {
      throw inputError('estimate.from.line', 'a line is not a JSON object', {
        at: { file, line },
        fix: 'write one JSON object a line: {"family": "vision", "model": "resnet50", "batch_size": 128, …}',
      });
    }
    return [{ line, value }];
  });
}

/** Editors on Windows put a mark before the first character. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return undefined;
  }
}

/** The contents of a `config.json`. @throws SheafError `estimate.config` */
export function readModelConfig(file: string): ValueMap {
  const text = readTextIfThere(file);
  const value = text === undefined ? undefined : parsed(text);
  if (isMap(value)) return value;
  throw failure('estimate.config', text === undefined ? 'there is no such file' : 'this is not a JSON object', {
    at: { file },
    fix: 'give the config.json of a Hugging Face model',
  });
}
