import { isBranch, getTreeAt, toValue, collectWritten, type Tree } from '../../core/validation/config.ts';
import type { Problem } from '../../core/errors.ts';
import { suggestMeant } from '../../core/text/abbreviation.ts';
import {
  flagOf,
  RESERVED,
  RESOURCE_KEYS,
  findReservedKey,
  RUN_KEYS,
  type ReservedKey,
} from '../../core/settings/reserved.ts';
import { inferRule, widenInt, type ValueRule } from '../../core/settings/schema.ts';
import { isMap, type Value } from '../../core/value.ts';
import type { NumberSources } from '../../core/number-source.ts';
import type { LoadedTemplate } from './load.ts';
import { getItemRule } from './typed-text.ts';

/** What names and paths are looked up in: a template with the overrides applied so far. */
export type TargetScope = Pick<LoadedTemplate, 'name' | 'parameters' | 'tree'>;

/** What a name or path leads to. */
export interface Target {
  /** In the merged configuration. */
  readonly keys: readonly string[];
  /** As shown to people. */
  readonly name: string;
  readonly rule: ValueRule;
  readonly reserved?: ReservedKey;
  /** An item of the list at `keys`. */
  readonly item?: { readonly index: number; readonly list: readonly Value[]; readonly written: NumberSources };
}

export function findFlag(scope: TargetScope, given: string): Target | Problem {
  const names = [given, given.replaceAll('-', '_')];
  const reserved = names.map(findReservedKey).find((key) => key !== undefined);
  if (reserved?.flag) return makeReservedTarget(reserved);
  const parameter = names.map((name) => scope.parameters.get(name)).find((found) => found !== undefined);
  if (parameter) return { keys: ['params', parameter.name], name: parameter.name, rule: parameter };
  return unknown(scope, flagOf(given), flagNames(scope).map(flagOf));
}

function flagNames(scope: TargetScope): string[] {
  return [...scope.parameters.keys(), ...RESERVED.filter(({ flag }) => flag).map(({ name }) => name)];
}

function unknown(scope: TargetScope, shown: string, known: readonly string[]): Problem {
  const fix = suggestMeant(shown, known, `see all with: sheaf template show ${scope.name}`);
  return { code: 'param.unknown', message: `the template ${scope.name} has no ${shown}`, fix };
}

const RESERVED_RULES: Readonly<Record<ReservedKey['type'], ValueRule>> = {
  text: getRule('str'),
  lines: getRule('str'),
  texts: getRule('list'),
  count: getRule('int'),
  count0: getRule('int'),
  memory: getRule('str'),
  time: getRule('str'),
  flag: getRule('bool'),
  map: getRule('map'),
  // A number, or a map.
  pack: getRule('any'),
  setting: { ...getRule('any'), bare: true },
};

export function getRule(type: ValueRule['type']): ValueRule {
  return { type, itemType: 'str', optional: false };
}

export function makeReservedTarget(
  reserved: ReservedKey,
  name: string = reserved.name,
  keys: readonly string[] = [name],
): Target {
  return { keys, name, rule: RESERVED_RULES[reserved.type], reserved };
}

export function findPath(scope: TargetScope, steps: readonly string[]): Target | Problem {
  const [first = '', ...rest] = steps;
  const shown = steps.join('.');
  if (first === 'params' && rest.length > 0) return findParameter(scope, rest, shown);
  const reserved = findReservedKey(first);
  if (reserved === undefined) return findParameter(scope, steps, shown);
  if (first === 'sbatch' && rest.length > 0)
    return { keys: ['sbatch', rest.join('.')], name: shown, rule: getRule('any') };
  if (first === 'stages' && rest.length === 2) return findInStage(scope, rest, shown);
  if (rest.length === 0 && reserved.flag) return makeReservedTarget(reserved);
  if (rest.length > 0 && reserved.flag && (reserved.type === 'map' || reserved.type === 'setting'))
    return { keys: steps, name: shown, rule: getRule('any') };
  return { code: 'param.unknown', message: `${shown} cannot be set for one experiment`, fix: 'change the template' };
}

