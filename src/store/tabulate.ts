import type { DatabaseSync } from 'node:sqlite';
import type { Cause } from '../core/experiment/cause.ts';
import type { ExpId } from '../core/ids.ts';
import type { ResultsAge } from '../core/experiment/record.ts';
import type { Status } from '../core/experiment/status.ts';
import type { Selection } from './experiments.ts';
import { getColumn, compileQuery } from './select.ts';
import { asOfOneMoment, listOf, prepareOnce, prepareLists, rowsOf, type SqlRow } from './sqlite.ts';

/** What a table over many experiments needs to know of each of them. */
export interface Outline {
  /** Its row in the view, as long as the view is not rebuilt. */
  readonly row: number;
  readonly expId: ExpId;
  readonly status: Status;
  readonly cause: Cause | undefined;
  readonly results: ResultsAge;
  /** JSON list of the parameters that only repeat a run. */
  readonly seeds: string;
  /** The same for those that differ in nothing but seeds. */
  readonly setup: number;
}

/** A value as the view has it: a number that is written as usual, or any other with its type. */
export type StoredValue =
  | number
  | {
      readonly type: 'number' | 'text' | 'boolean' | 'json' | 'null';
      readonly number: number | null;
      /** Of a number: how it was written. Of a list or map: JSON. Of null: `nan` for a metric that is NaN. */
      readonly text: string | null;
    };

/** One value for each experiment, in their order; undefined if it has none. */
export type StoredColumn<T = StoredValue> = readonly (T | undefined)[];

/** Many experiments by columns: no record is parsed. */
export interface Tabulation {
  /** Newest first. */
  readonly outlines: readonly Outline[];
  /** Parameters, results, or the reasons why results are missing. */
  values(kind: 'params' | 'results' | 'missing', name: string): StoredColumn;
  /** A field of the record as it is stored: times are milliseconds since 1970, flags 0 or 1, lists JSON. */
  record(name: string): StoredColumn<number | string>;
  /** Names of that kind that occur in the project. */
  names(kind: 'results' | 'missing'): readonly string[];
}

/** Reads many experiments as of one moment. What `read` returns must not need the table any more. */
export function tabulate<T>(database: DatabaseSync, selection: Selection, read: (table: Tabulation) => T): T {
  return asOfOneMoment(database, () => read(openTable(database, selection)));
}

/** The chosen experiments by columns, in a transaction. */
export function openTable(database: DatabaseSync, { where, nowMs }: Selection): Tabulation {
  const condition = compileQuery(where, nowMs);
  // The "+" keeps SQLite from the index of those that are shown, by which it would look up each of nearly all rows.
  const statement = prepareLists(
    database,
    `SELECT e.id, e.exp_id, nullif(e.status, 'completed'), e.cause, nullif(coalesce(e.results, 'none'), 'current'), nullif(e.seeds, '${USUAL_SEEDS}'), e.setup, e.created
     FROM experiment e
     WHERE +e.live = 1 AND ${condition.sql}`,
  );
  const share = openShare();
  const rows: Row[] = [];
  for (const row of statement.iterate(...condition.values) as Iterable<object>) rows.push(rowOf(listOf(row), share));
  // Newest first. They mostly come oldest first: what is nearly in order is sorted in no time.
  const outlines = rows.reverse().sort((a, b) => b.created - a.created || b.row - a.row);
  const ids = outlines.map(({ row }) => row);
  const places = placesOf(ids);
  return {
    outlines,
    values: (kind, name) => {
      const column: (StoredValue | undefined)[] = Array.from({ length: ids.length });
      const field = prepareOnce(database, 'SELECT id FROM field WHERE kind = ? AND name = ?').get(kind, name)?.['id'];
      if (field === undefined) return column;
      // Nearly all values of metrics are plain numbers: two cells of a row take half the time of four.
      const plain = prepareLists(database, `SELECT experiment, number ${FROM_FIELD} AND ${IS_PLAIN}`);
      const others = prepareLists(
        database,
        `SELECT experiment, nullif(type, 'number'), number, text ${FROM_FIELD} AND NOT (${IS_PLAIN})`,
      );
      for (const bounds of places.ranges) {
        for (const [id, number] of rowsOf(plain, [field, ...bounds])) places.put(column, id, number as number);
        for (const [id, type, number, text] of rowsOf(others, [field, ...bounds])) {
          places.put(column, id, { type: type ?? 'number', number, text } as StoredValue);
        }
      }
      return column;
    },
    record: (name) => {
      const column: (number | string | undefined)[] = Array.from({ length: ids.length });
      const statement = prepareLists(
        database,
        `SELECT e.id, ${getColumn(name)} FROM experiment e WHERE e.id BETWEEN ? AND ?`,
      );
      for (const bounds of places.ranges) {
        for (const [id, value] of rowsOf(statement, bounds)) {
          if (value !== null) places.put(column, id, value as number | string);
        }
      }
      return column;
    },
    names: (kind) =>
      rowsOf(prepareLists(database, 'SELECT name FROM field WHERE kind = ? ORDER BY id'), [kind]).map(
        ([name]) => name as string,
      ),
  };
}

const FROM_FIELD = 'FROM value WHERE field = ? AND experiment BETWEEN ? AND ?';
const IS_PLAIN = "type = 'number' AND text IS NULL";

/** A row of `value`: its type, its number and its text. */
export function toStoredValue([type, number, text]: SqlRow): StoredValue {
  return type === 'number' && text === null ? (number as number) : ({ type, number, text } as StoredValue);
}

/** What most experiments have, and not made a text for each. */
const USUAL_SEEDS = '["seed"]';

interface Row extends Outline {
  readonly created: number;
}

function rowOf([id, expId, status, cause, results, seeds, setup, created]: SqlRow, share: Share): Row {
  return {
    row: id as number,
    created: created as number,
    expId: expId as ExpId,
    status: status === null ? 'completed' : share(status as Status),
    cause: cause === null ? undefined : share(cause as Cause),
    results: results === null ? 'current' : share(results as Outline['results']),
    seeds: seeds === null ? USUAL_SEEDS : share(seeds as string),
    setup: (setup ?? 0) as number,
  };
}

type Share = <T extends string>(text: T) => T;

/** Returns one text for all equal ones: SQLite gives each row its own, and few differ. */
function openShare(): Share {
  const known = new Map<string, string>();
  return <T extends string>(text: T): T => {
    const same = known.get(text);
    if (same !== undefined) return same as T;
    known.set(text, text);
    return text;
  };
}

/** Where the experiment of a row stands among those that were chosen. Their rows mostly lie close together. */
interface Places {
  /** Bounds of ids, which together hold all of them: the rows of one range are in memory at a time. */
  readonly ranges: readonly (readonly [first: number, last: number])[];
  /** Sets the value of the experiment, unless it was not chosen. */
  put<T>(column: (T | undefined)[], id: SqlRow[number] | undefined, value: T): void;
}

const RANGE = 2_000;

function placesOf(ids: readonly number[]): Places {
  const first = ids.reduce((least, id) => Math.min(least, id), Infinity);
  const last = ids.reduce((most, id) => Math.max(most, id), -1);
  const after = new Int32Array(Math.max(0, last - first + 1));
  ids.forEach((id, place) => {
    after[id - first] = place + 1;
  });
  return {
    ranges: Array.from({ length: Math.ceil(after.length / RANGE) }, (_, i) => [
      first + i * RANGE,
      Math.min(last, first + (i + 1) * RANGE - 1),
    ]),
    put: (column, id, value) => {
      const place = (after[(id as number) - first] ?? 0) - 1;
      if (place >= 0) column[place] = value;
    },
  };
}
