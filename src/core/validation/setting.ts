import { isMap, toPointer, type Value, withoutUndefined } from '../value.ts';
import { isBranch, makeProblemAt, toTree, toValue, type Branch, type Tree } from './config.ts';
import type { JsonSchema } from './json-schema.ts';
import type { Problem } from '../errors.ts';
import type { NumberSources } from '../number-source.ts';
import { suggestName } from '../text/nearest.ts';

/** One kind of value: how sheaf reads and checks it, and how an editor learns about it. */
export interface Kind<T> {
  /** Follows "must be": `a whole number from 1`. */
  readonly wants: string;
  readonly schema: JsonSchema;
  /**
   * The value of a tree; undefined when something is wrong with it, which is added to `problems`.
   *
   * @param name as shown to people: `environment.conda`
   */
  readonly read: (tree: Tree, name: string, problems: Problem[]) => T | undefined;
}

/** Gives undefined for a value of another kind. */
type Accept<T> = (value: Value, written: NumberSources) => T | undefined;

/** Schemas are made when they are asked for, which few commands do. */
export function kind<T>(wants: string, schema: () => JsonSchema, read: Kind<T>['read']): Kind<T> {
  return {
    wants,
    get schema(): JsonSchema {
      return schema();
    },
    read,
  };
}

/** A kind whose values are read as a whole. */
export interface ValueKind<T> extends Kind<T> {
  readonly accept: Accept<T>;
  readonly advice: ValueAdvice;
}

/** What a problem says in addition to what is wrong. */
export type ValueAdvice = Pick<Problem, 'why' | 'fix'>;

export function valueKind<T>(
  wants: string,
  schema: JsonSchema,
  accept: Accept<T>,
  advice: ValueAdvice = {},
): ValueKind<T> {
  return {
    wants,
    schema: schema.pattern === undefined ? schema : { ...schema, patternErrorMessage: sentence(wants, advice) },
    accept,
    advice,
    read: (tree, name, problems) => {
      const accepted = accept(toValue(tree), isBranch(tree) ? {} : tree.written);
      if (accepted === undefined) problems.push(mustBe(tree, name, wants, advice));
      return accepted;
    },
  };
}

/** What an editor shows instead of a pattern. */
function sentence(wants: string, { fix }: ValueAdvice): string {
  return `must be ${wants}${fix === undefined ? '' : `: ${fix}`}`;
}

/** The same values with a description of their own. */
export function described<T>({ schema, accept, advice }: ValueKind<T>, wants: string): ValueKind<T> {
  return valueKind(wants, schema, accept, advice);
}

/** The value of the first kind that accepts it. */
export function firstOf<T>(wants: string, ...kinds: readonly ValueKind<T>[]): ValueKind<T> {
  return valueKind(wants, { anyOf: kinds.map(({ schema }) => schema) }, (value, written) => {
    for (const { accept } of kinds) {
      const accepted = accept(value, written);
      if (accepted !== undefined) return accepted;
    }
    return undefined;
  });
}

/** Null counts as absent. */
export function orNull<T>(of: Kind<T>): Kind<T> {
  return kind(
    of.wants,
    () => ({ anyOf: [of.schema, { type: 'null' }] }),
    (tree, name, problems) => (!isBranch(tree) && tree.value === null ? undefined : of.read(tree, name, problems)),
  );
}

/** A list, each item read as its kind. */
export function listOf<T>(item: Kind<T>, wants: string, advice: ValueAdvice = {}): Kind<readonly T[]> {
  return kind(
    wants,
    () => ({ type: 'array', items: item.schema }),
    (tree, name, problems) => {
      const list = toValue(tree);
      if (!Array.isArray(list) || isBranch(tree)) {
        problems.push(mustBe(tree, name, wants, advice));
        return undefined;
      }
      const { origin } = tree;
      return list.flatMap((each: Value, i) => {
        const itemTree = toTree(each, { ...origin, path: origin.path + toPointer(i) });
        return item.read(itemTree, `${name}.${i}`, problems) ?? [];
      });
    },
  );
}