/** A typed value is one of a parameter first: only one below `params:` can have a reserved name. */
export function findValue(scope: TargetScope, steps: readonly string[]): Target | Problem {
  return scope.parameters.has(steps[0] ?? '') ? findParameter(scope, steps, steps.join('.')) : findPath(scope, steps);
}

function findInStage(scope: TargetScope, [stage = '', key = '']: readonly string[], shown: string): Target | Problem {
  const stages = getTreeAt(scope.tree, ['stages']);
  const names = isBranch(stages) ? [...stages.children.keys()] : [];
  if (!names.includes(stage))
    return unknown(
      scope,
      `stages.${stage}`,
      names.map((name) => `stages.${name}`),
    );
  const known = ['command', ...RESOURCE_KEYS, ...RUN_KEYS];
  const reserved = known.includes(key) ? findReservedKey(key) : undefined;
  if (reserved === undefined)
    return unknown(
      scope,
      shown,
      known.map((one) => `stages.${stage}.${one}`),
    );
  return makeReservedTarget(reserved, shown, ['stages', stage, key]);
}

/** Follows a path through maps and lists; names that have dots themselves are found whole. */
function findParameter(scope: TargetScope, steps: readonly string[], shown: string): Target | Problem {
  const [name, rest] = splitName(steps, scope.parameters);
  const parameter = name === undefined ? undefined : scope.parameters.get(name);
  if (parameter === undefined) return unknown(scope, shown, [...scope.parameters.keys()]);
  const keys = ['params', parameter.name];
  if (rest.length === 0) return { keys, name: shown, rule: parameter };
  return findInside(scope, getTreeAt(scope.tree, keys), keys, rest, shown, parameter);
}

/** The longest beginning of a path that is one of the names. */
function splitName(
  steps: readonly string[],
  names: Pick<ReadonlySet<string>, 'has'>,
): [string | undefined, readonly string[]] {
  for (let length = steps.length; length > 0; length -= 1) {
    const name = steps.slice(0, length).join('.');
    if (names.has(name)) return [name, steps.slice(length)];
  }
  return [undefined, steps];
}

function findInside(
  scope: TargetScope,
  tree: Tree | undefined,
  keys: readonly string[],
  steps: readonly string[],
  shown: string,
  rule: ValueRule,
): Target | Problem {
  if (isBranch(tree)) {
    const [name, rest] = splitName(steps, tree.children);
    const child = name === undefined ? undefined : tree.children.get(name);
    if (name === undefined || child === undefined) {
      const prefix = shown.slice(0, shown.length - steps.join('.').length);
      return unknown(
        scope,
        shown,
        [...tree.children.keys()].map((key) => prefix + key),
      );
    }
    const inner = [...keys, name];
    const own = inferRule(toValue(child), collectWritten(child));
    const childRule = own.type === 'int' ? { ...own, ...widenInt(shown, toValue(child)) } : own;
    return rest.length === 0
      ? { keys: inner, name: shown, rule: childRule }
      : findInside(scope, child, inner, rest, shown, childRule);
  }
  const value = tree?.value ?? null;
  if (Array.isArray(value) && steps.length === 1)
    return findItem(value, tree?.written ?? {}, keys, steps[0] ?? '', shown, rule);
  // A map whose keys are unknown yet takes any.
  if ((value === null && (rule.type === 'map' || rule.type === 'any')) || isMap(value)) {
    return { keys: [...keys, ...steps], name: shown, rule: getRule('any') };
  }
  return { code: 'param.unknown', message: `${shown} leads into a value that is no map`, fix: 'set the whole value' };
}

function findItem(
  list: readonly Value[],
  written: NumberSources,
  keys: readonly string[],
  step: string,
  shown: string,
  rule: ValueRule,
): Target | Problem {
  const index = /^\d+$/.test(step) ? Number(step) : -1;
  if (index < 0 || index >= list.length) {
    return {
      code: 'param.unknown',
      message: `${shown} is no item of the list`,
      fix: `it has ${list.length} items, counted from 0`,
    };
  }
  return { keys, name: shown, rule: getItemRule(rule, list, written), item: { index, list, written } };
}
