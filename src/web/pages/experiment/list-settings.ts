/** The order of a list as its address has it: `-results.val_acc`, a field, with `-` before it if the highest comes first. */
export function parseSort(text: string | null): { readonly field: string; readonly descending: boolean } | undefined {
  if (!text) return undefined;
  return text.startsWith('-') ? { field: text.slice(1), descending: true } : { field: text, descending: false };
}
