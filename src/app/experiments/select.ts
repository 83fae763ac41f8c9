import { withoutUndefined } from '../../core/value.ts';
import { inputError, SheafError, throwProblems } from '../../core/errors.ts';
import { makeValueReader, type FieldReader } from '../../core/fields/field-value.ts';
import { resolveField, type KnownNames } from '../../core/fields/fields.ts';
import { formatCount } from '../../core/text/phrases.ts';
import { suggestName } from '../../core/text/nearest.ts';
import { matchText, namesValue } from '../../core/query/ast.ts';
import {
  findLoneName,
  listMeanings,
  listQueryFields,
  OPERATORS_FIX,
  parseQuery,
  suggestMeanings,
  type Literal,
  type Query,
} from '../../core/query/query.ts';
import { recordField } from '../../core/fields/record-fields.ts';
import { STATUSES } from '../../core/experiment/status.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { Key } from '../../core/ids.ts';
import { nowMs } from '../../system/index.ts';
import type {
  ExperimentSummary,
  FacetTable,
  HarvestedAlike,
  Neighbours,
  PageOfOrder,
  PagePlace,
  RowReader,
  Selection,
  Sort,
  Store,
  Tabulation,
} from '../../store/index.ts';
import { findExperiment, findSweep } from '../project/find.ts';
import type { Project } from '../project/project.ts';
import type { Selector } from '../project/types.ts';

/** Which experiments to show; all conditions narrow together. */
export interface ListSelector extends Selector {
  /** Tags that each must have, all of them. */
  readonly tags?: readonly string[];
  /** Statuses of which each must have one. */
  readonly status?: readonly string[];
  /** Templates of which each must have one. */
  readonly templates?: readonly string[];
  /** Only what completed, is not archived, and has results that were never read or are older than its last run. */
  readonly unread?: boolean;
  /** Default: newest first; where names are given, in their order. */
  readonly sort?: Sort;
  readonly limit?: number;
  /** Show archived ones too. They are also shown where named, and where the query asks for `archived`. */
  readonly archived?: boolean;
}

/** Experiments of a project that were asked for, read one by one. */
export interface OpenSelection {
  /** Names in the query that no experiment has. */
  readonly warnings: readonly string[];
  /** How many there are, whatever the limit. */
  count(): number;
  /** Their templates, each once. */
  templates(): string[];
  /** By the versions of the rules that they were harvested with, see {@link Store.harvestedAlike}. */
  harvestedAlike(): readonly HarvestedAlike[];
  /** Reads them; may be called again. */
  rows(): Generator<Experiment>;
  /** {@link rows} for tables of many. */
  summaries(): Generator<ExperimentSummary>;
  /** Reads them by columns, newest first, whatever sort and limit. */
  tabulate<T>(read: (table: Tabulation) => T): T;
  /** Reads them with what was made of all, which is kept until the view changes; whatever sort and limit. */
  keep<K, T>(name: string, make: (table: Tabulation) => K, read: (kept: K, rows: RowReader) => T): T;
  /** Reads a part of them by columns, whatever limit. */
  page<T>(place: PagePlace, read: (page: PageOfOrder) => T): T;
  /** Where one of them is in the list, and those beside it; undefined if it is not among them. */
  findNeighbours(key: Key): Neighbours | undefined;
  /** Counts their values. */
  facets<T>(read: (table: FacetTable) => T): T;
}

export interface Selected {
  readonly rows: readonly Experiment[];
  /** How many there are, whatever the limit. */
  readonly total: number;
  readonly warnings: readonly string[];
}

/**
 * @throws SheafError `query.*` for what is wrong in the query, `query.ambiguous` for a bare name that is a parameter
 *   and a result, `experiment.unknown`, `sweep.unknown`, `status.unknown`
 */
export function openSelection(project: Project, selector: ListSelector): OpenSelection {
  return openNarrowed(project, selector, []);
}

/**
 * {@link openSelection} for means, rankings and tables of results: without experiments that were stopped, whose values are not
 * of the same length of training. A warning says how many. Named ones are included, and where `status` or the query names
 * the status `stopped`, all are.
 */
export function openComparable(project: Project, selector: ListSelector): OpenSelection {
  if (asksForStopped(project, selector)) return openSelection(project, selector);
  const selection = openNarrowed(project, selector, [{ kind: 'not', item: STOPPED }]);
  const count = openNarrowed(project, selector, [STOPPED]).count();
  if (count === 0) return selection;
  const what = `${formatCount(count, 'experiment was', 'experiments were')} stopped and left out`;
  return { ...selection, warnings: [...selection.warnings, `${what}: ${INCLUDE_STOPPED}`] };
}

