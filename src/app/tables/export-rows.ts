import { evaluate } from '../../core/query/expression.ts';
import type { FieldRef } from '../../core/fields/fields.ts';
import { getMetricValue } from '../../core/fields/field-value.ts';
import type { Cell, ExportColumn } from '../../report/index.ts';
import type { ExperimentSummary, FinalValue, Store } from '../../store/index.ts';
import { makeParamReader, recordCells } from './cells.ts';
import { explainGap, type MissingCause, type MissingValue } from './missing.ts';
import type { Unreadable } from '../harvest/unread.ts';

/** Makes the cells of one experiment, and lists the metrics that it has no value for. */
export type ExportRowReader = (summary: ExperimentSummary) => {
  readonly cells: Cell[];
  readonly missing: readonly MissingValue[];
};

interface RowSettings {
  /**
   * For people: parameters as texts in the form they were written in, and the names of what is no finite number; otherwise
   * values.
   */
  readonly asWritten: boolean;
  readonly unreadable: Unreadable;
}

export function makeRowReader(
  columns: readonly ExportColumn[],
  store: Store,
  { asWritten, unreadable }: RowSettings,
): ExportRowReader {
  const metrics = metricsOf(columns);
  const readers = columns.map((column) => cellReader(column, asWritten));
  return (summary) => {
    const gap = gapOf(summary, unreadable);
    const missing = missingValues(summary, metrics, gap);
    const row: Row = { summary, record: recordReader(summary, store), missing, gap };
    return { cells: readers.map((read) => read(row)), missing };
  };
}

/** The metrics whose values the columns need. */
export function metricsOf(columns: readonly ExportColumn[]): string[] {
  const fields = columns.flatMap(({ source }): FieldRef[] => {
    if (source.kind === 'field') return [source.field];
    return source.kind === 'expression' ? [...source.fields.values()] : [];
  });
  return [...new Set(fields.filter(({ source }) => source === 'results').map(({ name }) => name))];
}

interface Row {
  readonly summary: ExperimentSummary;
  readonly record: (name: string) => Cell;
  readonly missing: readonly MissingValue[];
  /** Why it has no results at all. */
  readonly gap: MissingCause | undefined;
}

function cellReader({ source, format }: ExportColumn, asWritten: boolean): (row: Row) => Cell {
  switch (source.kind) {
    case 'missing':
      return ({ missing, gap }) => missingText(missing, gap);
    // A format is for numbers.
    case 'field':
      return fieldReader(source.field, asWritten && format === undefined);
    case 'expression': {
      const { expression, fields } = source;
      const readers = new Map([...fields].map(([name, field]) => [name, fieldReader(field, false)]));
      return (row) =>
        evaluate(expression, (name) => {
          const value = readers.get(name)?.(row);
          return typeof value === 'number' ? value : undefined;
        });
    }
  }
}

function fieldReader({ source, name }: FieldRef, asText: boolean): (row: Row) => Cell {
  switch (source) {
    case 'record':
      return ({ record }) => record(name);
    case 'results':
      return ({ summary }) => metricCell(finalOf(summary, name));
    case 'params': {
      const read = makeParamReader(name, asText);
      return ({ summary }) => read(summary);
    }
  }
}

/** The rest of the record is read only for what a summary lacks. */
function recordReader(summary: ExperimentSummary, store: Store): (name: string) => Cell {
  let rest: ((name: string) => Cell) | undefined;
  return (name) => {
    switch (name) {
      case 'exp_id':
        return summary.expId;
      case 'status':
      case 'cause':
      case 'sweep':
        return summary[name];
      default:
        rest ??= recordCells(summary.whole, store);
        return rest(name);
    }
  };
}

function finalOf({ final }: ExperimentSummary, metric: string): FinalValue | undefined {
  return final !== undefined && Object.hasOwn(final.metrics, metric) ? final.metrics[metric] : undefined;
}

function metricCell(value: FinalValue | undefined): Cell {
  if (typeof value !== 'object') return value;
  return value === null ? undefined : getMetricValue({ value: null, nonfinite: value[0] });
}

function missingValues(
  summary: ExperimentSummary,
  metrics: readonly string[],
  gap: MissingCause | undefined,
): MissingValue[] {
  const missing: MissingValue[] = [];
  for (const metric of metrics) {
    const cause = causeOf(summary, metric, gap);
    if (cause !== undefined) missing.push({ metric, cause });
  }
  return missing;
}

/** As `missingCause` says of a whole experiment. */
function causeOf(summary: ExperimentSummary, metric: string, gap: MissingCause | undefined): MissingCause | undefined {
  const value = finalOf(summary, metric);
  if (value !== undefined) return value === null ? 'null' : undefined;
  const reasons = summary.final?.missing ?? {};
  return (Object.hasOwn(reasons, metric) ? reasons[metric] : undefined) ?? gap ?? 'no_rule';
}

/** Why it has no results at all. */
function gapOf({ expId, results, status }: ExperimentSummary, unreadable: Unreadable): MissingCause | undefined {
  return results === 'none' ? explainGap(status, () => !unreadable.has(expId)) : undefined;
}

/** `val_acc: no_match; loss: no_file`; of an experiment without results why it has none: `running`. */
function missingText(missing: readonly MissingValue[], gap: MissingCause | undefined): Cell {
  if (gap !== undefined) return gap;
  return missing.length === 0 ? undefined : missing.map(({ metric, cause }) => `${metric}: ${cause}`).join('; ');
}
