import {
  EMPTY,
  isBranch,
  placelessLayer,
  toTree,
  treeAt,
  valueOf,
  withTree,
  writtenIn,
  type Branch,
  type Layer,
  type Tree,
} from '../core/config.ts';
import { lacking, laterProblem } from '../core/config-keys.ts';
import type { Problem } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import { flagOf, RESERVED, RESOURCE_KEYS, reservedKey, type ReservedKey } from '../core/reserved.ts';
import { faultOf, ruleOf, type ValueFault, type ValueRule } from '../core/schema.ts';
import { isMap, pointer, pointerKeys, type Pointer, type Value } from '../core/value.ts';
import type { Written } from '../core/written.ts';
import type { LoadedTemplate } from './load.ts';
import { itemRule, typedValue, type TypedValue } from './typed-text.ts';

/** What is laid over a template for one experiment. */
export interface Overrides {
  /** `--learning-rate 0.1`, by the name of the parameter or reserved key. */
  readonly flags: readonly { readonly name: string; readonly texts: readonly string[] }[];
  /** `--set optimizer.lr=0.1` */
  readonly sets: readonly { readonly path: string; readonly text: string }[];
  /** Values that are typed already: of a sweep, of the library. They count before flags and sets. */
  readonly values?: readonly GivenValue[];
  /** Where `values` came from, for origins. Default `command line`. */
  readonly valuesSource?: string;
}

export interface GivenValue {
  /** `/learning_rate`, `/optimizer/lr`, `/num_gpus`; `/params/x` for a parameter of a reserved name. */
  readonly pointer: Pointer;
  readonly value: Value;
  /** How it was written, or how the numbers inside it were. */
  readonly written?: string | Written;
}

/** One value put in, by its path in the merged configuration. */
export interface Assignment {
  readonly keys: readonly string[];
  readonly tree: Tree;
}

export const COMMAND_LINE = 'command line';

/** Reads all overrides. What is wrong with them is added to `problems`. */
export function readOverrides(template: LoadedTemplate, overrides: Overrides, problems: Problem[]): Assignment[] {
  return assigned(requestsOf(template, overrides), problems);
}

export function assigned(requests: readonly Request[], problems: Problem[]): Assignment[] {
  return requests.flatMap((request) => {
    const read = assignmentFor(request);
    if ('keys' in read) return [read];
    problems.push({ ...read, at: { file: request.shownAs } });
    return [];
  });
}

/** One override on its way to an assignment. */
export interface Request {
  readonly source: string;
  /** As people gave it: `command line --learning-rate`. */
  readonly shownAs: string;
  readonly target: Target | Problem;
  readonly read: (target: Target) => TypedValue | ValueFault;
}

function requestsOf(template: LoadedTemplate, { flags, sets, values = [], valuesSource = COMMAND_LINE }: Overrides): Request[] {
  return [
    ...values.map(({ pointer: path, value, written }): Request => {
      const steps = pointerKeys(path);
      const known = typeof written === 'string' ? { '': written } : (written ?? {});
      return {
        source: valuesSource,
        shownAs: `${valuesSource} ${steps.join('.')}`,
        target: findValue(template, steps),
        read: (target) => checked(target, value, known),
      };
    }),
    ...flags.map(({ name, texts }): Request => ({
      source: COMMAND_LINE,
      shownAs: `${COMMAND_LINE} ${flagOf(name)}`,
      target: findFlag(template, name),
      read: (target) => typedValue(texts, target.rule),
    })),
    ...sets.map(({ path, text }): Request => ({
      source: COMMAND_LINE,
      shownAs: `${COMMAND_LINE} --set ${path}`,
      target: findPath(template, path.split('.')),
      read: (target) => typedValue([text], target.rule),
    })),
  ];
}

function assignmentFor({ source, shownAs, target, read }: Request): Assignment | Problem {
  if ('code' in target) return target;
  const value = read(target);
  if ('says' in value) {
    return { code: value.code, message: `${target.name} ${value.says}`, ...(value.fix === undefined ? {} : { fix: value.fix }) };
  }
  const notYet = target.reserved && lacking(target.reserved, value.value);
  if (notYet !== undefined) return laterProblem(notYet);
  return assignment(target, value, placelessLayer(source, {}, value.written, shownAs));
}

