import { isBranch, problemAt, treeAt, valueOf, writtenIn, type Branch, type Tree } from './config.ts';
import { unknownKeys } from './keys.ts';
import type { Problem } from '../errors.ts';
import {
  faultOf,
  itemTypeOf,
  PARAMETER_TYPES,
  typeOf,
  widenInt,
  type Parameter,
  type ParameterType,
} from '../settings/schema.ts';
import { isMap, type Scalar, type Value } from '../value.ts';

/** The parameter that repeats a run; every template takes it. */
const SEED = 'seed';

/** What a schema says of one parameter. */
interface SchemaEntry {
  readonly type?: ParameterType;
  readonly range?: readonly [number, number];
  readonly choices?: readonly Scalar[];
  readonly help?: string;
  readonly seed?: boolean;
  readonly required?: boolean;
}

const ENTRY_KEYS = ['type', 'range', 'choices', 'help', 'role', 'required'];

/** The parameters of a configuration, with what its schema says, and what is wrong with either. */
export function readParameters(tree: Branch): { parameters: Map<string, Parameter>; problems: Problem[] } {
  const problems: Problem[] = [];
  const entries = readSchema(treeAt(tree, ['schema']), problems);
  const params = treeAt(tree, ['params']);
  const defaults = new Map<string, Tree>(isBranch(params) ? params.children : []);
  const parameters = new Map<string, Parameter>();
  for (const name of new Set([...defaults.keys(), ...entries.keys()])) {
    const found = defaults.get(name);
    const parameter = parameterOf(name, found, entries.get(name) ?? {});
    parameters.set(name, parameter);
    if (found) problems.push(...defaultProblems(parameter, found));
  }
  if (!parameters.has(SEED)) parameters.set(SEED, IMPLICIT_SEED);
  return { parameters, problems };
}

const IMPLICIT_SEED: Parameter = {
  name: SEED,
  type: 'int',
  itemType: 'any',
  optional: true,
  required: false,
  help: 'Seed of random numbers',
  seed: true,
};

function parameterOf(name: string, tree: Tree | undefined, entry: SchemaEntry): Parameter {
  const value = tree === undefined ? null : valueOf(tree);
  const written = tree === undefined ? {} : writtenIn(tree);
  const { type = typeOf(value, written['']), required = value === null } = entry;
  return {
    name,
    type,
    itemType: itemTypeOf(value, written),
    ...(type === 'int' && entry.type === undefined ? widenInt(name, value, name) : {}),
    ...(entry.range && { range: entry.range }),
    ...(entry.choices && { choices: entry.choices }),
    ...(entry.help !== undefined && { help: entry.help }),
    ...(value !== null && { default: value, written }),
    optional: entry.required === false,
    required,
    seed: entry.seed ?? name === SEED,
  };
}

function defaultProblems(parameter: Parameter, tree: Tree): Problem[] {
  const fault = faultOf(parameter, valueOf(tree), writtenIn(tree));
  return fault
    ? [
        problemAt(
          tree,
          fault.code,
          `${parameter.name} ${fault.says}`,
          fault.fix === undefined ? {} : { fix: fault.fix },
        ),
      ]
    : [];
}

function readSchema(schema: Tree | undefined, problems: Problem[]): Map<string, SchemaEntry> {
  const entries = new Map<string, SchemaEntry>();
  if (schema === undefined) return entries;
  if (!isBranch(schema)) {
    if (!isMap(schema.value))
      problems.push(problemAt(schema, 'schema.form', 'schema must be a map of parameters', EXAMPLE));
    return entries;
  }
  for (const [name, tree] of schema.children) {
    if (isBranch(tree)) entries.set(name, readEntry(name, tree, problems));
    else if (!isMap(tree.value)) problems.push(problemAt(tree, 'schema.form', `schema.${name} must be a map`, EXAMPLE));
  }
  return entries;
}

const EXAMPLE = { fix: 'write for example: schema: {learning_rate: {type: float, range: [0, 1]}}' };

function readEntry(name: string, entry: Branch, problems: Problem[]): SchemaEntry {
  problems.push(...unknownKeys(entry, ENTRY_KEYS, `schema.${name}`));
  const read = <T>(key: string, accept: (value: Value) => T | undefined, wants: string): T | undefined => {
    const tree = entry.children.get(key);
    if (tree === undefined) return undefined;
    const result = accept(valueOf(tree));
    if (result === undefined) problems.push(problemAt(tree, 'schema.form', `schema.${name}.${key} must be ${wants}`));
    return result;
  };
  const type = read(
    'type',
    (value) => PARAMETER_TYPES.find((known) => known === value),
    `one of ${PARAMETER_TYPES.join(', ')}`,
  );
  const range = read('range', rangeOf, 'two numbers, the lower one first: [0, 1]');
  const choices = read('choices', scalarsOf, 'a list of values');
  const help = read('help', (value) => (typeof value === 'string' ? value : undefined), 'a text');
  const role = read('role', (value) => (value === 'seed' ? value : undefined), '"seed", the only role there is');
  const required = read('required', (value) => (typeof value === 'boolean' ? value : undefined), 'true or false');
  return {
    ...(type && { type }),
    ...(range && { range }),
    ...(choices && { choices }),
    ...(help !== undefined && { help }),
    ...(role && { seed: true }),
    ...(required !== undefined && { required }),
  };
}

const INFINITE: Readonly<Record<string, number>> = { inf: Infinity, '-inf': -Infinity };

function rangeOf(value: Value): readonly [number, number] | undefined {
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const [low, high] = value.map((end: Value) => (typeof end === 'string' ? INFINITE[end] : end));
  return typeof low === 'number' && typeof high === 'number' && low <= high ? [low, high] : undefined;
}

function scalarsOf(value: Value): readonly Scalar[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  return value.every((item) => item === null || typeof item !== 'object') ? (value as readonly Scalar[]) : undefined;
}
