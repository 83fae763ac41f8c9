import type { DatabaseSync } from 'node:sqlite';
import type { ExpId, Key } from '../core/ids.ts';
import { withoutUndefined } from '../core/value.ts';
import type { ResultsAge } from '../core/experiment/record.ts';
import type { Status } from '../core/experiment/status.ts';
import { isOfEpoch, readVersion } from './changes.ts';
import { conditionOf, type Selection } from './experiments.ts';
import { compileSort, getColumn } from './select.ts';
import { asOfOneMoment, prepareLists, rowsOf, type SqlRow } from './sqlite.ts';
import { toStoredValue, type StoredColumn } from './tabulate.ts';

/** One experiment of a page. */
export interface PageRow {
  readonly key: Key;
  readonly expId: ExpId;
  readonly status: Status;
  readonly results: ResultsAge;
  readonly template: string;
}

/** Some experiments by columns, as of one moment. */
export interface PageTable {
  /** Of what the cells show. */
  readonly version: number;
  /** In the order that was asked for; undefined for one that has been removed. */
  readonly rows: readonly (PageRow | undefined)[];
  /** Parameters, results, or the reasons why results are missing. */
  values(kind: 'params' | 'results' | 'missing', name: string): StoredColumn;
  /** A field of the record as it is stored: times are milliseconds since 1970, flags 0 or 1, lists JSON. */
  record(name: string): StoredColumn<number | string>;
}

/** A part of all experiments that a selection chooses. */
export interface PageOfOrder extends PageTable {
  /** How many are chosen. */
  readonly total: number;
  /** The version by which they were chosen and sorted. */
  readonly orderVersion: number;
}

/** Which part of the chosen experiments to read. */
export interface PagePlace {
  readonly offset: number;
  readonly limit: number;
  /** The order of this version, if it is still kept; otherwise that of now. */
  readonly orderVersion?: number | undefined;
}

/** Where an experiment is in a list. */
export interface Neighbours {
  /** From 0. */
  readonly place: number;
  readonly total: number;
  readonly before?: ExpId;
  readonly after?: ExpId;
}

/** Reads parts of long lists. What `read` returns must not need the table any more. */
export interface Pages {
  read<T>(selection: Omit<Selection, 'limit'>, place: PagePlace, read: (page: PageOfOrder) => T): T;
  /** Where an experiment is in an order, and those beside it; undefined if it is not chosen. */
  findNeighbours(selection: Omit<Selection, 'limit'>, key: Key): Neighbours | undefined;
  /** These experiments, in this order. */
  readKeys<T>(keys: readonly Key[], read: (page: PageTable) => T): T;
}

/** An order of 100,000 takes 400 KB. */
const MOST_KEPT = 8;

/** Ages in queries are taken at this interval, so that what such a query chooses can be kept. */
export const AGE_STEP_MS = 10_000;

/**
 * Reads pages, wherever they are, by the order of all: it is made once for each version of the view, query and sort,
 * and the last ones are kept.
 */
