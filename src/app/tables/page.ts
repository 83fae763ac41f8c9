import { inputError } from '../../core/errors.ts';
import type { ExpId, Key } from '../../core/ids.ts';
import { formatExact, selectColumns, type Cell, type Column } from '../../report/index.ts';
import type { PageTable } from '../../store/index.ts';
import { getKnownNames, openSelection, type ListSelector } from '../experiments/select.ts';
import type { Project } from '../project/project.ts';
import { causeOf } from './group-table.ts';
import type { MissingValue } from './missing.ts';
import { readCellColumn } from './stored-cell.ts';

/** Which experiments, in which order, and which part of them. */
export interface PageRequest extends Omit<ListSelector, 'limit'> {
  /** As in a list. Default: name, status, cause, template, sweep, time of creation, and all results. */
  readonly columns?: readonly string[] | undefined;
  /** Experiments before the page. Default: 0. */
  readonly offset?: number;
  /** Experiments of the page, at most {@link MOST_ROWS}. Default: 200. */
  readonly limit?: number;
  /** Keeps to the order of an earlier page, its {@link Page.orderVersion}, as long as that is known. */
  readonly orderVersion?: number;
}

/** A column of a page. Places count from 0. */
export interface PageColumn extends Column {
  /** Numbers as numbers, times in ISO 8601, null for nothing. */
  readonly cells: readonly Cell[];
  /** Of parameters that were not written as their cells are: how, by place (`1e-4`). */
  readonly written: { readonly [place: string]: string };
  /** Of a metric without a number: why, by place. */
  readonly gaps: { readonly [place: string]: MissingValue['cause'] };
}

/** Some experiments by columns, as of one moment. */
export interface PageRows {
  /** The version of the cells, see `changes`. */
  readonly version: number;
  /** Null for one that has been removed. */
  readonly keys: readonly (Key | null)[];
  readonly expIds: readonly (ExpId | null)[];
  readonly columns: readonly PageColumn[];
}

/** A part of a list. */
export interface Page extends PageRows {
  /** How many experiments the whole list has. */
  readonly total: number;
  readonly offset: number;
  /** The version by which experiments were chosen and sorted. */
  readonly orderVersion: number;
  /** Names in the query that no experiment has. */
  readonly warnings: readonly string[];
}

export type HasRules = (template: string) => boolean;
const always: HasRules = () => true;

const USUAL_ROWS = 200;
export const MOST_ROWS = 1_000;

const USUAL_FIELDS = ['exp_id', 'status', 'cause', 'template', 'sweep', 'created'];

/**
 * A part of a list of any length: wherever it is, it costs the same. Never asks the scheduler.
 *
 * @param hasRules whether a template says what to read from its runs; asked of those that nobody has read
 * @throws SheafError as `selectExperiments`; `field.unknown`, `field.ambiguous`, `columns.*`; `page.range`
 */
export function readPage(project: Project, request: PageRequest, hasRules: HasRules = always): Page {
  const { offset = 0, limit = USUAL_ROWS, orderVersion, columns: wanted, ...selector } = request;
  checkRange(offset, limit);
  const columns = chooseColumns(project, wanted);
  const selection = openSelection(project, selector);
  return selection.page({ offset, limit, orderVersion }, (table) => ({
    ...readRows(table, columns, hasRules),
    total: table.total,
    offset,
    orderVersion: table.orderVersion,
    warnings: selection.warnings,
  }));
}

/**
 * The same cells for these experiments, in this order: for those that changed.
 *
 * @throws SheafError `field.unknown`, `field.ambiguous`, `columns.*`; `page.range` for too many
 */
export function readPageRows(
  project: Project,
  keys: readonly Key[],
  wanted?: readonly string[],
  hasRules: HasRules = always,
): PageRows {
  checkRange(0, keys.length);
  const columns = chooseColumns(project, wanted);
  return project.store.pages.readKeys(keys, (table) => readRows(table, columns, hasRules));
}

/** @throws SheafError `page.range` */
export function checkRange(offset: number, limit: number): void {
  if (Number.isSafeInteger(offset) && offset >= 0 && Number.isSafeInteger(limit) && limit >= 0 && limit <= MOST_ROWS) {
    return;
  }
  throw inputError('page.range', `a page of ${limit} experiments after ${offset} cannot be read`, {
    why: `offset and limit are whole numbers from 0, and limit is at most ${MOST_ROWS}`,
    fix: 'ask for several pages',
  });
}

/** The columns that were asked for, or the usual ones of a page. */
export function chooseColumns({ store }: Project, wanted: readonly string[] | undefined): Column[] {
  const known = getKnownNames(store);
  return selectColumns(wanted ?? [...USUAL_FIELDS, ...known.results.map((name) => `results.${name}`)], known);
}

/** The cells of a table. */
export function readRows(table: PageTable, columns: readonly Column[], hasRules: HasRules = always): PageRows {
  return {
    version: table.version,
    keys: table.rows.map((row) => row?.key ?? null),
    expIds: table.rows.map((row) => row?.expId ?? null),
    columns: columns.map((column) => readColumn(table, column, hasRules)),
  };
}

function readColumn(table: PageTable, column: Column, hasRules: HasRules): PageColumn {
  const found = readCellColumn(table, column);
  const cells = table.rows.map((row, place) => (row === undefined ? null : (found.value(place) ?? null)));
  const texts = (place: number): string | undefined => {
    const text = column.source === 'params' ? found.shown(place) : undefined;
    return typeof text !== 'string' || text === formatExact(cells[place]) ? undefined : text;
  };
  return {
    ...column,
    cells,
    written: collectByPlace(cells, texts),
    gaps: column.source === 'results' ? findGaps(table, column.name, cells, hasRules) : {},
  };
}

function findGaps(table: PageTable, name: string, cells: readonly Cell[], hasRules: HasRules): PageColumn['gaps'] {
  if (cells.every((cell) => typeof cell === 'number')) return {};
  const [values, reasons] = [table.values('results', name), table.values('missing', name)];
  return collectByPlace(cells, (place) => {
    const row = table.rows[place];
    if (row === undefined || typeof cells[place] === 'number') return undefined;
    return causeOf(values[place], reasons[place], row, () => hasRules(row.template));
  });
}

function collectByPlace<T>(cells: readonly Cell[], find: (place: number) => T | undefined): { [place: string]: T } {
  return Object.fromEntries(
    cells.flatMap((_, place): [string, T][] => {
      const found = find(place);
      return found === undefined ? [] : [[String(place), found]];
    }),
  );
}
