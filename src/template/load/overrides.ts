import {
  overlay,
  makePlacelessLayer,
  toTree,
  withTree,
  EMPTY,
  type Branch,
  type Layer,
  type Tree,
} from '../../core/validation/config.ts';
import type { Problem } from '../../core/errors.ts';
import { COMMAND_LINE } from '../../core/experiment/frozen.ts';
import { flagOf } from '../../core/settings/reserved.ts';
import { findFault, type ValueFault } from '../../core/settings/schema.ts';
import { toPointer, splitPointer, type JsonPointer, type Value } from '../../core/value.ts';
import type { NumberSources } from '../../core/number-source.ts';
import { findFlag, findPath, findValue, type TargetScope, type Target } from './targets.ts';
import { parseTypedValue, type TypedValue } from './typed-text.ts';

/** The overrides of a template for one experiment. */
export interface Overrides {
  /** `--learning-rate 0.1`, by the name of the parameter or reserved key. */
  readonly flags: readonly { readonly name: string; readonly texts: readonly string[] }[];
  /** `--set optimizer.lr=0.1` */
  readonly sets: readonly { readonly path: string; readonly text: string }[];
  /** Values that are typed already: of a sweep, of the library. Flags and sets take precedence. */
  readonly values?: readonly GivenValue[];
  /** Where `values` came from, for origins. Default `command line`. */
  readonly valuesSource?: string;
}

export interface GivenValue {
  /** `/learning_rate`, `/optimizer/lr`, `/num_gpus`; `/params/x` for a parameter of a reserved name. */
  readonly pointer: JsonPointer;
  readonly value: Value;
  /** How it was written, or how the numbers inside it were. */
  readonly written?: string | NumberSources;
}

/** One override: where it leads, and the value it gives. */
interface Request {
  readonly source: string;
  /** As people gave it: `command line --learning-rate`. */
  readonly shownAs: string;
  readonly find: (scope: TargetScope) => Target | Problem;
  readonly read: (target: Target, template: string) => TypedValue | ValueFault;
}

/** A configuration with all overrides applied, and the top-level keys that they touched. */
export interface Applied {
  readonly tree: Branch;
  readonly touched: ReadonlySet<string>;
}

/** Lays all overrides over a template, one after another. What is wrong with them is added to `problems`. */
export function applyOverrides(scope: TargetScope, overrides: Overrides, problems: Problem[]): Applied {
  return apply(scope, requestsOf(overrides), problems);
}

/** The same for paths and texts alone, with a rule of its own for what they may lead to. */
export function applyTexts(
  texts: Readonly<Record<string, string>>,
  find: (path: string) => Target | Problem,
  problems: Problem[],
): Applied {
  const requests = Object.entries(texts).map(([path, text]) => ({ ...setRequest(path, text), find: () => find(path) }));
  return apply({ name: '', parameters: new Map(), tree: EMPTY }, requests, problems);
}

function apply(scope: TargetScope, requests: readonly Request[], problems: Problem[]): Applied {
  const touched = new Set<string>();
  let tree = scope.tree;
  for (const request of requests) {
    const read = assignmentFor(request, { ...scope, tree });
    if ('keys' in read) {
      tree = overlay(tree, withTree(EMPTY, read.keys, read.tree));
      touched.add(read.keys[0] ?? '');
    } else {
      problems.push({ ...read, at: { file: request.shownAs } });
    }
  }
  return { tree, touched };
}

function requestsOf({ flags, sets, values = [], valuesSource = COMMAND_LINE }: Overrides): Request[] {
  return [
    ...values.map(({ pointer: path, value, written }): Request => {
      const steps = splitPointer(path);
      const known = typeof written === 'string' ? { '': written } : (written ?? {});
      return {
        source: valuesSource,
        shownAs: `${valuesSource} ${steps.join('.')}`,
        find: (scope) => findValue(scope, steps),
        read: (target) => checked(target, value, known),
      };
    }),
    ...flags.map(({ name, texts }): Request => ({
      source: COMMAND_LINE,
      shownAs: `${COMMAND_LINE} ${flagOf(name)}`,
      find: (scope) => findFlag(scope, name),
      read: (target, template) => readTexts(texts, target, template),
    })),
    ...sets.map(({ path, text }) => setRequest(path, text)),
  ];
}

function setRequest(path: string, text: string): Request {
  return {
    source: COMMAND_LINE,
    shownAs: `${COMMAND_LINE} --set ${path}`,
    find: (scope) => findPath(scope, path.split('.')),
    read: (target, template) => readTexts([text], target, template),
  };
}

/** The value of an override. Several values with commas between them are refused, with the command for a sweep. */
function readTexts(texts: readonly string[], { name, rule }: Target, template: string): TypedValue | ValueFault {
  const read = parseTypedValue(texts, rule);
  if (!('says' in read) || template === '') return read;
  const values = texts.flatMap((text) => text.split(','));
  const isSweep = values.length > 1 && values.every((value) => !('says' in parseTypedValue([value], rule)));
  if (!isSweep) return read;
  return {
    ...read,
    fix: `for an experiment with each of these: sheaf run ${template} --grid ${name}=${values.join(',')}`,
  };
}

/** Reserved keys are judged with the rest of the settings. */
function checked({ rule, reserved }: Target, value: Value, written: NumberSources): TypedValue | ValueFault {
  if (value === null && !rule.optional) return { code: 'param.type', says: 'must have a value, but is null' };
  return (reserved ? undefined : findFault(rule, value, written)) ?? { value, written };
}

/** One value put in, by its path in the merged configuration. */
interface Assignment {
  readonly keys: readonly string[];
  readonly tree: Tree;
}

function assignmentFor({ source, shownAs, find, read }: Request, scope: TargetScope): Assignment | Problem {
  const target = find(scope);
  if ('code' in target) return target;
  const value = read(target, scope.name);
  if ('says' in value) {
    const message = `${target.name} ${value.says}`;
    return { code: value.code, message, ...(value.fix !== undefined && { fix: value.fix }) };
  }
  return assignment(target, value, makePlacelessLayer(source, {}, value.written, shownAs));
}

function assignment({ keys, item, reserved }: Target, { value, written }: TypedValue, layer: Layer): Assignment {
  const origin = { layer, path: '' };
  if (item === undefined) return { keys, tree: toTree(reserved?.type === 'texts' ? oneOrMany(value) : value, origin) };
  const at = toPointer(item.index);
  const list = item.list.map((old, i) => (i === item.index ? value : old));
  const kept = Object.entries(item.written).filter(([path]) => path !== at && !path.startsWith(`${at}/`));
  const added = Object.entries(written).map(([path, text]): [string, string] => [at + path, text]);
  return { keys, tree: { value: list, written: Object.fromEntries([...kept, ...added]), origin } };
}

/** `--partition a100` is one partition, not a list of one. */
export function oneOrMany(value: Value): Value {
  return Array.isArray(value) && value.length === 1 ? (value[0] as Value) : value;
}
