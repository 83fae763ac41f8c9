import type { DatabaseSync } from 'node:sqlite';
import { isActive, type Status } from '../core/experiment/status.ts';
import { readVersion } from './changes.ts';
import { conditionOf, type Selection } from './experiments.ts';
import type { SqlCondition } from './select.ts';
import { asOfOneMoment, prepareLists, rowsOf, type SqlRow } from './sqlite.ts';
import { toStoredValue, type StoredValue } from './tabulate.ts';

/** Fields of the record whose values are counted, in the order of the index that has them. */
export const COUNTED_FIELDS = ['template', 'sweep', 'status', 'cause', 'user', 'partition', 'tags'] as const;

export type CountedField = (typeof COUNTED_FIELDS)[number];

/** How often each value of a field occurs. */
export interface ValueCounts<T> {
  /** The most frequent first. */
  readonly counts: readonly { readonly value: T; readonly count: number }[];
  /** How many more values there are. */
  readonly more: number;
  /** How many experiments have no value. */
  readonly without: number;
}

/** Counts values of the chosen experiments, as of one moment. */
export interface FacetTable {
  readonly version: number;
  /** How many are chosen. */
  readonly total: number;
  /** Reads these fields at once, and counts one of them; an experiment counts for each of its tags. */
  records(fields: readonly CountedField[]): (field: CountedField, limit: number) => ValueCounts<string>;
  /** Of a parameter or a result. */
  values(kind: 'params' | 'results', name: string, limit: number): ValueCounts<StoredValue>;
}

/** What `read` returns must not need the table any more. */
export function readFacets<T>(database: DatabaseSync, selection: Selection, read: (table: FacetTable) => T): T {
  const condition = conditionOf(selection);
  return asOfOneMoment(database, () => {
    const [total] = countBy(database, condition, []).map(([n]) => n as number);
    return read({
      version: readVersion(database),
      total: total ?? 0,
      records: (fields) => readRecords(database, condition, fields),
      values: (kind, name, limit) => countValues(database, condition, { kind, name, limit, total: total ?? 0 }),
    });
  });
}

/** As the index says it. */
const LIVE = 'e.live <> 0';

/** The index has all fields: no row of the table is read, unless the condition asks for more. */
function countBy(database: DatabaseSync, { sql, values }: SqlCondition, fields: readonly CountedField[]): SqlRow[] {
  const columns = fields.map((field) => `e.${field}`);
  const statement = prepareLists(
    database,
    `SELECT count(*)${columns.map((column) => `, ${column}`).join('')}
     FROM experiment e INDEXED BY experiment_facets WHERE ${LIVE} AND ${sql}
     ${columns.length === 0 ? '' : `GROUP BY ${columns.join(', ')}`}`,
  );
  return [...rowsOf(statement, values)];
}

/** One query for all fields: together they have few different values. */
function readRecords(
  database: DatabaseSync,
  condition: SqlCondition,
  wanted: readonly CountedField[],
): ReturnType<FacetTable['records']> {
  const fields = COUNTED_FIELDS.filter((field) => wanted.includes(field));
  const rows = fields.length === 0 ? [] : countBy(database, condition, fields);
  return (field, limit) => {
    const place = fields.indexOf(field) + 1;
    const counts = new Map<string, number>();
    let without = 0;
    for (const row of rows) {
      const count = row[0] as number;
      const values = valuesOf(field, row[place]);
      if (values.length === 0) without += count;
      for (const value of values) counts.set(value, (counts.get(value) ?? 0) + count);
    }
    const sorted = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
    return {
      counts: sorted.slice(0, limit).map(([value, count]) => ({ value, count })),
      more: Math.max(0, sorted.length - limit),
      without,
    };
  };
}

function valuesOf(field: CountedField, cell: SqlRow[number] | undefined): readonly string[] {
  if (typeof cell !== 'string') return [];
  return field === 'tags' ? (JSON.parse(cell) as string[]) : [cell];
}

interface CountedValue {
  readonly kind: 'params' | 'results';
  readonly name: string;
  readonly limit: number;
  readonly total: number;
}

/** However a number was written, it is the same value. */
function countValues(
  database: DatabaseSync,
  { sql, values }: SqlCondition,
  { kind, name, limit, total }: CountedValue,
): ValueCounts<StoredValue> {
  const statement = prepareLists(
    database,
    `SELECT v.type, v.number, min(v.text), count(*) AS n, count(*) OVER (), sum(count(*)) OVER ()
     FROM value v
     WHERE v.field = (SELECT id FROM field WHERE kind = ? AND name = ?) AND v.type <> 'null' AND v.experiment IN (
       SELECT e.id FROM experiment e INDEXED BY experiment_facets WHERE ${LIVE} AND ${sql})
     GROUP BY v.type, v.number, iif(v.type = 'number', NULL, v.text)
     ORDER BY n DESC, v.type, v.number, v.text LIMIT ?`,
  );
  const rows = rowsOf(statement, [kind, name, ...values, limit]);
  const [, , , , all, having] = rows[0] ?? [];
  return {
    counts: rows.map((row) => ({ value: toStoredValue(row), count: row[3] as number })),
    more: ((all as number | undefined) ?? 0) - rows.length,
    without: total - ((having as number | undefined) ?? 0),
  };
}

/** How many members of a sweep have which status; archived ones are left out. */
interface SweepCounts {
  readonly sweep: string;
  readonly count: number;
  readonly byStatus: { readonly [status in Status]?: number };
}

/** The sweeps that have members, and how many such sweeps there are. */
export interface SweepsByStatus {
  readonly total: number;
  readonly sweeps: readonly SweepCounts[];
}

/** Those with active members first, then the newest. @param limit how many of them are named at most */
export function countSweeps(database: DatabaseSync, limit: number): SweepsByStatus {
  const rows = rowsOf(
    prepareLists(
      database,
      `SELECT sweep, status, count(*), max(id) FROM experiment INDEXED BY experiment_facets
       WHERE live <> 0 AND archived = 0 AND sweep IS NOT NULL GROUP BY sweep, status`,
    ),
    [],
  ) as Iterable<readonly [sweep: string, status: Status, count: number, newest: number]>;
  const all = [...Map.groupBy(rows, ([sweep]) => sweep)].map(([sweep, members]) => ({
    sweep,
    count: members.reduce((sum, [, , count]) => sum + count, 0),
    byStatus: Object.fromEntries(members.map(([, status, count]) => [status, count])),
    isActive: members.some(([, status]) => isActive(status)),
    newest: Math.max(...members.map(([, , , newest]) => newest)),
  }));
  const sorted = all.toSorted((a, b) => Number(b.isActive) - Number(a.isActive) || b.newest - a.newest);
  return {
    total: all.length,
    sweeps: sorted.slice(0, limit).map(({ sweep, count, byStatus }) => ({ sweep, count, byStatus })),
  };
}
