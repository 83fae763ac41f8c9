import { type Scalar, type Value, withoutUndefined } from '../value.ts';
import { isBranch, makeProblemAt, getTreeAt, toValue, collectWritten, type Branch, type Tree } from './config.ts';
import { choice, flag } from './kinds.ts';
import { key, mapOf, recordOf, valueKind, type Kind } from './setting.ts';
import type { Problem } from '../errors.ts';
import {
  findFault,
  inferItemType,
  PARAMETER_TYPES,
  inferType,
  widenInt,
  type Parameter,
  type ParameterType,
} from '../settings/schema.ts';
import { isSeedName } from '../settings/seed-names.ts';

/** The parameter that repeats a run; every template takes it. */
const SEED = 'seed';

const INFINITE: Readonly<Record<string, number>> = { inf: Infinity, '-inf': -Infinity };

const range = valueKind<readonly [number, number]>(
  'two numbers, the lower one first: [0, 1]',
  { type: 'array', items: { anyOf: [{ type: 'number' }, { enum: ['inf', '-inf'] }] }, minItems: 2, maxItems: 2 },
  (value) => {
    if (!Array.isArray(value) || value.length !== 2) return undefined;
    const [low, high] = value.map((end: Value) => (typeof end === 'string' ? INFINITE[end] : end));
    return typeof low === 'number' && typeof high === 'number' && low <= high ? [low, high] : undefined;
  },
);

const choices = valueKind<readonly Scalar[]>(
  'a list of values',
  { type: 'array', items: { type: ['string', 'number', 'boolean', 'null'] }, minItems: 1 },
  (value) => {
    if (!Array.isArray(value) || value.length === 0) return undefined;
    return value.every((item) => item === null || typeof item !== 'object') ? (value as readonly Scalar[]) : undefined;
  },
);

const help = valueKind('a text', { type: 'string' }, (value) => (typeof value === 'string' ? value : undefined));

const EXAMPLE = { fix: 'write for example: schema: {learning_rate: {type: float, range: [0, 1]}}' };

/** What a schema says about one parameter. */
interface SchemaEntry {
  readonly type?: ParameterType;
  readonly range?: readonly [number, number];
  readonly choices?: readonly Scalar[];
  readonly help?: string;
  readonly role?: 'seed' | 'none';
  readonly required?: boolean;
}

const entry: Kind<SchemaEntry> = mapOf(
  {
    type: key(choice(PARAMETER_TYPES), 'Default: the type of the default value'),
    range: key(range, 'Lowest and highest value, both included; inf and -inf for no bound'),
    choices: key(choices, 'The allowed values'),
    help: key(help, 'Shown by sheaf new --help and sheaf template show'),
    role: key(
      choice(['seed', 'none'], 'seed or none'),
      'seed: results are averaged over the parameter; none: it is no seed, although it has the name of one',
    ),
    required: key(flag, 'false: the parameter may have no value'),
  },
  'a map',
  EXAMPLE,
);

/** What a template says about its parameters. */
export const parameterSchema: Kind<{ readonly [name: string]: SchemaEntry }> = recordOf(
  'a map of parameters',
  () => ({ additionalProperties: entry.schema }),
  (name, { tree, problems }) => entry.read(tree, `schema.${name}`, problems),
  EXAMPLE,
);

/** The parameters of a configuration, with what its schema says, and what is wrong with either. */
export function readParameters(tree: Branch): { parameters: Map<string, Parameter>; problems: Problem[] } {
  const problems: Problem[] = [];
  const schema = getTreeAt(tree, ['schema']);
  const entries = new Map(Object.entries((schema && parameterSchema.read(schema, 'schema', problems)) ?? {}));
  const params = getTreeAt(tree, ['params']);
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

/** The parameter `seed` of a template that does not mention it. */
export const IMPLICIT_SEED: Parameter = {
  name: SEED,
  type: 'int',
  itemType: 'any',
  optional: true,
  required: false,
  help: 'Random seed',
  seed: true,
};

function parameterOf(name: string, tree: Tree | undefined, entry: SchemaEntry): Parameter {
  const value = tree === undefined ? null : toValue(tree);
  const written = tree === undefined ? {} : collectWritten(tree);
  const { type = inferType(value, written['']), required = value === null } = entry;
  return withoutUndefined({
    name,
    type,
    itemType: inferItemType(value, written),
    ...(type === 'int' && entry.type === undefined ? widenInt(name, value, name) : {}),
    range: entry.range,
    choices: entry.choices,
    help: entry.help,
    ...(value !== null && { default: value, written }),
    optional: entry.required === false,
    required,
    seed: (entry.role ?? getUsualRole(name, type)) === 'seed',
  });
}

/** A number, or what has no value yet: `seed_everything: true` sets no seed of its own. */
function getUsualRole(name: string, type: ParameterType): 'seed' | 'none' {
  return name === SEED || (isSeedName(name) && (type === 'int' || type === 'any')) ? 'seed' : 'none';
}

function defaultProblems(parameter: Parameter, tree: Tree): Problem[] {
  const fault = findFault(parameter, toValue(tree), collectWritten(tree));
  return fault
    ? [
        makeProblemAt(
          tree,
          fault.code,
          `${parameter.name} ${fault.says}`,
          fault.fix === undefined ? {} : { fix: fault.fix },
        ),
      ]
    : [];
}
