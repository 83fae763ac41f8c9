/** What YAML and JSON can hold. */
export type Scalar = string | number | boolean | null;
export type Value = Scalar | readonly Value[] | { readonly [key: string]: Value };
export type ValueMap = { readonly [key: string]: Value };

/** A JSON pointer (RFC 6901): `/hidden_sizes/0`. The root is the empty string. */
export type JsonPointer = string;

export function isMap(value: unknown): value is ValueMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function toPointer(...keys: readonly (string | number)[]): JsonPointer {
  let path = '';
  for (const key of keys) {
    const text = String(key);
    path += `/${/[~/]/.test(text) ? text.replaceAll('~', '~0').replaceAll('/', '~1') : text}`;
  }
  return path;
}

export function splitPointer(path: JsonPointer): string[] {
  if (path === '') return [];
  return path
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** How a value is written for people and scripts: `written` keeps the source of numbers such as `1e-4`. */
export function formatScalar(value: Scalar, source?: string): string {
  return value === null ? '' : (source ?? String(value));
}

/** Deep equality of YAML values; the order of keys does not matter. */
export function areEqual(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return true;
  if (typeof a === 'number' && typeof b === 'number') return Number.isNaN(a) && Number.isNaN(b);
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, i) => areEqual(item, b[i]));
  }
  if (isMap(a) && isMap(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && areEqual(a[key], b[key]))
    );
  }
  return false;
}

/** What may be undefined is optional. */
type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** A missing value has no key, here as in JSON. */
export function withoutUndefined<const T extends object>(values: T): Defined<T> {
  const defined: { [name: string]: unknown } = {};
  for (const [name, value] of Object.entries(values)) if (value !== undefined) defined[name] = value;
  return defined as Defined<T>;
}

/** Leaves of a map by dotted name, `optimizer.lr`; lists are leaves. */
export function* flatten(values: ValueMap, prefix: string = ''): Generator<[name: string, value: Value]> {
  for (const [key, value] of Object.entries(values)) {
    if (isMap(value) && Object.keys(value).length > 0) yield* flatten(value, `${prefix}${key}.`);
    else yield [prefix + key, value];
  }
}

/** All texts in a value, those of its lists and maps included. */
export function collectTexts(value: Value): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(collectTexts) : [];
}

/** The variables that a program is started with. */
export type Environment = Readonly<Record<string, string | undefined>>;
