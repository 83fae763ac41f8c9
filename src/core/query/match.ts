import { compileGlob } from '../text/glob.ts';
import type { Value } from '../value.ts';
import type { Literal, Operator, Query } from './ast.ts';

/** What the query knows of one experiment: the value of a field, undefined when it has none. */
export type FieldLookup = (field: string) => Value | undefined;

/**
 * Whether a row answers a query; see `../query.ts` for what every operator means.
 * @param nowMs the time that ages such as `7d` count from, milliseconds since 1970
 */
export function matches(query: Query, row: FieldLookup, nowMs: number): boolean {
  switch (query.kind) {
    case 'or':
      return query.items.some((item) => matches(item, row, nowMs));
    case 'and':
      return query.items.every((item) => matches(item, row, nowMs));
    case 'not':
      return !matches(query.item, row, nowMs);
    case 'missing':
      return comparable(row(query.field)) === undefined;
    case 'compare': {
      const value = comparable(row(query.field));
      return value !== undefined && compare(value, query.operator, query.literal, nowMs);
    }
    case 'in': {
      const value = comparable(row(query.field));
      return value !== undefined && query.literals.some((literal) => equals(value, literal, nowMs)) !== query.negated;
    }
    case 'has': {
      const list = row(query.field);
      return Array.isArray(list) && list.some((item) => hasItem(item, query.literal, nowMs));
    }
  }
}

/** All values are compared as a number or as a text. */
type Comparable = number | string;

function comparable(value: Value | undefined): Comparable | undefined {
  if (value === undefined || value === null || Number.isNaN(value)) return undefined;
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? value.toWellFormed() : JSON.stringify(value);
}

function hasItem(item: Value, literal: Literal, nowMs: number): boolean {
  const value = comparable(item);
  return value !== undefined && equals(value, literal, nowMs);
}

function compare(value: Comparable, operator: Operator, literal: Literal, nowMs: number): boolean {
  switch (operator) {
    case '=':
      return equals(value, literal, nowMs);
    case '!=':
      return !equals(value, literal, nowMs);
    case '<':
      return order(value, literal, nowMs) < 0;
    case '<=':
      return order(value, literal, nowMs) <= 0;
    case '>':
      return order(value, literal, nowMs) > 0;
    case '>=':
      return order(value, literal, nowMs) >= 0;
    case '~':
      return compileGlob(literal.text)(String(value));
    case '!~':
      return !compileGlob(literal.text)(String(value));
  }
}

function equals(value: Comparable, literal: Literal, nowMs: number): boolean {
  return value === (typeof value === 'number' ? numberIn(literal, nowMs) : literal.text.toWellFormed());
}

/** Below, at or above 0 as the value is below, equal to or above the literal; NaN when they have no order. */
function order(value: Comparable, literal: Literal, nowMs: number): number {
  if (typeof value === 'number') return value - (numberIn(literal, nowMs) ?? Number.NaN);
  return literal.kind === 'text' ? compareText(value, literal.text.toWellFormed()) : Number.NaN;
}

function numberIn(literal: Literal, nowMs: number): number | undefined {
  switch (literal.kind) {
    case 'text':
      return undefined;
    case 'number':
      return literal.value;
    case 'age':
      return nowMs - literal.ms;
    case 'time':
      return literal.ms;
  }
}

/** By code point, which is also the order of UTF-8 bytes. JavaScript's own `<` goes by UTF-16 unit. */
function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  let i = 0;
  while (i < length && a[i] === b[i]) i += 1;
  if (i === length) return a.length - b.length;
  return rank(a.charCodeAt(i)) - rank(b.charCodeAt(i));
}

/** Surrogates, which begin the code points above U+FFFF, come behind all other units. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
