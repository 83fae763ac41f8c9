import { inputError, type SheafError } from '../../core/errors.ts';
import { rankGroups as rank } from '../../core/stats/rank-groups.ts';
import type { Mode } from '../../core/settings/harvest-rule.ts';
import { compareCells, selectColumns, type Cell, type Column } from '../../report/index.ts';
import type { RowReader } from '../../store/index.ts';
import { findUnreadableTemplates } from '../harvest/unread.ts';
import { getKnownNames, openComparable, type ListSelector } from '../experiments/select.ts';
import { findExperiment } from '../project/find.ts';
import type { Project } from '../project/project.ts';
import { modeOf } from '../tables/compare.ts';
import { checkRange, chooseColumns, readRows, type HasRules, type PageRows } from '../tables/page.ts';
import { readCellColumn } from '../tables/stored-cell.ts';
import { readGrouping, summarizeMetric, type Grouping } from './grouping.ts';
import { readGroupPart, readOutlines, referenceSummary, type GroupPart, type Reference } from './group-part.ts';

/** Which experiments, and what makes a group of them. */
export interface GroupsSelector extends Omit<ListSelector, 'sort' | 'limit' | 'unread'> {
  /** Fields whose values make a group. Default: everything but the seeds. */
  readonly by?: readonly string[];
}

/** What groups are compared with: a group by its id, or a run by its name. */
export type GroupReference = { readonly group: string } | { readonly expId: string };

export interface GroupsRequest extends GroupsSelector {
  /** As in a list. Default: all results. */
  readonly columns?: readonly string[];
  /**
   * `n`, a metric by its mean, or any other field by the newest member. Default: the values of `by`, or the newest member first.
   */
  readonly sort?: ListSelector['sort'];
  readonly reference?: GroupReference;
  /** Groups before the page. Default: 0. */
  readonly offset?: number;
  /** Groups of the page. Default: 200. */
  readonly limit?: number;
}

/** A part of a list of groups, as of one moment. */
export interface GroupPage extends GroupPart {
  readonly version: number;
  /** How many groups the whole list has. */
  readonly total: number;
  readonly experiments: number;
  readonly offset: number;
  /** What the groups are compared with, in the same columns; absent if it was not asked for or is not there. */
  readonly reference?: GroupPart & { readonly isListed: boolean };
  /** Names in the query that no experiment has; that there is no reference. */
  readonly warnings: readonly string[];
}

const USUAL_GROUPS = 200;

/**
 * A part of the groups of experiments, with the statistics of their metrics. Never asks the scheduler.
 *
 * @throws SheafError as `openSelection`; `field.*` and `columns.*` for wrong names; `page.range`
 */
export async function readGroups(project: Project, request: GroupsRequest): Promise<GroupPage> {
  const { by, columns: wanted, sort, reference: asked, offset = 0, limit = USUAL_GROUPS, ...selector } = request;
  checkRange(offset, limit);
  const columns = chooseResults(project, wanted);
  const selection = openComparable(project, selector);
  const unreadable = await findUnreadableTemplates(project, selector);
  return readGrouping(project, selection, chooseKeys(project, by), (grouping, rows) => {
    const reference = asked && findReference(project, grouping, rows, asked);
    const places = sortGroups(project, grouping, rows, sort).slice(offset, offset + limit);
    return {
      version: rows.version,
      total: grouping.groups.length,
      experiments: grouping.experiments,
      offset,
      ...readGroupPart(grouping, rows, { places, columns, unreadable, reference }),
      ...(reference && { reference: readReference(rows, { columns, unreadable }, reference) }),
      warnings: [...selection.warnings, ...(asked && reference === undefined ? [NO_REFERENCE] : [])],
    };
  });
}

const NO_REFERENCE =
  'the group that is the baseline is not among these experiments: choose another one, or change the filter';

