import type { Sort } from '../../../state/sort-setting.ts';

const TIMES: ReadonlySet<string> = new Set(['created', 'submitted', 'started', 'ended']);

/** The order after one more press on a heading: the useful one first, then the opposite, then the usual order of the list. */
export function nextSort(
  sort: Sort | undefined,
  { name, isNumeric }: { readonly name: string; readonly isNumeric: boolean },
): Sort | undefined {
  const descending = isNumeric || TIMES.has(name);
  if (sort?.field !== name) return { field: name, descending };
  return sort.descending === descending ? { field: name, descending: !descending } : undefined;
}
