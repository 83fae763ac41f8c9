import { addTerm, checkQuery, listQueryFields, removeTerm, type QueryTerm } from '../../../../core/query/query.ts';

/** Archived experiments are left out of a list, unless its query says something of them: this keeps both. */
const ARCHIVED_TOO = 'archived in (true, false)';

/** Whether a list with this filter has archived experiments too. */
export function asksForArchived(where: string): boolean {
  return listArchivedTerms(where).length > 0;
}

/** The filter that has archived experiments too, or no longer has them. @param where a query */
export function toggleArchived(where: string): string {
  const terms = listArchivedTerms(where);
  if (terms.length === 0) return addTerm(where, ARCHIVED_TOO);
  return terms.reduceRight((left, { at }) => removeTerm(left, at), where).trim();
}

function listArchivedTerms(where: string): readonly QueryTerm[] {
  const checked = checkQuery(where);
  return checked.ok ? checked.terms.filter(({ query }) => listQueryFields(query).includes('archived')) : [];
}
