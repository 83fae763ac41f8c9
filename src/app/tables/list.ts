import { formatFieldLabel, type FieldRef, type KnownNames } from '../../core/fields/fields.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { Metric } from '../../core/experiment/metric.ts';
import { selectColumns, sparkline, type Cell, type Column } from '../../report/index.ts';
import { cellsOf, metricOf, varietyOf, varietyOfExperiment, type Variety } from './cells.ts';
import type { Project } from '../project/project.ts';
import { getKnownNames, selectExperiments, type ListSelector } from '../experiments/select.ts';

/** Which experiments to list, in which columns. */
export interface ListRequest extends ListSelector {
  /**
   * Names as in queries, globs such as `params.*`, or `all`, and `spark.NAME` for the course of a metric; each may hold
   * several with commas between them.
   */
  readonly columns?: readonly string[];
  /** Parameters as values; default: as texts in the form they were written in. */
  readonly values?: boolean;
}

/** A column of a list. */
export interface ListColumn extends Column {
  /** It shows the course of the metric, not its value. */
  readonly spark?: true;
}

/** A table of experiments. */
export interface Listed {
  readonly columns: readonly ListColumn[];
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
  const known = getKnownNames(store);
  const columns: readonly ListColumn[] = request.columns
    ? listColumns(request.columns, known)
    : chooseDefaultColumns(varietyOf(rows.map(varietyOfExperiment)), known);
  const listed = rows.map((experiment) => {
    const cell = cellsOf(experiment, store, request.values !== true);
    const cells = columns.map((column) => (column.spark ? courseOf(metricOf(experiment, column.name)) : cell(column)));
    return { experiment, cells };
  });
  return { columns, rows: listed, total, warnings };
}

const SPARK = 'spark.';

/** Each once, in the order asked for. */
function listColumns(wanted: readonly string[], known: KnownNames): ListColumn[] {
  const names = wanted.flatMap((text) => text.split(',')).map((name) => name.trim());
  const columns = names
    .filter((name) => name !== '')
    .flatMap((name): ListColumn[] => {
      const metric = name.slice(SPARK.length);
      const isCourse = name.startsWith(SPARK) && known.results.includes(metric) && !known.params.includes(name);
      return isCourse ? [{ source: 'results', name: metric, header: name, spark: true }] : selectColumns([name], known);
    });
  if (columns.length === 0) return selectColumns(wanted, known);
  const same = (a: ListColumn, b: ListColumn): boolean =>
    a.source === b.source && a.name === b.name && a.spark === b.spark;
  return columns.filter((column, i) => columns.findIndex((other) => same(column, other)) === i);
}

/** Of a metric with a series: `▁▃▅▆▇█`. */
function courseOf(metric: Metric | undefined): string | undefined {
  return metric?.shape === undefined ? undefined : sparkline(metric.shape);
}

/** The columns that tell the experiments apart, with what they came to. */
export function chooseDefaultColumns(variety: Variety, known: KnownNames): Column[] {
  const { params, metrics, hasSweep, hasCause } = variety;
  const records = ['exp_id', 'status', ...(hasCause ? ['cause'] : []), ...(hasSweep ? ['sweep'] : [])];
  return [
    ...records.map((name): FieldRef => ({ source: 'record', name })),
    ...params.map((name): FieldRef => ({ source: 'params', name })),
    ...metrics.map((name): FieldRef => ({ source: 'results', name })),
  ].map((ref) => ({ ...ref, header: formatFieldLabel(ref, known) }));
}