function readReference(
  rows: RowReader,
  columns: Parameters<typeof readOutlines>[2],
  { outline, place }: Reference,
): GroupPart & { readonly isListed: boolean } {
  return { ...readOutlines([outline], rows, columns), isListed: place !== undefined };
}

export interface RankRequest extends GroupsSelector {
  /** As in queries; the mean of it ranks the groups. */
  readonly metric: string;
  /** Which values are better. Default: what the rule of the newest experiment says that has one. */
  readonly mode?: Mode;
  /** Default: the best group of at least two values. */
  readonly reference?: GroupReference;
  readonly columns?: readonly string[];
  readonly offset?: number;
  readonly limit?: number;
}

/** Groups by the mean of a metric, the best first. The first column is the metric. */
export interface RankedGroups extends GroupPage {
  readonly metric: Column;
  readonly mode: Mode;
  /** From 1; equal means share a rank; null without a value. */
  readonly ranks: readonly (number | null)[];
}

/**
 * Ranks groups, and compares each with the best or another one.
 *
 * @throws SheafError as {@link readGroups}; `rank.metric` for what is no metric; `rank.mode` if no rule says which values are better
 */
export async function rankGroups(project: Project, request: RankRequest): Promise<RankedGroups> {
  const {
    by,
    metric: name,
    mode: given,
    reference: asked,
    columns: others,
    offset = 0,
    limit = USUAL_GROUPS,
    ...selector
  } = request;
  checkRange(offset, limit);
  const metric = chooseMetric(project, name);
  const columns = others === undefined ? [metric] : chooseResults(project, [`results.${metric.name}`, ...others]);
  const selection = openComparable(project, selector);
  const unreadable = await findUnreadableTemplates(project, selector);
  return readGrouping(project, selection, chooseKeys(project, by), (grouping, rows) => {
    const mode = given ?? newestMode(project, grouping, rows, metric);
    if (mode === undefined) throw noMode(metric);
    const summaries = summarizeMetric(grouping, rows, metric.name);
    const found = asked && findReference(project, grouping, rows, asked);
    const ranking = rank(summaries, mode, found && referenceSummary(summaries, rows, metric, found));
    const reference = found ?? referenceAt(grouping, ranking.reference);
    const places = ranking.order.slice(offset, offset + limit);
    return {
      version: rows.version,
      total: grouping.groups.length,
      experiments: grouping.experiments,
      offset,
      metric,
      mode,
      ranks: places.map((place) => ranking.ranks[place] ?? null),
      ...readGroupPart(grouping, rows, { places, columns, unreadable, reference }),
      ...(reference && { reference: readReference(rows, { columns, unreadable }, reference) }),
      warnings: [...selection.warnings, ...(asked && found === undefined ? [NO_REFERENCE] : [])],
    };
  });
}

export interface MembersRequest extends GroupsSelector {
  /** The id of the group. */
  readonly group: string;
  readonly columns?: readonly string[];
  readonly offset?: number;
  /** Default: 200. */
  readonly limit?: number;
}

/** The experiments of a group, in the order in which they were made. */
export interface Members extends PageRows {
  /** 0 if there is no such group among the chosen experiments. */
  readonly total: number;
  readonly offset: number;
}

/** @param hasRules as of `readPage` @throws SheafError as {@link readGroups} */
export function readMembers(project: Project, request: MembersRequest, hasRules?: HasRules): Members {
  const { by, group: id, columns: wanted, offset = 0, limit = USUAL_GROUPS, ...selector } = request;
  checkRange(offset, limit);
  const columns = chooseColumns(project, wanted);
  return readGrouping(project, openComparable(project, selector), chooseKeys(project, by), (grouping, rows) => {
    const members = grouping.groups.find((group) => group.id === id)?.rows ?? new Uint32Array();
    const table = rows.open(members.subarray(offset, offset + limit));
    return { ...readRows(table, columns, hasRules), total: members.length, offset };
  });
}

