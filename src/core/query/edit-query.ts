import { formatQuery } from './format.ts';
import { parseTerms, type QueryTerm } from './parse.ts';
import { tokenize } from './lexer.ts';

/**
 * Joins a term to a query with `and`; the rest stays as typed. A blank query becomes the term, and a query that has it
 * already stays as it is.
 *
 * @throws SheafError `query.*` if one of them is wrong
 */
export function addTerm(text: string, term: string): string {
  const added = listTerms(term);
  const present = listTerms(text);
  const [first, last] = [present[0], present.at(-1)];
  if (first === undefined || last === undefined) return text + term.trim();
  const known = new Set(present.map(({ query }) => formatQuery(query)));
  if (added.every(({ query }) => known.has(formatQuery(query)))) return text;
  const joined = [enclose(text.slice(first.at, last.end), first), ...added.map((each) => enclose(each.text, each))];
  return text.slice(0, first.at) + joined.join(' and ') + text.slice(last.end);
}

/**
 * Takes out the term at a place, with the `and` that joins it; the rest stays as typed. A place in no term changes nothing.
 *
 * @param place in UTF-16 units from 0
 * @throws SheafError `query.*` if the query is wrong
 */
export function removeTerm(text: string, place: number): string {
  const terms = listTerms(text);
  const index = findTerm(terms, place);
  const [before, term, after] = [terms[index - 1], terms[index], terms[index + 1]];
  if (term === undefined) return text;
  const [from, to] = before === undefined ? [term.at, after?.at ?? term.end] : [before.end, term.end];
  return text.slice(0, from) + text.slice(to);
}

/**
 * Turns the term at a place into its opposite, with `not`; the rest stays as typed. Unlike `!=`, what has no value fits then.
 *
 * @param place in UTF-16 units from 0
 * @throws SheafError `query.*` if the query is wrong
 */
export function negateTerm(text: string, place: number): string {
  const terms = listTerms(text);
  const term = terms[findTerm(terms, place)];
  return term === undefined ? text : text.slice(0, term.at) + negate(term) + text.slice(term.end);
}

function negate(term: QueryTerm): string {
  const { text, query } = term;
  if (query.kind === 'missing') return formatQuery({ kind: 'not', item: query });
  if (query.kind === 'not' && query.item.kind === 'missing') return formatQuery(query.item);
  const [first, second] = tokenize(text);
  const isNegated = query.kind === 'not' && first?.kind === 'word' && first.text.toLowerCase() === 'not';
  return isNegated ? text.slice(second?.at) : `not ${enclose(text, term)}`;
}

function listTerms(text: string): QueryTerm[] {
  return text.trim() === '' ? [] : parseTerms(text);
}

function findTerm(terms: readonly QueryTerm[], place: number): number {
  return terms.findIndex(({ at, end }) => place >= at && place < end);
}

function enclose(text: string, { isLoose }: QueryTerm): string {
  return isLoose ? `(${text})` : text;
}