/** Whether experiments that were stopped are asked for: by name, or by their status. */
export function asksForStopped({ store }: Project, { ids = [], status = [], where }: ListSelector): boolean {
  if (ids.length > 0 || status.includes('stopped')) return true;
  return where !== undefined && namesValue(parseWhere(store, where), 'status', 'stopped');
}

const STOPPED = matchText('status', 'stopped');
const INCLUDE_STOPPED = 'to include stopped ones, filter by status in (completed, stopped)';

/** @param more conditions that each must meet, too */
function openNarrowed(project: Project, selector: ListSelector, more: readonly Query[]): OpenSelection {
  const { store } = project;
  const ids = namedIds(project, selector.ids);
  const query = selector.where === undefined ? undefined : parseWhere(store, selector.where);
  const names = [...(query ? listQueryFields(query) : []), ...(selector.sort ? [selector.sort.field] : [])];
  const where = all([...conditions(project, selector, ids, query), ...more]);
  const { sort, limit } = selector;
  const inGivenOrder = ids !== undefined && sort === undefined;
  const selection: Selection = withoutUndefined({
    nowMs: nowMs(),
    ...(selector.unread && { unread: true }),
    where,
    sort,
    ...(limit === undefined || inGivenOrder ? {} : { limit }),
  });
  return {
    warnings: unknownNames(store, names).map(({ message, fix }) =>
      fix === undefined ? message : `${message}: ${fix}`,
    ),
    count: () => store.count(selection),
    templates: () => store.templates(selection),
    harvestedAlike: () => store.harvestedAlike(selection),
    tabulate: (read) => store.tabulate(selection, read),
    keep: (name, make, read) => store.keptTables.read(selection, name, make, read),
    page: (place, read) => store.pages.read(selection, place, read),
    findNeighbours: (key) => store.pages.findNeighbours(selection, key),
    facets: (read) => store.facets(selection, read),
    rows: () => (inGivenOrder ? inOrder(ids, store.select(selection), limit) : store.select(selection)),
    summaries: () =>
      inGivenOrder ? inOrder(ids, store.selectBriefs(selection), limit) : store.selectBriefs(selection),
  };
}

/** Of a name without an operator the error says what in the project has this name. @throws SheafError `query.*` */
function parseWhere(store: Store, text: string): Query {
  try {
    return parseQuery(text);
  } catch (error) {
    const name = findLoneName(text);
    if (name === undefined || !(error instanceof SheafError)) throw error;
    const [problem] = error.problems;
    throw new SheafError({ ...problem, ...describeName(store, name) }, error.exitCode);
  }
}

function describeName(store: Store, name: string): { readonly why?: string; readonly fix: string } {
  const { params, results } = getKnownNames(store);
  if (params.includes(name) || results.includes(name)) return { fix: OPERATORS_FIX };
  const found = listMeanings(name).filter((where) => store.count({ nowMs: nowMs(), where }) > 0);
  if (found.length > 0) return { fix: suggestMeanings(found) };
  return {
    why: `no parameter, metric, sweep, template, tag or experiment of this project is called ${name}`,
    fix: OPERATORS_FIX,
  };
}

/** The experiments that were asked for, with how many there are. @throws as {@link openSelection} */
export function selectExperiments(project: Project, selector: ListSelector): Selected {
  const selection = openSelection(project, selector);
  const rows = [...selection.rows()];
  const isCut = selector.limit !== undefined && rows.length >= selector.limit;
  return { rows, total: isCut ? selection.count() : rows.length, warnings: selection.warnings };
}

/**
 * The experiments that a command is to act on. Stricter than what only shows: a name that no experiment has is
 * refused, for with `not` in front of it the query would fit everything.
 *
 * @throws SheafError `selector.none` when nothing is asked for; `field.unknown`; and as {@link openSelection}
 */
export function openChosen(project: Project, selector: Selector): OpenSelection {
  const { where } = selector;
  if (!isSelective(selector)) {
    throw inputError('selector.none', 'no experiment is named', {
      fix: 'name one or more, or choose with --where QUERY or --sweep NAME',
      now: 'nothing was changed',
    });
  }
  const selection = openSelection(project, selector);
  if (where !== undefined) throwProblems(unknownNames(project.store, listQueryFields(parseQuery(where))));
  return selection;
}

/**
 * {@link openChosen}, all of them at once: as named, otherwise in the order they were made, so that an array's
 * tasks run in the order of their sweep.
 */
export function selectAll(project: Project, selector: Selector): Experiment[] {
  const rows = [...openChosen(project, selector).rows()];
  if (rows.length === 0 && (selector.ids ?? []).length > 0) throw noneFits();
  return (selector.ids ?? []).length > 0 ? rows : rows.toReversed();
}

