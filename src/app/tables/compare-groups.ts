import { inputError } from '../../core/errors.ts';
import type { Mode } from '../../core/settings/harvest-rule.ts';
import { findBestPlaces, compareCells, selectColumns, type Cell, type Column } from '../../report/index.ts';
import { modeOf } from './compare.ts';
import { findExperiment } from '../project/find.ts';
import { getKnownNames, type ListSelector } from '../experiments/select.ts';
import { withGroups, type Grouped, type GroupRequest, type OpenGroups } from './group.ts';
import { expIdAt } from './group-table.ts';
import type { MetricGroup } from './metric-group.ts';
import type { Project } from '../project/project.ts';

export interface CompareGroupsRequest extends GroupRequest {
  /** A field of `groupBy` or a metric, which sorts by its mean. Default: the values of `groupBy`. */
  readonly sort?: ListSelector['sort'];
  /** Maximum number of groups. */
  readonly limit?: number;
}

/** Groups of experiments side by side. */
export interface ComparedGroups extends Grouped {
  /** All groups, regardless of the limit. */
  readonly total: number;
  readonly metrics: readonly (Column & {
    /** Which values are better, where the rule of the newest experiment that has one says it. */
    readonly mode?: Mode;
    /** The groups with the best mean among all groups; several where they are equal. */
    readonly best: readonly MetricGroup[];
  })[];
}

/** @throws SheafError as `groupExperiments`; `group.sort` for a field that a group does not have */
export function compareGroups(
  project: Project,
  { sort, limit, ...request }: CompareGroupsRequest,
): Promise<ComparedGroups> {
  return withGroups(project, request, (open) => {
    const { groups } = open.grouped;
    const metrics = open.grouped.metrics.map((column, i) => {
      const mode = newestMode(project, open, i);
      const means = groups.map((group) => group.metrics[i]?.mean);
      const best = findBestPlaces(means, mode).flatMap((place) => groups[place] ?? []);
      return { ...column, ...(mode === undefined ? {} : { mode }), best };
    });
    const sorted = sort === undefined ? groups : sortGroups(project, open, sort);
    return { ...open.grouped, groups: sorted.slice(0, limit), total: groups.length, metrics };
  });
}

function newestMode(project: Project, { table }: OpenGroups, metric: number): Mode | undefined {
  const column = table.metrics[metric];
  const place = table.outlines.findIndex((_, at) => column?.number(at) !== undefined);
  return column === undefined || place < 0
    ? undefined
    : modeOf([findExperiment(project, expIdAt(table, place))], column.name);
}

type Sort = NonNullable<CompareGroupsRequest['sort']>;

/** Groups without a value come last in both directions. */
function sortGroups(project: Project, open: OpenGroups, { field, descending }: Sort): MetricGroup[] {
  const cellAt = cellReader(project, open, field);
  const cells = open.grouped.groups.map((group, i) => ({ group, cell: cellAt(i) }));
  const filled = cells.filter(({ cell }) => cell !== undefined);
  const empty = cells.filter(({ cell }) => cell === undefined);
  const sorted = filled.toSorted((a, b) => (descending ? -1 : 1) * compareCells(a.cell, b.cell));
  return [...sorted, ...empty].map(({ group }) => group);
}

/** Reads what groups are sorted by, by their places. */
function cellReader(project: Project, { grouped, table, places }: OpenGroups, field: string): (place: number) => Cell {
  const { by, metrics, groups } = grouped;
  if (field === 'n') return (place) => groups[place]?.n;
  const [wanted] = selectColumns([field], getKnownNames(project.store));
  const isWanted = ({ source, name }: Column): boolean => source === wanted?.source && name === wanted.name;
  const key = table.keys[by.findIndex(isWanted)];
  if (key !== undefined) return (place) => key.value(places[place]?.[0] ?? 0) ?? undefined;
  const metric = metrics.findIndex(isWanted);
  if (metric >= 0) return (place) => groups[place]?.metrics[metric]?.mean;
  throw inputError('group.sort', `groups cannot be sorted by ${field}`, {
    why: 'a group has the fields of --group-by, n, and the mean of each metric that is shown',
    fix: `sort by one of ${['n', ...[...by, ...metrics].map(({ header }) => header)].join(', ')}`,
  });
}
