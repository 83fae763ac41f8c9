import type { MetricGroup, Unfinished } from './metric-group.ts';
import { inputError, type SheafError } from '../../core/errors.ts';
import { groupRows, selectColumns, type Cell, type Column, type Group } from '../../report/index.ts';
import { resolveGroupBy } from './all-but-seed.ts';
import { cellsOf } from './cells.ts';
import { findExperiment } from '../project/find.ts';
import { seedsOfGroups } from './group-seeds.ts';
import { expIdAt, readGroupTable, type GroupTable } from './group-table.ts';
import { groupWarnings } from './group-warnings.ts';
import { findUnreadable } from '../harvest/unread.ts';
import { countCauses } from './missing.ts';
import type { Project } from '../project/project.ts';
import { getKnownNames, openComparable, type ListSelector } from '../experiments/select.ts';
import { UNKNOWN } from './stored-cell.ts';

/** Which experiments to group, and by what. */
export interface GroupRequest extends Omit<ListSelector, 'sort' | 'limit'> {
  /**
   * Fields whose values make a group; each may hold several with commas between them. `all-but-seed` alone: all in which the
   * experiments differ, without their seeds.
   */
  readonly groupBy: readonly string[];
  /** Metrics to summarize. Default: all that are numbers. */
  readonly columns?: readonly string[];
  /** Keys as values; default: as texts in the form they were written in. */
  readonly values?: boolean;
  /** Parameters in which members of a group may differ, as in seeds, so that no warning names them. */
  readonly mayDiffer?: readonly string[];
}

/** Groups of experiments with statistics of their metrics. */
export interface Grouped {
  readonly by: readonly Column[];
  readonly metrics: readonly Column[];
  readonly groups: readonly MetricGroup[];
  readonly experiments: number;
  /** Values that are in no mean, counted by cause. */
  readonly missing: { readonly [cause: string]: number };
  readonly warnings: readonly string[];
}

/**
 * Groups experiments and summarizes their metrics over the rest, which should be seeds.
 *
 * @throws SheafError as `openSelection`; `field.*` and `columns.*` for wrong names; `group.column` for a column that is no metric
 */
export function groupExperiments(project: Project, request: GroupRequest): Promise<Grouped> {
  return withGroups(project, request, ({ grouped }) => grouped);
}

/** Groups with the table that they were made from. */
export interface OpenGroups {
  readonly grouped: Grouped;
  readonly table: GroupTable;
  /** Places of the experiments of each group. */
  readonly places: readonly (readonly number[])[];
}

/** {@link groupExperiments} for who needs the single values, too. */
export async function withGroups<T>(project: Project, request: GroupRequest, act: (open: OpenGroups) => T): Promise<T> {
  const unreadable = await findUnreadable(project, request);
  const selection = openComparable(project, request);
  const known = getKnownNames(project.store);
  const by = selectColumns(resolveGroupBy(project, selection, request.groupBy), known);
  const wanted = request.columns && metricColumns(selectColumns(request.columns, known), by);
  return selection.tabulate((tabulation) => {
    const table = readGroupTable(tabulation, by, wanted, { known, unreadable });
    const rows = groupsOf(table);
    const groups = describeGroups(project, by, table, rows, request.values === true);
    const grouped: Grouped = {
      by,
      metrics: table.metrics.map(({ source, name, header }) => ({ source, name, header })),
      groups,
      experiments: table.outlines.length,
      missing: countCauses(groups.flatMap(({ missing }) => missing)),
      warnings: [
        ...selection.warnings,
        ...groupWarnings(project, by, { table, rows, groups }, { ...request, unreadable }),
      ],
    };
    return act({ grouped, table, places: rows.map((group) => group.rows) });
  });
}

/** Keys may be named among the columns; anything else there must be a metric. */
function metricColumns(columns: readonly Column[], by: readonly Column[]): Column[] {
  const others = columns.filter(
    (column) => !by.some((key) => key.source === column.source && key.name === column.name),
  );
  const stranger = others.find(({ source }) => source !== 'results');
  if (stranger !== undefined) throw noMetric(stranger);
  return others;
}

function noMetric({ header }: Column): SheafError {
  return inputError('group.column', `${header} is neither a metric nor a field that makes the groups`, {
    why: 'a group has one row: keys, and the mean and deviation of metrics',
    fix: `group by ${header}, too, or leave out its column`,
  });
}

/** The rows of a group are the places of its experiments. */
function groupsOf(table: GroupTable): Group<number>[] {
  const byName = new Map(table.metrics.map((metric) => [metric.name, metric]));
  const keyNames = table.keys.map((_, i) => `(key ${i})`);
  const keys = new Map(table.keys.map((column, i) => [`(key ${i})`, column]));
  return groupRows(table.outlines.keys(), {
    by: keyNames,
    metrics: table.metrics.map(({ name }) => name),
    read: (place, field) => keys.get(field)?.value(place) ?? byName.get(field)?.number(place),
    nameOf: (place) => expIdAt(table, place),
  });
}

function describeGroups(
  project: Project,
  by: readonly Column[],
  table: GroupTable,
  rows: readonly Group<number>[],
  asValues: boolean,
): MetricGroup[] {
  const seeds = seedsOfGroups(table, rows);
  return rows.map((group, i) => ({
    keys: asValues ? group.keys : shownKeys(project, by, table, group),
    n: group.rows.length,
    metrics: group.metrics,
    missing: group.rows.flatMap((place) => missingAt(table, place)),
    unfinished: group.rows.flatMap((place) => unfinishedAt(table, place)),
    ...(seeds[i] ?? { seeds: 0, absentSeeds: [] }),
  }));
}

/** As the newest experiment of the group has them written. */
function shownKeys(project: Project, by: readonly Column[], table: GroupTable, { rows, keys }: Group<number>): Cell[] {
  const [newest] = rows;
  if (newest === undefined) return [...keys];
  return by.map((column, i) => {
    const shown = table.keys[i]?.shown(newest);
    if (shown !== UNKNOWN) return shown;
    return cellsOf(findExperiment(project, expIdAt(table, newest)), project.store, true)(column);
  });
}

function missingAt(table: GroupTable, place: number): MetricGroup['missing'][number][] {
  return table.metrics.flatMap(({ name, cause: causeAt }) => {
    const cause = causeAt(place);
    return cause === undefined ? [] : [{ metric: name, cause, expId: expIdAt(table, place) }];
  });
}

/** Those that have no results because they have not come so far are listed by the cause alone. */
function unfinishedAt(table: GroupTable, place: number): Unfinished[] {
  const { expId, status, cause, results } = table.outlines[place] ?? {};
  if (expId === undefined || status === undefined || status === 'completed') return [];
  const hasEnded = status === 'failed' || status === 'cancelled' || status === 'stopped';
  return hasEnded || results !== 'none' ? [{ expId, status, ...(cause === undefined ? {} : { cause }) }] : [];
}