/** Where a value is, for those who check it further. */
export interface ValueContext {
  readonly tree: Tree;
  readonly name: string;
  readonly problems: Problem[];
}

/** A kind whose values are checked or converted after they were read. */
export function refined<T, U>(of: Kind<T>, refine: (value: T, at: ValueContext) => U | undefined): Kind<U> {
  return kind(
    of.wants,
    () => of.schema,
    (tree, name, problems) => {
      const value = of.read(tree, name, problems);
      return value === undefined ? undefined : refine(value, { tree, name, problems });
    },
  );
}

/** The same kind, described to editors by another schema. */
export function withSchema<T>({ wants, read }: Kind<T>, schema: () => JsonSchema): Kind<T> {
  return kind(wants, schema, read);
}

/** One key of a map. */
interface OptionalKey<T> {
  readonly kind: Kind<T>;
  readonly help: string;
}

/** A key that has a value in every map that was read. */
interface PresentKey<T> extends OptionalKey<T> {
  readonly always: true;
  readonly fallback?: T;
  /** The default as one would write it. */
  readonly shown?: Value;
  /** What to write when it is missing, which is a problem. */
  readonly example?: string;
  readonly missingCode?: string;
}

export type Keys = { readonly [key: string]: OptionalKey<unknown> & Partial<PresentKey<unknown>> };

type TypeOf<K> = K extends { readonly kind: Kind<infer T> } ? T : never;

/** What reading a map with these keys gives. */
export type ReadMap<K extends Keys> = {
  readonly [key in keyof K as K[key] extends { always: true } ? key : never]: TypeOf<K[key]>;
} & { readonly [key in keyof K as K[key] extends { always: true } ? never : key]?: TypeOf<K[key]> };

/** A key that may be absent. */
export function key<T>(kind: Kind<T>, help: string): OptionalKey<T> {
  return { kind, help };
}

/** A key with a default, which also replaces a wrong value. `shown` is how one would write the default. */
export function keyOr<T>(kind: Kind<T>, help: string, fallback: NoInfer<T>, shown?: Value): PresentKey<T> {
  return { kind, help, always: true, fallback, ...(shown !== undefined && { shown }) };
}

/** A key that must be given. `fallback` is for those who go on without it. */
export function keyNeeded<T>(
  kind: Kind<T>,
  help: string,
  example: string,
  { missingCode, fallback }: { missingCode?: string; fallback?: NoInfer<T> } = {},
): PresentKey<T> {
  return withoutUndefined({ kind, help, always: true, example, missingCode, fallback });
}

/** A map with these keys and no others. An empty map says nothing, and counts as absent. */
export function mapOf<K extends Keys>(keys: K, wants: string = 'a map', advice: ValueAdvice = {}): Kind<ReadMap<K>> {
  return kind(
    wants,
    () => mapSchema(keys),
    (tree, name, problems) => {
      if (isBranch(tree)) return readKeys(keys, tree, name, problems);
      if (!isMap(tree.value)) problems.push(mustBe(tree, name, wants, advice));
      return undefined;
    },
  );
}

/** The keys of a map, and of no others. A wrong value counts as absent; undefined when a key that is needed has none. */
export function readKeys<K extends Keys>(
  keys: K,
  tree: Branch,
  name: string,
  problems: Problem[],
): ReadMap<K> | undefined {
  problems.push(...findUnknownKeys(tree, Object.keys(keys), name));
  return readSome(keys, tree, `${name}.`, problems);
}

/** Some of the keys of a map; `prefix` precedes their names. */
export function readSome<K extends Keys>(
  keys: K,
  tree: Branch,
  prefix: string,
  problems: Problem[],
): ReadMap<K> | undefined {
  const read: Record<string, unknown> = {};
  let isWhole = true;
  for (const [own, { kind, fallback, example, missingCode }] of Object.entries(keys)) {
    const found = tree.children.get(own);
    const value = (found && kind.read(found, prefix + own, problems)) ?? fallback;
    if (value !== undefined) read[own] = value;
    else if (example !== undefined) isWhole = false;
    if (found !== undefined || example === undefined) continue;
    const name = prefix.slice(0, -1);
    const code = missingCode ?? formCode(name, 'config.missing');
    problems.push(makeProblemAt(tree, code, `${name} has no ${own}`, { fix: `add ${own}: ${example}` }));
  }
  return isWhole ? (read as ReadMap<K>) : undefined;
}

