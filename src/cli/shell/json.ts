/** What a JSON document can hold. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** ISO 8601 in UTC; null when there is no such time. */
export function isoOrNull(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}

/** Each value of a map as JSON. */
export function mapped<T>(map: { readonly [name: string]: T }, toJson: (item: T) => Json): { [name: string]: Json } {
  return Object.fromEntries(Object.entries(map).map(([name, item]) => [name, toJson(item)]));
}
