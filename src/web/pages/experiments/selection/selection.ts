import { formatQuery, parseQuery, type Literal, type Query } from '../../../../core/query/query.ts';

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

/** More than these are written as a query. */
const MOST_NAMED = 50;

/** The selection as the setting `sel` of an address: names with commas between them, or `?` and a query. */
export function writeSelection(selection: Selection): string | undefined {
  if (selection.kind === 'ids' && selection.ids.length <= MOST_NAMED) return selection.ids.join(',');
  return `?${writeSelectionQuery(selection)}`;
}

/** Reads what {@link writeSelection} wrote. What is not of this form selects nothing. */
export function readSelection(setting: string | null): Selection {
  if (setting === null || setting === '') return NOTHING;
  if (!setting.startsWith('?')) return { kind: 'ids', ids: setting.split(',').filter(Boolean) };
  const where = setting.slice(1);
  if (where === '') return { kind: 'query', where };
  try {
    const ids = readIds(parseQuery(where));
    return ids === undefined ? { kind: 'query', where } : { kind: 'ids', ids };
  } catch {
    return NOTHING;
  }
}

/** The names in a query that lists names and nothing else. */
function readIds(query: Query): readonly string[] | undefined {
  if (query.kind !== 'in' || query.field !== 'exp_id' || query.negated) return undefined;
  return query.literals.map(({ text }) => text);
}
