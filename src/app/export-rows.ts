import { evaluate } from '../core/expression.ts';
import type { FieldRef } from '../core/fields.ts';
import { metricValue } from '../core/field-value.ts';
import type { Experiment } from '../core/stored.ts';
import type { Cell, ExportColumn } from '../report/index.ts';
import type { Store } from '../store/index.ts';
import { metricOf, paramOf, recordCells } from './cells.ts';
import { harvestGap, missingCause, type MissingValue } from './missing.ts';

/** Makes the cells of one experiment, and tells which metrics it has no value for. */
export type RowReader = (experiment: Experiment) => {
  readonly cells: Cell[];
  readonly missing: readonly MissingValue[];
};

/**
 * @param asWritten for people: parameters as texts in the form they were written in, and the names of what is no finite number;
 *   else values
 */
export function rowReader(columns: readonly ExportColumn[], store: Store, asWritten: boolean): RowReader {
  const metrics = metricsOf(columns);
  const readers = columns.map((column) => cellReader(column, asWritten));
  return (experiment) => {
    const missing = missingValues(experiment, metrics);
    const row: Row = { experiment, record: recordCells(experiment, store), missing };
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
  readonly experiment: Experiment;
  readonly record: (name: string) => Cell;
  readonly missing: readonly MissingValue[];
}

function cellReader({ source, format }: ExportColumn, asWritten: boolean): (row: Row) => Cell {
  switch (source.kind) {
    case 'missing':
      return ({ experiment, missing }) => missingText(experiment, missing);
    case 'field': {
      // A format is for numbers.
      const asText = asWritten && format === undefined;
      return (row) => fieldCell(row, source.field, asText);
    }
    case 'expression': {
      const { expression, fields } = source;
      return (row) =>
        evaluate(expression, (name) => {
          const field = fields.get(name);
          const value = field && fieldCell(row, field, false);
          return typeof value === 'number' ? value : undefined;
        });
    }
  }
}

function fieldCell({ experiment, record }: Row, { source, name }: FieldRef, asText: boolean): Cell {
  if (source === 'record') return record(name);
  if (source === 'results') {
    const metric = metricOf(experiment, name);
    return metric && (metricValue(metric) ?? undefined);
  }
  const leaf = paramOf(experiment, name);
  if (leaf === undefined || leaf.value === null) return undefined;
  return asText ? leaf.text : leaf.value;
}

function missingValues(experiment: Experiment, metrics: readonly string[]): MissingValue[] {
  const missing: MissingValue[] = [];
  for (const metric of metrics) {
    const cause = missingCause(experiment, metric);
    if (cause !== undefined) missing.push({ metric, cause });
  }
  return missing;
}

/** `val_acc: no_match; loss: no_file`; of an experiment without results why it has none: `running`. */
function missingText(experiment: Experiment, missing: readonly MissingValue[]): Cell {
  const text = harvestGap(experiment) ?? missing.map(({ metric, cause }) => `${metric}: ${cause}`).join('; ');
  return text === '' ? undefined : text;
}
