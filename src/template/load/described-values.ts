import type { Parameter } from '../../core/settings/schema.ts';
import { isMap, type ValueMap } from '../../core/value.ts';
import { writeFlow } from '../yaml/yaml-write.ts';

/** What a schema says of a parameter, beside its default. */
const SCHEMA_KEYS: readonly string[] = ['type', 'range', 'choices', 'help', 'role', 'required'];

/**
 * Parameters whose value reads like an entry of the schema: `random_state: {default: 0, role: seed}`. A map is a fine
 * value, but hardly that one.
 *
 * @param path the file of the template
 */
export function warnOfDescribedValues(path: string, parameters: Iterable<Parameter>): string[] {
  return [...parameters].flatMap(({ name, default: value }) => {
    if (!isMap(value) || !isDescription(value)) return [];
    const { default: usual = null, ...entry } = value;
    return [
      `${path}: the value of ${name} is the map ${writeFlow(value)}; to describe a parameter, write ` +
        `${name}: ${writeFlow(usual)} and schema: ${writeFlow({ [name]: entry })}`,
    ];
  });
}

function isDescription(value: ValueMap): boolean {
  const { default: usual, ...entry } = value;
  const keys = Object.keys(entry);
  return (
    keys.length > 0 &&
    keys.every((key) => SCHEMA_KEYS.includes(key)) &&
    (usual !== undefined || entry['role'] === 'seed')
  );
}
