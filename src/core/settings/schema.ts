import { areEqual, collectTexts, type Scalar, type Value } from '../value.ts';
import {
  isInteger,
  parseNonFinite,
  parseNumber,
  parsePlainScalar,
  type PlainScalar,
  type NumberSources,
} from '../number-source.ts';

export type ParameterType = 'int' | 'float' | 'str' | 'bool' | 'list' | 'map' | 'any';

export const PARAMETER_TYPES: readonly ParameterType[] = ['int', 'float', 'str', 'bool', 'list', 'map'];

/** What a value must be like. Range and choices hold for each item of a list. */
export interface ValueRule {
  readonly type: ParameterType;
  /** Of the items of a list. */
  readonly itemType: ParameterType;
  readonly range?: readonly [low: number, high: number];
  readonly choices?: readonly Scalar[];
  /** It need not have a value. */
  readonly optional: boolean;
  /** What to change in the template so that an int takes other numbers: its default alone makes it one. */
  readonly widen?: string;
  /** Given as a flag without a value, it is true. */
  readonly bare?: boolean;
}

/** A named value of an experiment that the training code receives, as a template declares it. */
export interface Parameter extends ValueRule {
  readonly name: string;
  /** Undefined when a value must be given, and for optional ones that have none. */
  readonly default?: Value;
  /** How the numbers of the default are written. */
  readonly written?: NumberSources;
  readonly required: boolean;
  readonly help?: string;
  /** It only repeats a run: results are averaged over it. Set by `role`; otherwise by its name and type. */
  readonly seed: boolean;
}

/** The type that a value shows by itself. `any` for null. */
export function inferType(value: Value, written: string | undefined): ParameterType {
  if (value === null) return 'any';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return isInteger(written ?? String(value)) ? 'int' : 'float';
  if (typeof value === 'string') return written === undefined ? 'str' : 'float';
  return Array.isArray(value) ? 'list' : 'map';
}

/** The type that all items share; ints among floats are floats. `any` when they differ or there are none. */
export function inferItemType(value: Value | undefined, written: NumberSources): ParameterType {
  if (!Array.isArray(value)) return 'any';
  const types = new Set(value.map((item: Value, i) => inferType(item, written[`/${i}`])));
  if (types.size === 2 && types.has('int') && types.has('float')) return 'float';
  const [only = 'any'] = types;
  return types.size === 1 ? only : 'any';
}

/** The rule that a default alone gives. */
export function inferRule(value: Value | undefined, written: NumberSources): ValueRule {
  return {
    type: value === undefined ? 'any' : inferType(value, written['']),
    itemType: inferItemType(value, written),
    optional: false,
  };
}

/** How an int becomes a float whose default is a whole number. */
export function widenInt(name: string, value: Value | undefined, schemaKey?: string): { readonly widen?: string } {
  if (typeof value !== 'number') return {};
  const declare = schemaKey === undefined ? '' : `, or add schema: {${schemaKey}: {type: float}}`;
  return { widen: `its default ${value} makes ${name} an int: write ${value}.0 in the template${declare}` };
}

/**
 * The scalar that a word of the command line stands for, given its type: a `str` takes any text verbatim.
 * Undefined when it is no such thing. Lists and maps are not scalars.
 */
export function parseScalar(text: string, type: ParameterType): PlainScalar | undefined {
  switch (type) {
    case 'str':
      return { value: text };
    case 'any':
      return parsePlainScalar(text);
    case 'bool': {
      const { value } = parsePlainScalar(text);
      return typeof value === 'boolean' ? { value } : undefined;
    }
    case 'int':
      return intOfText(text);
    case 'float':
      return parseNumber(text) ?? parseNonFinite(text);
    case 'list':
    case 'map':
      return undefined;
  }
}

function intOfText(text: string): PlainScalar | undefined {
  const number = parseNumber(text);
  if (number === undefined || isInteger(text)) return number;
  // 1e3 means 1000, yet a program that reads an int would refuse it as written.
  return Number.isSafeInteger(number.value) ? { value: number.value } : undefined;
}

export interface ValueFault {
  readonly code: 'param.type' | 'param.range' | 'param.choice' | 'param.text' | 'param.long';
  /** Follows the name: `must be an int, but is "abc"`. */
  readonly says: string;
  readonly fix?: string;
}