function chooseKeys({ store }: Project, by: readonly string[] | undefined): Column[] {
  return by === undefined || by.length === 0 ? [] : selectColumns(by, getKnownNames(store));
}

function chooseResults(project: Project, wanted: readonly string[] | undefined): Column[] {
  const known = getKnownNames(project.store);
  if (wanted !== undefined) return wanted.length === 0 ? [] : selectColumns(wanted, known);
  return known.results.length === 0 ? [] : selectColumns(['results.*'], known);
}

function chooseMetric({ store }: Project, name: string): Column {
  const [column] = selectColumns([name], getKnownNames(store));
  if (column?.source === 'results') return column;
  throw inputError('rank.metric', `groups cannot be ranked by ${name}`, {
    why: 'it is no metric',
    fix: 'name a result; sheaf list --columns results.* shows them',
  });
}

function noMode({ header }: Column): SheafError {
  return inputError('rank.mode', `no rule says which values of ${header} are better`, {
    fix: `say it here, or add "mode: max" or "mode: min" to the rule of ${header} in the template, then: sheaf harvest`,
  });
}

/** The direction that the rule of the newest experiment with a value has. */
function newestMode(project: Project, grouping: Grouping, rows: RowReader, { name }: Column): Mode | undefined {
  const summaries = summarizeMetric(grouping, rows, name);
  const place = summaries.findIndex(({ n }) => n > 0);
  const table = rows.open(grouping.groups[place]?.rows ?? []);
  const values = table.values('results', name);
  const expId = table.rows.find((row, i) => row !== undefined && typeof values[i] === 'number')?.expId;
  return expId === undefined ? undefined : modeOf([findExperiment(project, expId)], name);
}

function referenceAt({ groups }: Grouping, place: number | undefined): Reference | undefined {
  const outline = place === undefined ? undefined : groups[place];
  return outline && { outline, place };
}

/** @throws SheafError `experiment.unknown` */
function findReference(
  project: Project,
  grouping: Grouping,
  rows: RowReader,
  asked: GroupReference,
): Reference | undefined {
  if ('group' in asked) {
    const place = grouping.groups.findIndex(({ id }) => id === asked.group);
    return referenceAt(grouping, place < 0 ? undefined : place);
  }
  const { key } = findExperiment(project, asked.expId);
  const row = rows.find(key);
  if (row === undefined) return undefined;
  const { status } = rows.open([row]).rows[0] ?? {};
  const statuses = status === undefined ? {} : { [status]: 1 };
  return {
    place: undefined,
    outline: { id: '', keys: [], rows: Uint32Array.of(row), statuses, seeds: 0, missingSeeds: [] },
  };
}

/** Places of the groups; those without a value come last in both directions. */
function sortGroups(project: Project, grouping: Grouping, rows: RowReader, sort: GroupsRequest['sort']): number[] {
  const places = [...grouping.groups.keys()];
  if (sort === undefined) return places;
  const cells = sortCells(project, grouping, rows, sort.field);
  const filled = places.filter((place) => (cells[place] ?? undefined) !== undefined);
  const empty = places.filter((place) => (cells[place] ?? undefined) === undefined);
  const sorted = filled.toSorted((a, b) => (sort.descending ? -1 : 1) * compareCells(cells[a], cells[b]) || a - b);
  return [...sorted, ...empty];
}

function sortCells(project: Project, grouping: Grouping, rows: RowReader, field: string): readonly Cell[] {
  if (field === 'n') return grouping.groups.map((group) => group.rows.length);
  const [column] = selectColumns([field], getKnownNames(project.store));
  if (column?.source === 'results') return summarizeMetric(grouping, rows, column.name).map(({ mean }) => mean);
  const table = rows.open(grouping.groups.map((group) => group.rows.at(-1) ?? 0));
  const cells = readCellColumn(table, column ?? { source: 'record', name: field, header: field });
  return grouping.groups.map((_, place) => cells.value(place));
}
