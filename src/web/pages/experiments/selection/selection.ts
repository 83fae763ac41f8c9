import { formatQuery, type Literal, type Query } from '../../../../core/query/query.ts';

/** What is selected: experiments one by one, or all that fit a query. It stays whatever is filtered. */
export type Selection =
  | { readonly kind: 'ids'; readonly ids: readonly string[] }
  | { readonly kind: 'query'; readonly where: string };

export const NOTHING: Selection = { kind: 'ids', ids: [] };

/** Experiments that can be selected one by one: a query with their names still fits into an address and a command. */
export const MOST_IDS = 500;

/** Whether a row is selected. @param where the query of the rows on screen: of another one, it is not known which fit */
export function isSelected(selection: Selection, expId: string, where: string): boolean {
  return selection.kind === 'ids' ? selection.ids.includes(expId) : selection.where === where;
}

/** Adds an experiment, or takes it away. All that fit a query can only be given up as a whole. */
export function toggleId(selection: Selection, expId: string): Selection {
  if (selection.kind === 'query') return { kind: 'ids', ids: [expId] };
  return selection.ids.includes(expId)
    ? { kind: 'ids', ids: selection.ids.filter((id) => id !== expId) }
    : addIds(selection, [expId]);
}

/** Adds experiments, in their order. More than {@link MOST_IDS} are cut. */
export function addIds(selection: Selection, expIds: readonly string[]): Selection {
  const before = selection.kind === 'ids' ? selection.ids : [];
  return { kind: 'ids', ids: [...new Set([...before, ...expIds])].slice(0, MOST_IDS) };
}

/** The query that the selected experiments fit, and no others; empty for all. */
export function writeSelectionQuery(selection: Selection): string {
  if (selection.kind === 'query') return selection.where;
  const [first, ...rest] = selection.ids.map((text): Literal => ({ kind: 'text', text }));
  if (first === undefined) return '';
  return formatQuery({ kind: 'in', field: 'exp_id', negated: false, literals: [first, ...rest] });
}

/** The names in a query that lists names and nothing else. */
export function readIds(query: Query): readonly string[] | undefined {
  if (query.kind !== 'in' || query.field !== 'exp_id' || query.negated) return undefined;
  return query.literals.map(({ text }) => text);
}