/** Named ones exist; so it is what narrows them that leaves none. A query that nothing fits is no mistake. */
function noneFits(): Error {
  return inputError('selector.empty', 'none of the experiments that are named fits', {
    why: 'names, --sweep and --where narrow together: an experiment must fit all of them',
    fix: 'give the names alone, or --sweep or --where alone',
    now: 'nothing was done',
  });
}

/** Whether it asks for anything at all. */
export function isSelective({ ids = [], where, sweep }: Selector): boolean {
  return ids.length > 0 || where !== undefined || sweep !== undefined;
}

/** Without experiments that were never submitted: nothing of their folders need be read. */
export function onlyWithAttempts(selector: ListSelector): ListSelector {
  return { status: STATUSES.filter((status) => status !== 'created'), ...selector };
}

/** The value of a field of the record, a parameter or a result; undefined when the experiment has none. */
export function getFieldValue(experiment: Experiment, field: string, store: Store): ReturnType<FieldReader> {
  return makeFieldReader(experiment, store)(field);
}

/** {@link getFieldValue} for many fields of one experiment. */
export function makeFieldReader(experiment: Experiment, store: Store): FieldReader {
  return makeValueReader(experiment, (token) => store.submission(token)?.job?.value.id);
}

/** The parameters and metrics that any experiment of the project has. */
export function getKnownNames(store: Store): KnownNames {
  return { params: store.knownNames('params'), results: store.knownNames('results') };
}

/** Each name once. @throws SheafError `experiment.unknown` with all that there are not */
function namedIds(project: Project, ids: readonly string[] | undefined): string[] | undefined {
  if (ids === undefined || ids.length === 0) return undefined;
  const unique = [...new Set(ids)];
  throwProblems(unique.flatMap((id) => problemsOf(() => findExperiment(project, id))));
  return unique;
}

function problemsOf(act: () => unknown): SheafError['problems'][number][] {
  try {
    act();
    return [];
  } catch (error) {
    if (error instanceof SheafError) return [...error.problems];
    throw error;
  }
}

/** Problems of the names that no experiment has. @throws SheafError `query.ambiguous` */
function unknownNames(store: Store, names: readonly string[]): SheafError['problems'][number][] {
  const others = [...new Set(names)].filter((name) => recordField(name) === undefined);
  if (others.length === 0) return [];
  const known = getKnownNames(store);
  const problems = others.flatMap((name) => problemsOf(() => resolveField(name, known)));
  const ambiguous = problems.filter(({ code }) => code === 'field.ambiguous');
  throwProblems(ambiguous.map((problem) => ({ ...problem, code: 'query.ambiguous' })));
  return problems;
}

function conditions(
  project: Project,
  { sweep, tags = [], status = [], templates = [], archived }: ListSelector,
  ids: readonly string[] | undefined,
  query: Query | undefined,
): Query[] {
  const showsArchived =
    archived === true || ids !== undefined || (query && listQueryFields(query).includes('archived'));
  return [
    ...(ids === undefined ? [] : isIn('exp_id', ids)),
    ...(query === undefined ? [] : [query]),
    ...(sweep === undefined ? [] : [matchText('sweep', findSweep(project, sweep).name)]),
    ...tags.map((tag): Query => ({ kind: 'has', field: 'tags', literal: text(tag) })),
    ...(status.length === 0 ? [] : isIn('status', status.map(knownStatus))),
    ...isIn('template', templates),
    ...(showsArchived ? [] : [matchText('archived', 'false')]),
  ];
}

function all(queries: readonly Query[]): Query | undefined {
  const [first, second, ...rest] = queries;
  return first === undefined || second === undefined ? first : { kind: 'and', items: [first, second, ...rest] };
}

function isIn(field: string, texts: readonly string[]): Query[] {
  const [first, ...rest] = texts;
  return first === undefined ? [] : [{ kind: 'in', field, negated: false, literals: [text(first), ...rest.map(text)] }];
}

function text(value: string): Literal {
  return { kind: 'text', text: value };
}

function knownStatus(status: string): string {
  if ((STATUSES as readonly string[]).includes(status)) return status;
  throw inputError('status.unknown', `there is no status "${status}"`, {
    why: `it is one of ${STATUSES.join(', ')}`,
    fix: suggestName(status, STATUSES, 'write one of those'),
  });
}

function* inOrder<T extends { readonly expId: string }>(
  ids: readonly string[],
  rows: Iterable<T>,
  limit?: number,
): Generator<T> {
  const byName = new Map<string, T>();
  for (const row of rows) byName.set(row.expId, row);
  for (const id of ids.filter((each) => byName.has(each)).slice(0, limit)) {
    const row = byName.get(id);
    if (row !== undefined) yield row;
  }
}