/** What is wrong with a value under a rule, if anything. Null is judged by who knows whether it is required. */
export function findFault(rule: ValueRule, value: Value, written: NumberSources = {}): ValueFault | undefined {
  if (value === null) return undefined;
  if (Array.isArray(value) && (rule.type === 'list' || rule.type === 'any')) {
    return textFault(value) ?? listFault(rule, value, written);
  }
  return textFault(value) ?? typeFault(rule, value, written['']) ?? rangeFault(rule, value) ?? choiceFault(rule, value);
}

function listFault(rule: ValueRule, items: readonly Value[], written: NumberSources): ValueFault | undefined {
  const itemRule = { ...rule, type: rule.itemType };
  for (const [i, item] of items.entries()) {
    const text = written[`/${i}`];
    const fault = Array.isArray(item) ? undefined : findFault(itemRule, item, text === undefined ? {} : { '': text });
    if (fault) return { ...fault, says: `${fault.says} (item ${i})` };
  }
  return undefined;
}

/** A type in words: `must be an int`. */
export const TYPE_IN_WORDS: Readonly<Record<ParameterType, string>> = {
  int: 'an int',
  float: 'a float',
  str: 'a str',
  bool: 'true or false',
  list: 'a list',
  map: 'a map',
  any: 'a value',
};

function typeFault({ type, widen }: ValueRule, value: Value, written: string | undefined): ValueFault | undefined {
  if (type === 'any') return undefined;
  const actual = inferType(value, written);
  if (actual === type || (type === 'float' && actual === 'int')) return undefined;
  // A whole number is an int, however it is written.
  if (type === 'int' && Number.isSafeInteger(value)) return undefined;
  const fix = typeof value === 'number' && widen !== undefined ? { fix: widen } : {};
  return { code: 'param.type', says: `must be ${TYPE_IN_WORDS[type]}, but is ${shown(value)}`, ...fix };
}

function shown(value: Value): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function rangeFault({ range }: ValueRule, value: Value): ValueFault | undefined {
  const number = typeof value === 'string' ? NOT_FINITE_NUMBER[value] : value;
  if (range === undefined || typeof number !== 'number' || (number >= range[0] && number <= range[1])) return undefined;
  return {
    code: 'param.range',
    says: `must be from ${range[0]} to ${range[1]}, but is ${shown(value).replaceAll('"', '')}`,
  };
}

const NOT_FINITE_NUMBER: Readonly<Record<string, number>> = { inf: Infinity, '-inf': -Infinity, nan: NaN };

function choiceFault({ choices }: ValueRule, value: Value): ValueFault | undefined {
  if (choices === undefined || choices.some((choice) => areEqual(choice, value))) return undefined;
  return { code: 'param.choice', says: `must be one of ${choices.join(', ')}, but is ${shown(value)}` };
}

/** One string of a program's environment may have 128 KiB on Linux; the name needs a part of it. */
const LONGEST_TEXT = 128 * 1024 - 256;

/** Every value reaches the job as an environment variable, lists and maps as JSON; that cannot hold everything. */
function textFault(value: Value): ValueFault | undefined {
  const texts = collectTexts(value);
  if (texts.some((text) => text.includes('\0'))) {
    return { code: 'param.text', says: 'has a NUL character, which no program can be given' };
  }
  if (!texts.every((text) => text.isWellFormed())) {
    return { code: 'param.text', says: 'has half a surrogate pair, which UTF-8 cannot hold' };
  }
  const whole = typeof value === 'string' ? value : JSON.stringify(value);
  if (whole.length <= LONGEST_TEXT / 3) return undefined;
  return new TextEncoder().encode(whole).length <= LONGEST_TEXT ? undefined : TOO_LONG;
}

/** The environment variable in which a job finds a parameter. */
export function parameterVariable(name: string): string {
  return `SHEAF_P_${name.replace(/[^A-Za-z0-9_]/g, '_')}`;
}

const TOO_LONG: ValueFault = {
  code: 'param.long',
  says: 'is longer than the 128 KiB that a program can be given in one piece',
  fix: 'put it into a file and give the path',
};
