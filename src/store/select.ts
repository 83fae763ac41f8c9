import type { Literal, Operator, Query } from '../core/query/ast.ts';
import { parseValueField } from '../core/fields/field-value.ts';
import { recordField, type RecordField } from '../core/fields/record-fields.ts';
import { unreachable } from '../core/errors.ts';
import type { SqlValue } from './sqlite.ts';

/** What to sort by: a field of the record, a parameter or a result. Experiments without it come last. */
export interface Sort {
  readonly field: string;
  readonly descending: boolean;
}

/** A condition on the row `e` of `experiment`, with its values in order. */
export interface SqlCondition {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

const TRUE: SqlCondition = { sql: '1', values: [] };

/** The meaning is that of `matches` in core's query room; a property test holds the two together. */
export function compileQuery(query: Query | undefined, nowMs: number): SqlCondition {
  return query === undefined ? TRUE : compile(query, nowMs);
}

function compile(query: Query, nowMs: number): SqlCondition {
  switch (query.kind) {
    case 'or':
    case 'and': {
      const parts = query.items.map((item) => compile(item, nowMs));
      return {
        sql: `(${parts.map(({ sql }) => sql).join(` ${query.kind} `)})`,
        values: parts.flatMap(({ values }) => values),
      };
    }
    case 'not': {
      const { sql, values } = compile(query.item, nowMs);
      return { sql: `NOT (${sql})`, values };
    }
    case 'compare':
      if (isNotArchived(query)) return { sql: 'e.archived = 0', values: [] };
      return onField(query.field, (cell) => compare(cell, query.operator, query.literal, nowMs));
    case 'in':
      return onField(query.field, (cell) => membership(cell, query.literals, query.negated, nowMs));
    case 'has':
      return onField(query.field, (cell) => contains(cell, query.literal));
    case 'missing': {
      const { sql, values } = onField(query.field, (cell) => ({ sql: `${cell.type} <> 'null'`, values: [] }));
      return { sql: `NOT (${sql})`, values };
    }
    default:
      return unreachable(query);
  }
}

/** What every list asks: said plainly, so that SQLite uses the index of those that are shown. */
function isNotArchived({ field, operator, literal }: Extract<Query, { kind: 'compare' }>): boolean {
  return field === 'archived' && operator === '=' && literal.text === 'false';
}

/** SQL expressions for one value: its type, its number if it is one, its text if it is one. */
interface Cell {
  readonly type: string;
  readonly number: string;
  readonly text: string;
}

/** A condition on a value that exists: where the field is missing the condition is false. */
function onField(field: string, condition: (cell: Cell) => SqlCondition): SqlCondition {
  if (field === JOB) return onJob(condition);
  const record = recordField(field);
  return record === undefined ? onValue(field, condition) : onColumn(recordCell(record), condition);
}

function onColumn(cell: Cell, condition: (cell: Cell) => SqlCondition): SqlCondition {
  const { sql, values } = condition(cell);
  return { sql: `(${cell.type} <> 'null' AND coalesce(${sql}, 0))`, values };
}

function onValue(field: string, condition: (cell: Cell) => SqlCondition): SqlCondition {
  const { sql, values } = condition({ type: 'v.type', number: 'v.number', text: 'v.text' });
  const named = fieldIds(field);
  return {
    // The "+" keeps SQLite from looking up every match by its id and sorting them all: so it walks from the
    // newest and stops at the limit.
    sql: `+e.id IN (SELECT v.experiment FROM value v
      WHERE v.field IN (${named.sql}) AND v.type <> 'null' AND (${sql}))`,
    values: [...named.values, ...values],
  };
}

/** Ids of a parameter or a result, or (bare) of both. */
function fieldIds(field: string): SqlCondition {
  const { kind, name } = parseValueField(field);
  return kind === undefined
    ? { sql: `SELECT id FROM field WHERE kind IN ('params', 'results') AND name = ?`, values: [name] }
    : { sql: 'SELECT id FROM field WHERE kind = ? AND name = ?', values: [kind, name] };
}

/** The one field of the record that is known to the submission only. */
const JOB = 'job';
/** `409_17` for a task of an array. */
const TASK = "(s.job || coalesce('_' || e.array_index, ''))";

function onJob(condition: (cell: Cell) => SqlCondition): SqlCondition {
  const { sql, values } = condition({ type: "'text'", number: 'NULL', text: TASK });
  return {
    sql: `EXISTS (SELECT 1 FROM submission s WHERE s.token = e.token AND s.job IS NOT NULL AND (${sql}))`,
    values,
  };
}

/** SQL for the value of a field of the record. */
export function getColumn(name: string): string {
  switch (name) {
    case JOB:
      return `(SELECT ${TASK} FROM submission s WHERE s.token = e.token)`;
    case 'tags':
      // Without any tag the field is missing.
      return "nullif(e.tags, '[]')";
    case 'commit':
      return 'e.git_commit';
    default:
      return `e.${name}`;
  }
}

function recordCell({ name, kind }: RecordField): Cell {
  const column = getColumn(name);
  const typed = (type: string): string => `CASE WHEN ${column} IS NULL THEN 'null' ELSE '${type}' END`;
  switch (kind) {
    case 'text':
      return { type: typed('text'), number: 'NULL', text: column };
    case 'list':
      return { type: typed('json'), number: 'NULL', text: column };
    case 'number':
    case 'time':
      return { type: typed('number'), number: column, text: 'NULL' };
    case 'flag':
      return { type: "'boolean'", number: 'NULL', text: `iif(${column}, 'true', 'false')` };
  }
}

const ORDER: Readonly<Record<Exclude<Operator, '=' | '!=' | '~' | '!~'>, string>> = {
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};

/** Types whose text compares as text; a list or map is its JSON text. */
const TEXTUAL = "('text', 'boolean', 'json')";

function compare(cell: Cell, operator: Operator, literal: Literal, nowMs: number): SqlCondition {
  switch (operator) {
    case '=':
      return equals(cell, literal, nowMs);
    case '!=': {
      const { sql, values } = equals(cell, literal, nowMs);
      return { sql: `NOT coalesce(${sql}, 0)`, values };
    }
    case '~':
      return glob(cell, literal);
    case '!~': {
      const { sql, values } = glob(cell, literal);
      return { sql: `NOT coalesce(${sql}, 0)`, values };
    }
    case '<':
    case '<=':
    case '>':
    case '>=': {
      const number = numberOf(literal, nowMs);
      return number === undefined
        ? { sql: `(${cell.type} IN ${TEXTUAL} AND ${cell.text} ${ORDER[operator]} ?)`, values: [literal.text] }
        : { sql: `(${cell.type} = 'number' AND ${cell.number} ${ORDER[operator]} ?)`, values: [number] };
    }
  }
}

function equals(cell: Cell, literal: Literal, nowMs: number): SqlCondition {
  const asText: SqlCondition = { sql: `(${cell.type} IN ${TEXTUAL} AND ${cell.text} = ?)`, values: [literal.text] };
  const number = numberOf(literal, nowMs);
  if (number === undefined) return asText;
  return {
    sql: `(${asText.sql} OR (${cell.type} = 'number' AND ${cell.number} = ?))`,
    values: [...asText.values, number],
  };
}

function numberOf(literal: Literal, nowMs: number): number | undefined {
  switch (literal.kind) {
    case 'number':
      return literal.value;
    case 'age':
      return nowMs - literal.ms;
    case 'time':
      return literal.ms;
    case 'text':
      return undefined;
  }
}

function glob(cell: Cell, literal: Literal): SqlCondition {
  const text = `CASE WHEN ${cell.type} = 'number' THEN number_text(${cell.number})
    WHEN ${cell.type} IN ${TEXTUAL} THEN ${cell.text} END`;
  return { sql: `(${text}) GLOB ?`, values: [literal.text] };
}

/** The lists are given as JSON, for they may have more members than an expression may have terms. */
function membership(cell: Cell, literals: readonly Literal[], negated: boolean, nowMs: number): SqlCondition {
  const texts = literals.map(({ text }) => text.toWellFormed());
  const numbers = literals.map((literal) => numberOf(literal, nowMs)).filter((number) => number !== undefined);
  const any = `(coalesce(${cell.type} IN ${TEXTUAL} AND ${cell.text} IN (SELECT value FROM json_each(?)), 0)
    OR coalesce(${cell.type} = 'number' AND ${cell.number} IN (SELECT CAST(value AS REAL) FROM json_each(?)), 0))`;
  return { sql: negated ? `NOT ${any}` : any, values: [JSON.stringify(texts), JSON.stringify(numbers)] };
}

function contains(cell: Cell, literal: Literal): SqlCondition {
  const item: Cell = {
    type: "CASE i.type WHEN 'integer' THEN 'number' WHEN 'real' THEN 'number' WHEN 'true' THEN 'boolean' WHEN 'false' THEN 'boolean' ELSE i.type END",
    // What JSON writes without a point may be beyond the integers that a number keeps.
    number: 'CAST(i.value AS REAL)',
    text: "CASE i.type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE i.value END",
  };
  const { sql, values } = equals(item, literal, 0);
  return {
    sql: `(${cell.type} = 'json' AND json_type(${cell.text}) = 'array' AND EXISTS (
      SELECT 1 FROM json_each(${cell.text}) i WHERE ${sql}))`,
    values,
  };
}

/** Fields with the names of experiments and sweeps. */
const NAMES: ReadonlySet<string> = new Set(['exp_id', 'sweep']);

/** Newest first unless told otherwise; ties by age, so that a list never changes between two looks. */
export function compileSort(sort: Sort | undefined): { join: string; by: string; values: readonly SqlValue[] } {
  const newest = 'e.created DESC, e.id DESC';
  if (sort === undefined) return { join: '', by: newest, values: [] };
  const direction = sort.descending ? 'DESC' : 'ASC';
  if (recordField(sort.field) !== undefined) {
    const column = getColumn(sort.field);
    const order = NAMES.has(sort.field) ? `name_order(${column})` : column;
    return { join: '', by: `${order} ${direction} NULLS LAST, ${newest}`, values: [] };
  }
  const named = fieldIds(sort.field);
  return {
    join: `LEFT JOIN value sorted ON sorted.experiment = e.id AND sorted.field = (${named.sql} ORDER BY kind LIMIT 1)`,
    by: `sorted.number ${direction} NULLS LAST, iif(sorted.type IN ${TEXTUAL}, sorted.text, NULL) ${direction} NULLS LAST, ${newest}`,
    values: named.values,
  };
}
