import { useRef } from 'react';
import { checkQuery, type CheckedQuery } from '../../../../core/query/query.ts';

/** The query that the list goes by while another one is being typed. */
export interface ShownQuery {
  /** What is wrong with the text, or its terms. */
  readonly checked: CheckedQuery;
  /** The last text that was a query. Undefined if there was none yet. */
  readonly where: string | undefined;
}

/** Keeps to the last query that made sense. @param text as typed */
export function useQueryText(text: string): ShownQuery {
  const last = useRef<string>(undefined);
  const checked = checkQuery(text);
  if (checked.ok) last.current = text.trim();
  return { checked, where: last.current };
}
