/**
 * What a JSON document can hold. The types of documents are type aliases, since TypeScript does not take an interface for
 * a map of values.
 */
export type Json = string | number | boolean | null | readonly Json[] | JsonMap;
export type JsonMap = { readonly [key: string]: Json };

/** ISO 8601 in UTC; null when there is no such time. */
export function isoOrNull(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}

/** Each value of a map as JSON. */
export function mapJson<T, J extends Json>(
  map: { readonly [name: string]: T },
  toJson: (item: T) => J,
): { readonly [name: string]: J } {
  return Object.fromEntries(Object.entries(map).map(([name, item]) => [name, toJson(item)]));
}
