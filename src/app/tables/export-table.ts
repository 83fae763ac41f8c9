import { withoutUndefined } from '../../core/value.ts';
import type { WrittenColumn } from '../../core/settings/export-column.ts';
import type { FieldRef } from '../../core/fields/fields.ts';
import { describeEmptyCells } from '../../core/text/missing-words.ts';
import { recordField } from '../../core/fields/record-fields.ts';
import {
  exportColumns,
  MISSING,
  type Cell,
  type Column,
  type ExportColumn,
  type FileColumn,
  type FileTable,
} from '../../report/index.ts';
import { varietyOf, type VarietyOf } from './cells.ts';
import { openBest, type Best, type BestReader } from './export-best.ts';
import { makeRowReader, metricsOf } from './export-rows.ts';
import { chooseDefaultColumns } from './list.ts';
import { openWatch } from './missing.ts';
import type { Unreadable } from '../harvest/unread.ts';
import type { Project } from '../project/project.ts';
import { getKnownNames, type OpenSelection } from '../experiments/select.ts';

/** A table as it goes into a file. */
export interface ExportTable extends FileTable {
  /** Which column is exp_id. */
  readonly key?: number;
  /** What is known when all rows have been read. */
  facts(): TableFacts;
}

export interface TableFacts {
  /** How many experiments are in it. */
  readonly experiments: number;
  /** Metrics that experiments have no value for, counted by cause. */
  readonly missing: { readonly [cause: string]: number };
  readonly warnings: readonly string[];
}

export interface TableRequest {
  /** Undefined: those that tell the experiments apart, all metrics, and {@link MISSING}. */
  readonly wanted: readonly WrittenColumn[] | undefined;
  /** For people: numbers of parameters as they were written. */
  readonly asWritten: boolean;
  readonly best: Best;
  /** Whether the best values are marked. */
  readonly marksBest: boolean;
  readonly unreadable: Unreadable;
}

/** One row for each experiment. @throws SheafError `columns.*`, `field.*`, `expression.*`, `export.best` */
export function makeExperimentTable(project: Project, selection: OpenSelection, request: TableRequest): ExportTable {
  const { wanted, asWritten, best, marksBest, unreadable } = request;
  const columns =
    wanted === undefined ? preset(project, selection) : exportColumns(wanted, getKnownNames(project.store));
  const isWatched = wanted === undefined || metricsOf(columns).length > 0;
  const read = makeRowReader(columns, project.store, { asWritten, unreadable });
  const watch = openWatch(unreadable);
  const causes = new Map<string, number>();
  let experiments = 0;
  function* rows(): Generator<Cell[]> {
    for (const summary of selection.summaries()) {
      const { cells, missing } = read(summary);
      if (isWatched) watch.seeSummary(summary);
      for (const { cause } of missing) causes.set(cause, (causes.get(cause) ?? 0) + 1);
      experiments += 1;
      yield cells;
    }
  }
  const reader = openBest(best, marksBest ? selection : undefined);
  const fileColumns = columns.map((column) => fileColumn(column, reader));
  reader.refuseUnused(columns.map(({ name }) => name));
  const key = columns.findIndex(({ source }) => source.kind === 'field' && isExpId(source.field));
  return {
    ...(key >= 0 && { key }),
    columns: fileColumns,
    rows: rows(),
    facts: () => {
      const missing = Object.fromEntries(causes);
      const isTold = columns.some(({ source }) => source.kind === 'missing') || causes.size === 0;
      const warnings = [
        ...selection.warnings,
        ...watch.warnings(),
        ...(isTold ? [] : [`${describeEmptyCells(missing)}; the column "${MISSING}" says which`]),
      ];
      return { experiments, missing, warnings };
    },
  };
}

function isExpId({ source, name }: FieldRef): boolean {
  return source === 'record' && name === 'exp_id';
}

function preset(project: Project, selection: OpenSelection): ExportColumn[] {
  const columns = chooseDefaultColumns(varietyOf(varieties(selection)), getKnownNames(project.store));
  return [...columns.map(fieldColumn), { name: MISSING, source: { kind: 'missing' } }];
}

function* varieties(selection: OpenSelection): Generator<VarietyOf> {
  for (const { sweep, cause, config, final } of selection.summaries()) {
    const { metrics = {}, missing = {} } = final ?? {};
    yield { sweep, cause, config, metrics: [...Object.keys(metrics), ...Object.keys(missing)] };
  }
}

/** A field that has the name of the table's own column is distinguished from it. */
function fieldColumn({ header, source, name }: Column): ExportColumn {
  return {
    name: header === MISSING ? `${source}.${name}` : header,
    source: { kind: 'field', field: { source, name } },
  };
}

function fileColumn({ name, unit, format, source }: ExportColumn, best: BestReader): FileColumn {
  const field = source.kind === 'field' ? source.field : undefined;
  const mode = best.mode(field, field === undefined ? [name] : [name, field.name]);
  const isTime = field?.source === 'record' && recordField(field.name)?.kind === 'time';
  return withoutUndefined({ name, unit, format, ...(mode && { mode }), ...(isTime && { kind: 'time' }) });
}
