import type { DatabaseSync } from 'node:sqlite';
import { isActive, type Status } from '../core/experiment/status.ts';
import { readVersion } from './changes.ts';
import { conditionOf, type Selection } from './experiments.ts';
import { getColumn, type SqlCondition } from './select.ts';
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
  values(kind: 'params' | 'results', name: string, part: PartOfValues): ValueCounts<StoredValue>;
  /** Of any field of the record, as {@link PageTable.record} has it. Reads rows of the table, unlike {@link records}. */
  column(name: string, part: PartOfValues): ValueCounts<string | number>;
}

/** Which values to list. */
export interface PartOfValues {
  readonly limit: number;
  /** Only those whose text begins like this; upper and lower case are the same for ASCII. */
  readonly prefix?: string;
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
      values: (kind, name, part) => countValues(database, condition, { kind, name, ...part, total: total ?? 0 }),
      column: (name, part) => countColumn(database, condition, { column: getColumn(name), ...part, total: total ?? 0 }),
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

interface CountedValue extends PartOfValues {
  readonly kind: 'params' | 'results';
  readonly name: string;
  readonly total: number;
}

/** However a number was written, it is the same value. */
function countValues(
  database: DatabaseSync,
  { sql, values }: SqlCondition,
  { kind, name, limit, prefix, total }: CountedValue,
): ValueCounts<StoredValue> {
  const fits = beginsWith(['v.text', "iif(v.type = 'number', number_text(v.number), NULL)"], prefix);
  const statement = prepareLists(
    database,
    `SELECT count(*) AS n, count(*) OVER (), sum(count(*)) OVER (), v.type, v.number, min(v.text)
     FROM value v
     WHERE v.field = (SELECT id FROM field WHERE kind = ? AND name = ?) AND v.type <> 'null' AND v.experiment IN (
       SELECT e.id FROM experiment e INDEXED BY experiment_facets WHERE ${LIVE} AND ${sql}) AND ${fits.sql}
     GROUP BY v.type, v.number, iif(v.type = 'number', NULL, v.text)
     ORDER BY n DESC, v.type, v.number, v.text LIMIT ?`,
  );
  return collectCounts(rowsOf(statement, [kind, name, ...values, ...fits.values, limit]), total, toStoredValue);
}

interface CountedColumn extends PartOfValues {
  readonly column: string;
  readonly total: number;
}

function countColumn(
  database: DatabaseSync,
  { sql, values }: SqlCondition,
  { column, limit, prefix, total }: CountedColumn,
): ValueCounts<string | number> {
  const fits = beginsWith([column], prefix);
  const statement = prepareLists(
    database,
    `SELECT count(*) AS n, count(*) OVER (), sum(count(*)) OVER (), ${column} AS cell
     FROM experiment e WHERE e.live = 1 AND ${sql} AND cell IS NOT NULL AND ${fits.sql}
     GROUP BY cell ORDER BY n DESC, cell LIMIT ?`,
  );
  return collectCounts(
    rowsOf(statement, [...values, ...fits.values, limit]),
    total,
    ([value]) => value as string | number,
  );
}

function beginsWith(texts: readonly string[], prefix = ''): SqlCondition {
  if (prefix === '') return { sql: '1', values: [] };
  const pattern = `${prefix.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  return {
    sql: `(${texts.map((text) => `coalesce(${text} LIKE ? ESCAPE '\\', 0)`).join(' OR ')})`,
    values: texts.map(() => pattern),
  };
}

/** Of rows that begin with the count of a value, of all values, and of the experiments that have one. */
function collectCounts<T>(rows: readonly SqlRow[], total: number, read: (value: SqlRow) => T): ValueCounts<T> {
  const [, all, having] = rows[0] ?? [];
  return {
    counts: rows.map(([count, , , ...value]) => ({ value: read(value), count: count as number })),
    more: ((all as number | undefined) ?? 0) - rows.length,
    without: total - ((having as number | undefined) ?? 0),
  };
}

/** How many members of a sweep have which status; archived ones are counted apart. */
interface SweepCounts {
  readonly sweep: string;
  readonly count: number;
  readonly archived: number;
  readonly byStatus: { readonly [status in Status]?: number };
}

/** The sweeps that have members that are not archived, and how many such sweeps there are. */
export interface SweepsByStatus {
  readonly total: number;
  readonly sweeps: readonly SweepCounts[];
}

/** Those with active members first, then the newest. @param limit how many of them are named at most */
export function countSweeps(database: DatabaseSync, limit: number): SweepsByStatus {
  const rows = rowsOf(
    prepareLists(
      database,
      `SELECT sweep, status, sum(archived = 0), sum(archived <> 0), max(CASE archived WHEN 0 THEN id END)
       FROM experiment INDEXED BY experiment_facets WHERE live <> 0 AND sweep IS NOT NULL GROUP BY sweep, status`,
    ),
    [],
  ) as Iterable<readonly [sweep: string, status: Status, count: number, archived: number, newest: number | null]>;
  const all = [...Map.groupBy(rows, ([sweep]) => sweep)].flatMap(([sweep, statuses]) => {
    const members = statuses.filter(([, , count]) => count > 0);
    if (members.length === 0) return [];
    return {
      sweep,
      count: members.reduce((sum, [, , count]) => sum + count, 0),
      archived: statuses.reduce((sum, [, , , archived]) => sum + archived, 0),
      byStatus: Object.fromEntries(members.map(([, status, count]) => [status, count])),
      isActive: members.some(([, status]) => isActive(status)),
      newest: Math.max(...members.map(([, , , , newest]) => newest ?? 0)),
    };
  });
  const sorted = all.toSorted((a, b) => Number(b.isActive) - Number(a.isActive) || b.newest - a.newest);
  return {
    total: all.length,
    sweeps: sorted
      .slice(0, limit)
      .map(({ sweep, count, archived, byStatus }) => ({ sweep, count, archived, byStatus })),
  };
}