/** Reserved keys are judged with the rest of the settings. */
function checked({ rule, reserved }: Target, value: Value, written: Written): TypedValue | ValueFault {
  if (value === null && !rule.optional) return { code: 'param.type', says: 'must have a value, but is null' };
  return (reserved ? undefined : faultOf(rule, value, written)) ?? { value, written };
}

/** What a name or path leads to. */
export interface Target {
  /** In the merged configuration. */
  readonly keys: readonly string[];
  /** As shown to people. */
  readonly name: string;
  readonly rule: ValueRule;
  readonly reserved?: ReservedKey;
  /** An item of the list at `keys`. */
  readonly item?: { readonly index: number; readonly list: readonly Value[]; readonly written: Written };
}

function findFlag(template: LoadedTemplate, given: string): Target | Problem {
  const names = [given, given.replaceAll('-', '_')];
  const reserved = names.map(reservedKey).find((key) => key !== undefined);
  if (reserved?.flag) return reservedTarget(reserved);
  const parameter = names.map((name) => template.parameters.get(name)).find((found) => found !== undefined);
  if (parameter) return { keys: ['params', parameter.name], name: parameter.name, rule: parameter };
  if (reserved?.only === 'nothing') return laterProblem(reserved.name);
  return unknown(template, flagOf(given), flagNames(template).map(flagOf));
}

function flagNames(template: LoadedTemplate): string[] {
  return [...template.parameters.keys(), ...RESERVED.filter(({ flag }) => flag).map(({ name }) => name)];
}

function unknown(template: LoadedTemplate, shown: string, known: readonly string[]): Problem {
  const near = nearest(shown, known);
  const fix = near.length > 0 ? `did you mean ${near.join(' or ')}?` : `see all with: sheaf template show ${template.name}`;
  return { code: 'param.unknown', message: `the template ${template.name} has no ${shown}`, fix };
}

const RESERVED_RULES: Readonly<Record<ReservedKey['type'], ValueRule>> = {
  text: ruleFor('str'),
  lines: ruleFor('str'),
  texts: ruleFor('list'),
  count: ruleFor('int'),
  count0: ruleFor('int'),
  memory: ruleFor('str'),
  time: ruleFor('str'),
  flag: ruleFor('bool'),
  map: ruleFor('map'),
};

export function ruleFor(type: ValueRule['type']): ValueRule {
  return { type, itemType: 'str', optional: false };
}

export function reservedTarget(reserved: ReservedKey, name: string = reserved.name, keys: readonly string[] = [name]): Target {
  return { keys, name, rule: RESERVED_RULES[reserved.type], reserved };
}

function findPath(template: LoadedTemplate, steps: readonly string[]): Target | Problem {
  const [first = '', ...rest] = steps;
  const shown = steps.join('.');
  if (first === 'params' && rest.length > 0) return findParameter(template, rest, shown);
  const reserved = reservedKey(first);
  if (reserved === undefined) return findParameter(template, steps, shown);
  if (first === 'sbatch' && rest.length > 0) return { keys: ['sbatch', rest.join('.')], name: shown, rule: ruleFor('any') };
  if (first === 'stages' && rest.length === 2) return findInStage(template, rest, shown);
  if (rest.length === 0 && reserved.flag) return reservedTarget(reserved);
  if (reserved.only === 'nothing') return laterProblem(first);
  return { code: 'param.unknown', message: `${shown} cannot be set for one experiment`, fix: 'change the template' };
}

/** A typed value is one of a parameter first: only one below `params:` can have a reserved name. */
export function findValue(template: LoadedTemplate, steps: readonly string[]): Target | Problem {
  return template.parameters.has(steps[0] ?? '') ? findParameter(template, steps, steps.join('.')) : findPath(template, steps);
}

function findInStage(template: LoadedTemplate, [stage = '', key = '']: readonly string[], shown: string): Target | Problem {
  const stages = treeAt(template.tree, ['stages']);
  const names = isBranch(stages) ? [...stages.children.keys()] : [];
  if (!names.includes(stage)) return unknown(template, `stages.${stage}`, names.map((name) => `stages.${name}`));
  const known = ['command', ...RESOURCE_KEYS];
  const reserved = known.includes(key) ? reservedKey(key) : undefined;
  if (reserved === undefined) return unknown(template, shown, known.map((one) => `stages.${stage}.${one}`));
  return reservedTarget(reserved, shown, ['stages', stage, key]);
}

