import { formatQuery, type Literal, type Query } from '../../core/query/query.ts';
import type { Cell, Column } from '../../report/index.ts';
import type { MetricGroup } from './metric-group.ts';

/** How to choose two of the groups: `choose two with --where 'learning_rate in (0.01, 0.1)'`. */
export function suggestTwoGroups(by: readonly Column[], groups: readonly MetricGroup[]): string {
  const [first, second] = groups;
  const [field] = by;
  if (first === undefined || second === undefined)
    return 'choose others with --where or --sweep, or group by another field';
  if (field === undefined || by.length > 1) {
    return `choose two with --where: '${[first, second].map((group) => `(${conditions(by, group)})`).join(' or ')}'`;
  }
  const literals = [first, second].map(({ keys: [key] }) => literalOf(key)).filter((literal) => literal !== undefined);
  const [one, other] = literals;
  if (one === undefined || other === undefined) return 'choose two with --where';
  return `choose two: --where '${formatQuery({ kind: 'in', field: field.header, negated: false, literals: [one, other] })}'`;
}

function conditions(by: readonly Column[], { keys }: MetricGroup): string {
  return by.map((column, i) => formatQuery(condition(column, keys[i]))).join(' and ');
}

function condition({ header: field }: Column, key: Cell): Query {
  const literal = literalOf(key);
  return literal === undefined ? { kind: 'missing', field } : { kind: 'compare', field, operator: '=', literal };
}

/** Undefined for what a query cannot name. */
function literalOf(key: Cell): Literal | undefined {
  if (key === undefined || key === null || typeof key === 'object') return undefined;
  const text = String(key);
  const number = Number(text);
  return text.trim() !== '' && Number.isFinite(number)
    ? { kind: 'number', text, value: number }
    : { kind: 'text', text };
}
