import { inputError } from '../core/errors.ts';
import type { WrittenColumn } from '../core/export-column.ts';
import { grouped } from '../core/number-text.ts';
import { recordField } from '../core/record-fields.ts';
import {
  exportColumns,
  MISSING,
  type Cell,
  type Column,
  type ExportColumn,
  type FileColumn,
  type FileTable,
} from '../report/index.ts';
import { varietyOf } from './cells.ts';
import { rowReader, metricsOf } from './export-rows.ts';
import { defaultColumns } from './list.ts';
import { countCauses, openWatch, type MissingValue } from './missing.ts';
import type { Project } from './project.ts';
import { knownNames, type OpenSelection } from './select.ts';

/** A table as it goes into a file. */
export interface Table extends FileTable {
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

/** Which value of a metric, or of a column, is the best. */
export type Best = Readonly<Record<string, 'max' | 'min'>>;

export interface TableRequest {
  /** Undefined: those that tell the experiments apart, all metrics, and {@link MISSING}. */
  readonly wanted: readonly WrittenColumn[] | undefined;
  /** For people: numbers of parameters as they were written. */
  readonly asWritten: boolean;
  readonly best: Best;
}

/** One row for each experiment. @throws SheafError `columns.*`, `field.*`, `expression.*`, `export.best` */
export function experimentTable(project: Project, selection: OpenSelection, request: TableRequest): Table {
  const { wanted, asWritten, best } = request;
  const columns = wanted === undefined ? preset(project, selection) : exportColumns(wanted, knownNames(project.store));
  const isWatched = wanted === undefined || metricsOf(columns).length > 0;
  const read = rowReader(columns, project.store, asWritten);
  const watch = openWatch();
  const empty: MissingValue[] = [];
  let experiments = 0;
  function* rows(): Generator<Cell[]> {
    for (const experiment of selection.rows()) {
      const { cells, missing } = read(experiment);
      if (isWatched) watch.see(experiment);
      for (const value of missing) empty.push(value);
      experiments += 1;
      yield cells;
    }
  }
  const key = columns.findIndex(({ source }) => source.kind === 'field' && source.field.name === 'exp_id');
  return {
    ...(key >= 0 && { key }),
    columns: withBest(columns, best),
    rows: rows(),
    facts: () => {
      const missing = countCauses(empty);
      const isTold = columns.some(({ source }) => source.kind === 'missing') || empty.length === 0;
      const warnings = [...selection.warnings, ...watch.warnings(), ...(isTold ? [] : [emptyWords(missing)])];
      return { experiments, missing, warnings };
    },
  };
}

function preset(project: Project, selection: OpenSelection): ExportColumn[] {
  const columns = defaultColumns(varietyOf(selection.rows()), knownNames(project.store));
  return [...columns.map(fieldColumn), { name: MISSING, source: { kind: 'missing' } }];
}

/** A field that has the name of the table's own column is told from it. */
function fieldColumn({ header, source, name }: Column): ExportColumn {
  return {
    name: header === MISSING ? `${source}.${name}` : header,
    source: { kind: 'field', field: { source, name } },
  };
}

function withBest(columns: readonly ExportColumn[], best: Best): FileColumn[] {
  const used = new Set<string>();
  const marked = columns.map(({ name, unit, format, source }): FileColumn => {
    const field = source.kind === 'field' ? source.field : undefined;
    const key = [name, ...(field?.source === 'results' ? [field.name] : [])].find((each) => Object.hasOwn(best, each));
    const mode = key === undefined ? undefined : best[key];
    if (key !== undefined) used.add(key);
    const isTime = field?.source === 'record' && recordField(field.name)?.kind === 'time';
    return {
      name,
      ...(unit !== undefined && { unit }),
      ...(format && { format }),
      ...(mode && { mode }),
      ...(isTime && { kind: 'time' }),
    };
  });
  refuseUnused(
    best,
    used,
    columns.map(({ name }) => name),
  );
  return marked;
}

/** @throws SheafError `export.best` for a name that is no column */
export function refuseUnused(best: Best, used: ReadonlySet<string>, names: readonly string[]): void {
  const stranger = Object.keys(best).find((name) => !used.has(name));
  if (stranger === undefined) return;
  throw inputError('export.best', `the table has no column ${stranger} of which a value could be the best`, {
    why: `its columns are ${names.join(', ')}`,
    fix: 'name one of them, or leave --best out',
  });
}

function emptyWords(counts: TableFacts['missing']): string {
  const causes = Object.entries(counts).map(([cause, count]) => `${grouped(count)} ${cause}`);
  return `some metrics have no value (${causes.join(', ')}); the column "${MISSING}" tells which`;
}