/** Follows a path through maps and lists; names that have dots themselves are found whole. */
function findParameter(template: LoadedTemplate, steps: readonly string[], shown: string): Target | Problem {
  const [name, rest] = splitName(steps, new Set(template.parameters.keys()));
  const parameter = name === undefined ? undefined : template.parameters.get(name);
  if (parameter === undefined) return unknown(template, shown, [...template.parameters.keys()]);
  const keys = ['params', parameter.name];
  if (rest.length === 0) return { keys, name: shown, rule: parameter };
  return findInside(template, treeAt(template.tree, keys), keys, rest, shown, parameter);
}

/** The longest beginning of a path that is one of the names. */
function splitName(steps: readonly string[], names: ReadonlySet<string>): [string | undefined, readonly string[]] {
  for (let length = steps.length; length > 0; length -= 1) {
    const name = steps.slice(0, length).join('.');
    if (names.has(name)) return [name, steps.slice(length)];
  }
  return [undefined, steps];
}

function findInside(
  template: LoadedTemplate,
  tree: Tree | undefined,
  keys: readonly string[],
  steps: readonly string[],
  shown: string,
  rule: ValueRule,
): Target | Problem {
  if (isBranch(tree)) {
    const [name, rest] = splitName(steps, new Set(tree.children.keys()));
    const child = name === undefined ? undefined : tree.children.get(name);
    if (name === undefined || child === undefined) {
      const prefix = shown.slice(0, shown.length - steps.join('.').length);
      return unknown(template, shown, [...tree.children.keys()].map((key) => prefix + key));
    }
    const inner = [...keys, name];
    const childRule = ruleOf(valueOf(child), writtenIn(child));
    return rest.length === 0 ? { keys: inner, name: shown, rule: childRule } : findInside(template, child, inner, rest, shown, childRule);
  }
  const value = tree?.value ?? null;
  if (Array.isArray(value) && steps.length === 1) return findItem(value, tree?.written ?? {}, keys, steps[0] ?? '', shown, rule);
  // A map whose keys nobody knows yet takes any.
  if ((value === null && (rule.type === 'map' || rule.type === 'any')) || isMap(value)) {
    return { keys: [...keys, ...steps], name: shown, rule: ruleFor('any') };
  }
  return { code: 'param.unknown', message: `${shown} leads into a value that is no map`, fix: 'set the whole value' };
}

function findItem(list: readonly Value[], written: Written, keys: readonly string[], step: string, shown: string, rule: ValueRule): Target | Problem {
  const index = /^\d+$/.test(step) ? Number(step) : -1;
  if (index < 0 || index >= list.length) {
    return { code: 'param.unknown', message: `${shown} is no item of the list`, fix: `it has ${list.length} items, counted from 0` };
  }
  return { keys, name: shown, rule: itemRule(rule, list, written), item: { index, list, written } };
}

function assignment({ keys, item, reserved }: Target, { value, written }: TypedValue, layer: Layer): Assignment {
  const origin = { layer, path: '' };
  if (item === undefined) return { keys, tree: toTree(reserved?.type === 'texts' ? oneOrMany(value) : value, origin) };
  const at = pointer(item.index);
  const list = item.list.map((old, i) => (i === item.index ? value : old));
  const kept = Object.entries(item.written).filter(([path]) => path !== at && !path.startsWith(`${at}/`));
  const added = Object.entries(written).map(([path, text]): [string, string] => [at + path, text]);
  return { keys, tree: { value: list, written: Object.fromEntries([...kept, ...added]), origin } };
}

/** `--partition a100` is one partition, not a list of one. */
export function oneOrMany(value: Value): Value {
  return Array.isArray(value) && value.length === 1 ? (value[0] as Value) : value;
}

/** The assignments as one layer on top of the configuration. */
export function asBranch(assignments: readonly Assignment[]): Branch {
  return assignments.reduce((branch, { keys, tree }) => withTree(branch, keys, tree), EMPTY);
}
