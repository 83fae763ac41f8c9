import type { Literal, Query } from './ast.ts';
import { isPlainField } from './syntax.ts';

/** Words that stay without quotes: plain names and globs. They never look like numbers or ages. */
const PLAIN_TEXT = /^[\p{L}_*][\p{L}\p{N}_.*?/:+-]*$/u;

/** Writes a query so that parsing it gives the same query again. */
export function formatQuery(query: Query): string {
  switch (query.kind) {
    case 'or':
      return query.items.map((item) => formatInside(item, item.kind === 'or')).join(' or ');
    case 'and':
      return query.items.map((item) => formatInside(item, item.kind === 'or' || item.kind === 'and')).join(' and ');
    case 'not':
      if (query.item.kind === 'missing') return `${formatField(query.item.field)} is not missing`;
      return `not ${formatInside(query.item, query.item.kind === 'or' || query.item.kind === 'and')}`;
    case 'compare':
      return `${formatField(query.field)} ${query.operator} ${formatLiteral(query.literal)}`;
    case 'in': {
      const list = query.literals.map(formatLiteral).join(', ');
      return `${formatField(query.field)} ${query.negated ? 'not in' : 'in'} (${list})`;
    }
    case 'has':
      return `${formatField(query.field)} has ${formatLiteral(query.literal)}`;
    case 'missing':
      return `${formatField(query.field)} is missing`;
  }
}

function formatInside(query: Query, grouped: boolean): string {
  return grouped ? `(${formatQuery(query)})` : formatQuery(query);
}

/** The name of a field as a query has it. */
export function formatField(field: string): string {
  return isPlainField(field) ? field : `\`${field.replaceAll('`', '``')}\``;
}

/** A value as a query has it: a number bare, a text in quotes where it needs them. */
export function formatValue(value: string | number | boolean): string {
  return formatLiteral(typeof value === 'number' ? numberLiteral(value) : { kind: 'text', text: String(value) });
}

function numberLiteral(value: number): Literal {
  return { kind: 'number', text: String(value), value };
}

function formatLiteral(literal: Literal): string {
  if (literal.kind !== 'text') return literal.text;
  return PLAIN_TEXT.test(literal.text) ? literal.text : `"${literal.text.replaceAll('"', '""')}"`;
}
