/** The order of a list: by a field. */
export interface Sort {
  readonly field: string;
  readonly descending: boolean;
}

/** The order of a list as its address has it: `-results.val_acc`, a field, with `-` before it if the highest comes first. */
export function parseSort(text: string | null): Sort | undefined {
  if (!text) return undefined;
  return text.startsWith('-') ? { field: text.slice(1), descending: true } : { field: text, descending: false };
}

/** Writes an order for an address; undefined for the usual one. */
export function writeSort(sort: Sort | undefined): string | undefined {
  return sort === undefined ? undefined : `${sort.descending ? '-' : ''}${sort.field}`;
}
