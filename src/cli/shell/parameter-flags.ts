import { flagOf, RESERVED, type ReservedKey, type ReservedType } from '../../core/settings/reserved.ts';
import type { Parameter, ParameterType } from '../../core/settings/schema.ts';
import { toJsonText } from '../../core/number-source.ts';
import type { DynamicFlags } from './command.ts';
import { GLOBAL_FLAGS, type Flag } from '../flags/flags.ts';
import { some } from './words.ts';

/** Reserved keys for which commands have special flags. */
const IDENTITY = new Set(['exp_id', 'description', 'tags', 'notes']);

const RESERVED_VALUES: Readonly<Record<ReservedType, string>> = {
  text: 'TEXT',
  lines: 'TEXT',
  texts: 'NAME',
  count: 'N',
  count0: 'N',
  memory: 'SIZE',
  time: 'TIME',
  flag: 'true|false',
  map: 'MAP',
  pack: 'N|MAP',
  setting: 'WORD|MAP',
};

/** A flag for each reserved key that may be given on the command line. */
export const RESERVED_FLAGS: readonly Flag[] = RESERVED.filter(({ name, flag }) => flag && !IDENTITY.has(name)).map(
  reservedFlag,
);

function reservedFlag({ name, type, help, group }: ReservedKey): Flag {
  return {
    name: flagOf(name).slice(2),
    key: name,
    value: RESERVED_VALUES[type],
    ...(type === 'texts' ? { many: 'words' } : {}),
    help,
    heading: group === 'resources' ? 'Resources' : 'More',
  };
}

const PARAMETER_VALUES: Readonly<Record<ParameterType, string>> = {
  int: 'INT',
  float: 'FLOAT',
  str: 'TEXT',
  bool: 'true|false',
  list: 'ITEM',
  map: 'MAP',
  any: 'VALUE',
};

/** The help text of a parameter. */
type Described = Pick<Parameter, 'name' | 'type' | 'default' | 'written' | 'required' | 'help' | 'range' | 'choices'>;

/** The flags that the parameters of an experiment add to a command. */
export interface ParameterSource {
  /** `template resnet` */
  readonly name: string;
  readonly parameters: readonly Described[];
}

/** Every experiment accepts one. */
const SEED: Described = { name: 'seed', type: 'int', required: false, help: 'Random seed' };

/** A flag for each parameter. If its name is taken or cannot be a flag, only `--set` reaches it. */
export function makeParameterFlags(source: ParameterSource, own: readonly Flag[]): DynamicFlags {
  const flags: Flag[] = [];
  const left: string[] = [];
  const heading = `Parameters of ${source.name}`;
  const parameters = source.parameters.some(({ name }) => name === SEED.name)
    ? source.parameters
    : [...source.parameters, SEED];
  for (const parameter of parameters) {
    const name = flagOf(parameter.name).slice(2);
    const taken = [...own, ...RESERVED_FLAGS, ...GLOBAL_FLAGS, ...flags].some((flag) => flag.name === name);
    if (taken || !/^[A-Za-z][\w.-]*$/.test(name)) left.push(parameter.name);
    else flags.push(parameterFlag(parameter, name, heading));
  }
  const names = source.parameters.map(({ name }) => name);
  return {
    flags: [...flags, ...RESERVED_FLAGS],
    notes:
      left.length === 0 ? [] : [`Only --set reaches ${left.join(', ')}, for example --set ${left[0] ?? ''}=VALUE.`],
    hint: `${source.name} has ${names.length === 0 ? 'no parameters' : `the parameters ${some(names, 12)}`}`,
  };
}

function parameterFlag(parameter: Described, name: string, heading: string): Flag {
  const { type } = parameter;
  return {
    name,
    key: parameter.name,
    value: PARAMETER_VALUES[type],
    // Without a type it may turn out to be a list.
    ...(type === 'list' || type === 'any' ? { many: 'words' } : {}),
    help: describeParameterHelp(parameter),
    heading,
  };
}

/** `Peak learning rate; 0.1 by default; from 0 to 1` */
export function describeParameterHelp({ help, required, default: value, written, range, choices }: Described): string {
  const parts = [
    help,
    required ? 'required' : undefined,
    value === undefined ? undefined : `default ${typeof value === 'string' ? value : toJsonText(value, written)}`,
    range === undefined ? undefined : `${range[0]} to ${range[1]}`,
    choices === undefined ? undefined : `one of ${choices.join(', ')}`,
  ];
  return parts.filter((part) => part !== undefined).join('; ');
}
