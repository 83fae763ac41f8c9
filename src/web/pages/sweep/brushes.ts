import {
  addTerm,
  checkQuery,
  formatField,
  formatQuery,
  removeTerm,
  type Literal,
  type Query,
} from '../../../core/query/query.ts';
import type { Value } from '../../../core/value.ts';

/** A part of an axis: numbers from and to, ends included, or some of its choices. */
export type Brush = { readonly from?: number; readonly to?: number } | { readonly choices: readonly string[] };

/** The part of the axis of a field that a query chooses; undefined if it chooses none that an axis can show. */
export function readBrush(where: string, field: string): Brush | undefined {
  const own = listTerms(where, field);
  if (own.length === 0) return undefined;
  const bounds: { from?: number; to?: number } = {};
  for (const query of own) {
    if (query.kind === 'in') return { choices: query.literals.map(({ text }) => text) };
    if (query.kind !== 'compare') continue;
    const { operator, literal } = query;
    if (operator === '=') return { choices: [literal.text] };
    if (literal.kind !== 'number') continue;
    if (operator.startsWith('>')) bounds.from = literal.value;
    else bounds.to = literal.value;
  }
  return bounds;
}

/** A query with another part of an axis; undefined: all of it. What it says of other fields stays as typed. */
export function writeBrush(where: string, field: string, brush: Brush | undefined): string {
  let text = checkQuery(where).ok ? where : '';
  for (;;) {
    const checked = checkQuery(text);
    const term = checked.ok ? checked.terms.find(({ query }) => isOf(query, field)) : undefined;
    if (term === undefined) break;
    text = removeTerm(text, term.at).trim();
  }
  return listBrushTerms(field, brush).reduce((all, term) => addTerm(all, term), text);
}

/** A query that chooses one value of each of these fields; undefined or null chooses those without one. */
export function writeGroup(
  where: string,
  fields: readonly { readonly field: string; readonly value: Value | undefined }[],
): string {
  return fields.reduce((all, { field, value }) => {
    if (typeof value === 'number') return writeBrush(all, field, { from: value, to: value });
    if (value !== undefined && value !== null) {
      return writeBrush(all, field, { choices: [typeof value === 'string' ? value : JSON.stringify(value)] });
    }
    return addTerm(writeBrush(all, field, undefined), `${formatField(field)} is missing`);
  }, where);
}

function listTerms(where: string, field: string): Query[] {
  const checked = checkQuery(where);
  return checked.ok ? checked.terms.map(({ query }) => query).filter((query) => isOf(query, field)) : [];
}

/** Whether it is a term that a brush writes. */
function isOf(query: Query, field: string): boolean {
  if (query.kind === 'in') return query.field === field && !query.negated;
  return query.kind === 'compare' && query.field === field && ['=', '>', '>=', '<', '<='].includes(query.operator);
}

function listBrushTerms(field: string, brush: Brush | undefined): string[] {
  if (brush === undefined) return [];
  if ('choices' in brush) {
    const [first, ...others] = brush.choices.map((text): Literal => ({ kind: 'text', text }));
    if (first === undefined) return [];
    return [formatQuery({ kind: 'in', field, negated: false, literals: [first, ...others] })];
  }
  return [
    ...(brush.from === undefined ? [] : [`${formatField(field)} >= ${brush.from}`]),
    ...(brush.to === undefined ? [] : [`${formatField(field)} <= ${brush.to}`]),
  ];
}