export function openPages(database: () => DatabaseSync): Pages {
  const kept = new Map<string, Uint32Array>();
  const orderOf = (
    current: DatabaseSync,
    { nowMs, ...selection }: Selection,
    wanted: number | undefined,
  ): { readonly ids: Uint32Array; readonly orderVersion: number } => {
    const order = compileOrder({ ...selection, nowMs: Math.floor(nowMs / AGE_STEP_MS) * AGE_STEP_MS });
    const version = readVersion(current);
    const nameOf = (of: number): string => JSON.stringify([of, order]);
    const isKept = wanted !== undefined && isOfEpoch(current, wanted) && kept.has(nameOf(wanted));
    const orderVersion = isKept ? wanted : version;
    const name = nameOf(orderVersion);
    const ids = kept.get(name) ?? readOrder(current, order);
    kept.delete(name);
    kept.set(name, ids);
    for (const oldest of [...kept.keys()].slice(0, -MOST_KEPT)) kept.delete(oldest);
    return { ids, orderVersion };
  };
  return {
    read: (selection, { offset, limit, orderVersion: wanted }, read) =>
      asOfOneMoment(database(), (current) => {
        const { ids, orderVersion } = orderOf(current, selection, wanted);
        const table = openPageTable(current, [...ids.subarray(offset, offset + limit)]);
        return read({ ...table, total: ids.length, orderVersion });
      }),
    findNeighbours: (selection, key) =>
      asOfOneMoment(database(), (current) => {
        const { ids } = orderOf(current, selection, undefined);
        const id = current.prepare('SELECT id FROM experiment WHERE key = ?').get(key)?.['id'];
        const place = ids.indexOf((id as number | undefined) ?? NO_ID);
        if (place < 0) return undefined;
        const beside = ids.subarray(Math.max(0, place - 1), place + 2);
        const names = openPageTable(current, [...beside]).rows.map((row) => row?.expId);
        const own = Math.min(1, place);
        return withoutUndefined({ place, total: ids.length, before: names[own - 1], after: names[own + 1] });
      }),
    readKeys: (keys, read) =>
      asOfOneMoment(database(), (current) => {
        const found = new Map(
          rowsOf(
            prepareLists(current, 'SELECT key, id FROM experiment WHERE key IN (SELECT value FROM json_each(?))'),
            [JSON.stringify(keys)],
          ).map(([key, id]) => [key, id as number]),
        );
        return read(
          openPageTable(
            current,
            keys.map((key) => found.get(key) ?? NO_ID),
          ),
        );
      }),
  };
}

/** No row has it. */
const NO_ID = 0;

interface Order {
  readonly sql: string;
  readonly values: ReturnType<typeof conditionOf>['values'];
}

function compileOrder(selection: Selection): Order {
  const condition = conditionOf(selection);
  const { join, by, values } = compileSort(selection.sort);
  return {
    sql: `SELECT e.id FROM experiment e ${join} WHERE e.live = 1 AND ${condition.sql} ORDER BY ${by}`,
    values: [...values, ...condition.values],
  };
}

/** One text for all: a row of its own for each id takes several times as long. */
function readOrder(database: DatabaseSync, { sql, values }: Order): Uint32Array {
  const row = database.prepare(`SELECT json_group_array(id) AS ids FROM (${sql})`).get(...values);
  return Uint32Array.from(JSON.parse(row?.['ids'] as string) as number[]);
}

const CHOSEN = 'json_each(?) chosen CROSS JOIN';

/** Rows of the view by columns, in this order; each column is read when it is asked for. */
export function openPageTable(database: DatabaseSync, ids: readonly number[]): PageTable {
  const chosen = JSON.stringify(ids);
  const readColumn = <T>(sql: string, values: readonly (string | number)[], cell: (row: SqlRow) => T | undefined) => {
    const column: (T | undefined)[] = Array.from({ length: ids.length });
    for (const [place, ...row] of rowsOf(prepareLists(database, sql), [chosen, ...values])) {
      column[place as number] = cell(row);
    }
    return column;
  };
  let rows: PageTable['rows'] | undefined;
  return {
    version: readVersion(database),
    get rows() {
      return (rows ??= readColumn(
        `SELECT chosen.key, e.key, e.exp_id, e.status, coalesce(e.results, 'none'), e.template
         FROM ${CHOSEN} experiment e WHERE e.id = chosen.value AND e.live = 1`,
        [],
        ([key, expId, status, results, template]) => ({ key, expId, status, results, template }) as PageRow,
      ));
    },
    values: (kind, name) => {
      const field = database.prepare('SELECT id FROM field WHERE kind = ? AND name = ?').get(kind, name)?.['id'];
      if (field === undefined) return Array.from({ length: ids.length });
      return readColumn(
        `SELECT chosen.key, v.type, v.number, v.text FROM ${CHOSEN} value v
         WHERE v.experiment = chosen.value AND v.field = ?`,
        [field as number],
        toStoredValue,
      );
    },
    record: (name) =>
      readColumn(
        `SELECT chosen.key, ${getColumn(name)} FROM ${CHOSEN} experiment e WHERE e.id = chosen.value`,
        [],
        ([value]) => (value ?? undefined) as number | string | undefined,
      ),
  };
}
