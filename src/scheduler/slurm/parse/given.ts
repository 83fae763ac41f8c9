/** For an object whose properties are absent rather than undefined: `{ ...given('a', a) }`. */
export function withDefined<K extends string, V>(key: K, value: V | undefined): { readonly [key in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [key in K]: V });
}