/** How an editor learns about a map with these keys. */
export function mapSchema(keys: Keys): JsonSchema & { readonly properties: object } {
  const needed = Object.keys(keys).filter((own) => keys[own]?.example !== undefined);
  return {
    type: 'object',
    properties: Object.fromEntries(Object.entries(keys).map(([own, each]) => [own, keySchema(each)])),
    additionalProperties: false,
    ...(needed.length > 0 && { required: needed }),
  };
}

function keySchema({ kind, help, fallback, shown, example }: Keys[string]): JsonSchema {
  const preset = shown ?? (example === undefined ? (fallback as Value | undefined) : undefined);
  return { ...kind.schema, description: help, ...(preset !== undefined && { default: preset }) };
}

/** A map by name. An empty one counts as absent. `readItem` gets the name of the map itself. */
export function recordOf<T>(
  wants: string,
  schema: () => Pick<JsonSchema, 'additionalProperties' | 'propertyNames'>,
  readItem: (name: string, at: ValueContext) => T | undefined,
  advice: ValueAdvice = {},
): Kind<{ readonly [name: string]: T }> {
  return kind(
    wants,
    () => ({ type: 'object', ...schema() }),
    (tree, name, problems) => {
      if (!isBranch(tree)) {
        if (!isMap(tree.value)) problems.push(mustBe(tree, name, wants, advice));
        return undefined;
      }
      const read: [string, T][] = [];
      for (const [own, child] of tree.children) {
        const value = readItem(own, { tree: child, name, problems });
        if (value !== undefined) read.push([own, value]);
      }
      return Object.fromEntries(read);
    },
  );
}

/** A word, a list or a number that is short for a map. An empty map is a word, too: most kinds refuse it. */
export function shortFor<W, T>(
  wants: string,
  { schema, accept }: ValueKind<W>,
  expand: (word: W) => T,
  whole: Kind<T>,
  advice?: ValueAdvice,
): Kind<T> {
  const word = valueKind(wants, schema, accept, advice);
  const isEmptyRefused = accept({}, {}) === undefined;
  return kind(
    wants,
    () => ({ anyOf: [word.schema, isEmptyRefused ? { ...whole.schema, minProperties: 1 } : whole.schema] }),
    (tree, name, problems) => {
      if (isBranch(tree)) return whole.read(tree, name, problems);
      const read = word.read(tree, name, problems);
      return read === undefined ? undefined : expand(read);
    },
  );
}

/** The problem that a value is of another kind. */
export function mustBe(tree: Tree, name: string, wants: string, advice: ValueAdvice = {}): Problem {
  const code = formCode(name, 'config.type');
  return makeProblemAt(tree, code, `${name} must be ${wants}, but is ${formatShownValue(toValue(tree))}`, advice);
}

/** What is wrong with the form of these keys has a code of its own. */
function formCode(name: string, otherwise: string): string {
  const own = /^(?:harvest|schema|export)(?=\.|$)/.exec(name)?.[0];
  return own === undefined ? otherwise : `${own}.form`;
}

/** A value as a message quotes it. */
export function formatShownValue(value: Value): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** Problems for keys of a map that are none of `known`. */
export function findUnknownKeys(map: Branch, known: readonly string[], where: string): Problem[] {
  const code = where.startsWith('export.columns.') ? 'export.form' : 'config.key.unknown';
  return [...map.children]
    .filter(([own]) => !known.includes(own))
    .map(([own, tree]) =>
      makeProblemAt(tree, code, `there is no key "${own}" in ${where}`, {
        fix: suggestName(own, known, `there are ${known.join(', ')}`),
      }),
    );
}
