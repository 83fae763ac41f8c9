import { fieldLabel, type FieldRef, type KnownNames } from '../core/fields.ts';
import type { Experiment } from '../core/stored.ts';
import { selectColumns, type Cell, type Column } from '../report/index.ts';
import { cellsOf, varietyOf, varietyOfExperiment, type Variety } from './cells.ts';
import type { Project } from './project.ts';
import { knownNames, selectExperiments, type ListSelector } from './select.ts';

export interface ListRequest extends ListSelector {
  /** Names as in queries, globs such as `params.*`, or `all`; each may hold several with commas between them. */
  readonly columns?: readonly string[];
  /** Parameters as values; default: as texts in the form they were written in. */
  readonly values?: boolean;
}

export interface Listed {
  readonly columns: readonly Column[];
  readonly rows: readonly { readonly experiment: Experiment; readonly cells: readonly Cell[] }[];
  /** How many there are, whatever the limit. */
  readonly total: number;
  readonly warnings: readonly string[];
}

/**
 * A table of experiments. Never asks the scheduler.
 *
 * Default columns: name, status and cause, the sweep, the parameters that differ among the rows, all metrics.
 *
 * @throws SheafError as `selectExperiments`; `field.unknown`, `field.ambiguous`, `columns.*` for wrong columns
 */
export function listExperiments(project: Project, request: ListRequest = {}): Listed {
  const { store } = project;
  const { rows, total, warnings } = selectExperiments(project, request);
  const known = knownNames(store);
  const columns = request.columns
    ? selectColumns(request.columns, known)
    : defaultColumns(varietyOf(rows.map(varietyOfExperiment)), known);
  const listed = rows.map((experiment) => {
    const cell = cellsOf(experiment, store, request.values !== true);
    return { experiment, cells: columns.map(cell) };
  });
  return { columns, rows: listed, total, warnings };
}

/** The columns that tell the experiments apart, with what they came to. */
export function defaultColumns(variety: Variety, known: KnownNames): Column[] {
  const { params, metrics, hasSweep, hasCause } = variety;
  const records = ['exp_id', 'status', ...(hasCause ? ['cause'] : []), ...(hasSweep ? ['sweep'] : [])];
  return [
    ...records.map((name): FieldRef => ({ source: 'record', name })),
    ...params.map((name): FieldRef => ({ source: 'params', name })),
    ...metrics.map((name): FieldRef => ({ source: 'results', name })),
  ].map((ref) => ({ ...ref, header: fieldLabel(ref, known) }));
}
