import { withoutUndefined } from '../value.ts';
import type { JsonSchema } from './json-schema.ts';

/** Shorter parts are not worth a definition. */
const SHORTEST = 200;

/** The same schema, in which parts that occur several times are definitions. */
export function withDefinitions(schema: JsonSchema): JsonSchema {
  const counts = new Map<string, number>();
  countParts(schema, counts);
  const names = new Map<string, string>();
  const definitions: Record<string, JsonSchema> = {};
  const replaced = (part: JsonSchema, key: string): JsonSchema => {
    const body = bodyOf(part);
    if (body.length < SHORTEST || counts.get(body) === 1) return mapParts(part, key, replaced);
    let name = names.get(body);
    if (name === undefined) {
      name = freeName(key, new Set(names.values()));
      names.set(body, name);
      definitions[name] = mapParts(JSON.parse(body) as JsonSchema, key, replaced);
    }
    const { description, default: preset } = part;
    return withoutUndefined({ $ref: `#/definitions/${name}`, description, default: preset });
  };
  return { ...mapParts(schema, '', replaced), definitions };
}

/** What a part allows, without what it says about the key that it stands for. */
function bodyOf(part: JsonSchema): string {
  return JSON.stringify({ ...part, description: undefined, default: undefined });
}

function freeName(key: string, taken: ReadonlySet<string>): string {
  for (let n = 1; ; n += 1) {
    const name = n === 1 ? key : `${key}-${n}`;
    if (!taken.has(name)) return name;
  }
}

/** What is inside a part that occurs several times counts once. */
function countParts(schema: JsonSchema, counts: Map<string, number>): void {
  mapParts(schema, '', (part) => {
    const count = (counts.get(bodyOf(part)) ?? 0) + 1;
    counts.set(bodyOf(part), count);
    if (count === 1) countParts(part, counts);
    return part;
  });
}

/** The schema with each of its direct parts replaced. `key` is the last key on the way to a part. */
function mapParts(schema: JsonSchema, key: string, replace: (part: JsonSchema, key: string) => JsonSchema): JsonSchema {
  const { properties, items, anyOf, additionalProperties: others } = schema;
  return {
    ...schema,
    ...(typeof others === 'object' && { additionalProperties: replace(others, key) }),
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, part]) => [name, replace(part, name)])),
    }),
    ...(items && { items: replace(items, key) }),
    ...(anyOf && { anyOf: anyOf.map((part) => replace(part, key)) }),
  };
}
