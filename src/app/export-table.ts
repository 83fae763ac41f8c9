import type { KnownNames } from '../core/fields.ts';
import type { Experiment } from '../core/stored.ts';
import { selectColumns, type Cell, type Column } from '../report/index.ts';
import { cellsOf, varietyOf } from './cells.ts';
import { defaultColumns } from './list.ts';
import { countCauses, harvestGap, missingCause, openWatch, type MissingValue } from './missing.ts';
import type { Project } from './project.ts';
import { knownNames, type OpenSelection } from './select.ts';
import { grouped } from '../core/number-text.ts';

/** A table as it goes into a file. */
export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** How many experiments are in it. */
  readonly experiments: number;
  /** Metrics that experiments have no value for, counted by cause. */
  readonly missing: { readonly [cause: string]: number };
  readonly warnings: readonly string[];
}

/** The name of the column that tells why metrics have no value. */
export const MISSING = 'missing';

/** A column of the table; undefined stands for {@link MISSING}. */
type TableColumn = Column | undefined;

/**
 * One row for each experiment.
 *
 * @param wanted names of columns; undefined: those that tell the experiments apart, all metrics, and {@link MISSING}
 * @param asWritten see {@link cellsOf}
 */
export function experimentTable(
  project: Project,
  selection: OpenSelection,
  wanted: readonly string[] | undefined,
  asWritten: boolean,
): Table {
  const { store } = project;
  const known = knownNames(store);
  const columns = wanted
    ? namedColumns(wanted, known)
    : [...defaultColumns(varietyOf(selection.rows()), known), undefined];
  const metrics = columns.filter((column) => column?.source === 'results').map((column) => column?.name ?? '');
  const watch = openWatch();
  const rows: Cell[][] = [];
  const empty: MissingValue[] = [];
  for (const experiment of selection.rows()) {
    const cell = cellsOf(experiment, store, asWritten);
    const missing = missingValues(experiment, metrics);
    if (metrics.length > 0 || wanted === undefined) watch.see(experiment);
    empty.push(...missing);
    rows.push(columns.map((column) => (column ? cell(column) : missingText(experiment, missing))));
  }
  const missing = countCauses(empty);
  const isTold = columns.includes(undefined) || Object.keys(missing).length === 0;
  return {
    header: columns.map((column) => (column ? headerOf(column) : MISSING)),
    rows,
    experiments: rows.length,
    missing,
    warnings: [...selection.warnings, ...watch.warnings(), ...(isTold ? [] : [emptyWords(missing)])],
  };
}

function missingValues(experiment: Experiment, metrics: readonly string[]): MissingValue[] {
  return metrics.flatMap((metric) => {
    const cause = missingCause(experiment, metric);
    return cause === undefined ? [] : [{ metric, cause }];
  });
}

/** `val_acc: no_match; loss: no_file`; of an experiment without results why it has none: `running`. */
function missingText(experiment: Experiment, missing: readonly MissingValue[]): Cell {
  const text = harvestGap(experiment) ?? missing.map(({ metric, cause }) => `${metric}: ${cause}`).join('; ');
  return text === '' ? undefined : text;
}

/** A field that has the name of one of the table's own columns is told from it. */
function headerOf({ header, source, name }: Column): string {
  return header === MISSING ? `${source}.${name}` : header;
}

/** {@link MISSING} comes last, wherever it is named. */
function namedColumns(wanted: readonly string[], known: KnownNames): TableColumn[] {
  if (known.params.includes(MISSING) || known.results.includes(MISSING)) return selectColumns(wanted, known);
  const names = wanted.flatMap((text) => text.split(',')).map((name) => name.trim());
  const columns = selectColumns(
    names.filter((name) => name !== MISSING),
    known,
  );
  return names.includes(MISSING) ? [...columns, undefined] : columns;
}

function emptyWords(counts: Table['missing']): string {
  const causes = Object.entries(counts).map(([cause, count]) => `${grouped(count)} ${cause}`);
  return `some metrics have no value (${causes.join(', ')}); the column "${MISSING}" tells which`;
}
