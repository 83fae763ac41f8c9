/** The keys of a JSON Schema as rows of a table: path, value, default and meaning. */
import { isDeepStrictEqual } from 'node:util';
import type { JsonSchema } from '../../src/core/validation/json-schema.ts';
import { cell } from './markdown.ts';

export type KeyRow = readonly [path: string, value: string, initial: string, meaning: string];

interface Place {
  /** `stages.NAME.command` */
  readonly path: string;
  readonly schema: JsonSchema;
  /** In place of the description of the schema. */
  readonly meaning?: string;
}

/** What stands for a name that the user chooses, by the key above it. */
const CHOSEN: { readonly [key: string]: string } = {
  stages: 'STAGE',
  harvest: 'METRIC',
  schema: 'PARAMETER',
  exports: 'VARIABLE',
  env: 'VARIABLE',
  sbatch: 'OPTION',
  where: 'COLUMN',
};

/** Definitions whose values are described in words. */
const WORDS: { readonly [definition: string]: string } = { mem: 'memory', time_limit: 'time limit' };

/** Lists the keys of `root` that are in `names`, each with those below it. Keys that several maps share are listed once. */
export function listKeys(root: JsonSchema, names: readonly string[]): KeyRow[] {
  const shown = new Set<string>();
  return names.flatMap((name) => {
    const schema = root.properties?.[name];
    return schema === undefined ? [] : rowsOf({ path: name, schema }, root, shown);
  });
}

function rowsOf(place: Place, root: JsonSchema, shown: Set<string>): KeyRow[] {
  const { path, schema } = place;
  const isAgain = schema.$ref !== undefined && shown.has(schema.$ref);
  if (schema.$ref !== undefined) shown.add(schema.$ref);
  const meaning = place.meaning ?? schema.description ?? '';
  const value = describe(schema, root);
  const initial = findDefault(schema, root);
  const row: KeyRow = [
    `\`${path}\``,
    value,
    initial === undefined ? '' : `\`${JSON.stringify(initial)}\``,
    cell(meaning),
  ];
  if (isAgain) return [row];
  const lists = alternatives(schema, root).flatMap(({ items }) => (items ? mapsOf(items, root) : []));
  return [row, ...rowsBelow(path, mapsOf(schema, root), root, shown), ...rowsBelow(`${path}[]`, lists, root, shown)];
}

/** The alternatives of a schema that are maps with keys. */
function mapsOf(schema: JsonSchema, root: JsonSchema): readonly JsonSchema[] {
  const all = alternatives(schema, root).filter((each) => each.properties ?? isMap(each.additionalProperties));
  // Beside maps of its own, a reference is to what is listed elsewhere.
  const own = all.filter((each) => schema.anyOf?.includes(each));
  return own.length > 0 ? own : all;
}

/** Of several kinds of maps, such as those of harvest rules, keys that several have are listed once. */
function rowsBelow(path: string, maps: readonly JsonSchema[], root: JsonSchema, shown: Set<string>): KeyRow[] {
  const names = [...new Set(maps.flatMap(({ properties = {} }) => Object.keys(properties)))];
  const own: Place[] = names.flatMap((name) => {
    const having = maps.filter(({ properties = {} }) => name in properties);
    const schema = having[0]?.properties?.[name];
    if (schema === undefined) return [];
    const kinds = having.flatMap(({ required = [] }) => required.slice(0, 1)).filter((kind) => kind !== name);
    const isOfAll = having.length === maps.length || kinds.length === 0;
    const only = isOfAll ? '' : ` (with ${kinds.map((kind) => `\`${kind}\``).join(', ')})`;
    return [{ path: `${path}.${name}`, schema, meaning: `${schema.description ?? ''}${only}` }];
  });
  const isSame = ({ path: at, schema }: Place): boolean =>
    at.startsWith('stages.') && isDeepStrictEqual(schema, root.properties?.[at.split('.').at(-1) ?? '']);
  const same = own.filter(isSame).map(({ path: at }) => `\`${at.split('.').at(-1) ?? ''}\``);
  return [
    ...own.filter((place) => !isSame(place)).flatMap((place) => rowsOf(place, root, shown)),
    ...(same.length === 0
      ? []
      : [[`\`${path}.…\``, 'as at the top', '', `Of this stage: ${same.join(', ')}`] satisfies KeyRow]),
    ...maps.flatMap(({ additionalProperties: others }) =>
      isMap(others) && mapsOf(others, root).length > 0
        ? rowsOf({ path: `${path}.${CHOSEN[path.split('.').at(-1) ?? ''] ?? 'NAME'}`, schema: others }, root, shown)
        : [],
    ),
  ];
}

function isMap(schema: boolean | JsonSchema | undefined): schema is JsonSchema {
  return typeof schema === 'object';
}

/** What a value can be, without references, nested alternatives and null, which is "not set". */
function alternatives(schema: JsonSchema, root: JsonSchema): readonly JsonSchema[] {
  const target = resolve(schema, root);
  const all = (target.anyOf ?? []).filter(
    ({ type, properties, enum: values, $ref, anyOf, items, additionalProperties }) =>
      [type, properties, values, $ref, anyOf, items, additionalProperties].some((part) => part !== undefined),
  );
  const isPlain = target.type !== undefined || target.enum !== undefined || all.length === 0;
  return (isPlain ? [target] : all.flatMap((each) => alternatives(each, root))).filter(({ type }) => type !== 'null');
}

function resolve(schema: JsonSchema, root: JsonSchema): JsonSchema {
  const { $ref, ...rest } = schema;
  const target = $ref === undefined ? undefined : root.definitions?.[nameOf($ref)];
  return target === undefined ? schema : { ...target, ...rest };
}

function nameOf(reference: string): string {
  return reference.split('/').at(-1) ?? '';
}

function findDefault(schema: JsonSchema, root: JsonSchema): JsonSchema['default'] {
  const { default: initial } = resolve(schema, root);
  const isEmpty = typeof initial === 'object' && initial !== null && Object.values(initial).flat().length === 0;
  return isEmpty ? undefined : initial;
}

/** `auto`, `none` or memory */
function describe(schema: JsonSchema, root: JsonSchema): string {
  const words = WORDS[nameOf(schema.$ref ?? '').replace(/-\d+$/, '')];
  if (words !== undefined && /-\d+$/.test(schema.$ref ?? '')) return words;
  const parts = alternatives(schema, root).map((each) => (words === undefined ? one(each, root) : wordOr(each, words)));
  return [...new Set(parts)].join('; ');
}

function wordOr({ enum: values }: JsonSchema, words: string): string {
  return values === undefined ? words : quote(values);
}

function one(schema: JsonSchema, root: JsonSchema): string {
  const { type, enum: values, items, minimum, exclusiveMinimum, properties } = schema;
  if (values) return quote(values);
  const types = typeof type === 'string' ? [type] : (type ?? []);
  if (types.includes('array')) return items ? `list of: ${describe(items, root)}` : 'list';
  if (types.includes('object') || properties) return 'map';
  if (types.includes('boolean') && types.length === 1) return '`true`, `false`';
  const number = types.includes('integer') ? 'whole number' : 'number';
  if (types.includes('string')) return types.includes('boolean') ? 'text, number, `true`, `false`' : 'text';
  if (minimum !== undefined) return `${number} from ${minimum}`;
  return exclusiveMinimum === undefined ? number : `${number} above ${exclusiveMinimum}`;
}

function quote(values: readonly unknown[]): string {
  return values.map((value) => `\`${String(value)}\``).join(', ');
}
