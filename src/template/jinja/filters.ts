import { makeValueError } from './fault.ts';
import {
  isExact,
  isList,
  JinjaNumber,
  toJson,
  describeKind,
  areEqualJinja,
  toText,
  isTrue,
  type JinjaMap,
  type JinjaValue,
} from './values.ts';

/** What a filter or method is called with: `subject | name(args)`. */
export interface Call {
  readonly subject: JinjaValue;
  readonly args: readonly JinjaValue[];
  readonly named: ReadonlyMap<string, JinjaValue>;
  /** Its place in the text. */
  readonly at: number;
}

export type Filter = (call: Call) => JinjaValue;

/** The longest text that an expression may make. */
const LONGEST_TEXT = 1_000_000;

/** `default`, `raw` and the tests of undefined names are known to the evaluator itself. */
export const FILTERS: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ['abs', ({ subject, at }) => withValue(number(subject, at), Math.abs)],
  ['basename', ({ subject, at }) => requireText(subject, at).replace(/^.*\//, '')],
  ['capitalize', ({ subject, at }) => capitalized(requireText(subject, at))],
  ['count', ({ subject, at }) => lengthOf(subject, at)],
  ['dirname', ({ subject, at }) => dirname(requireText(subject, at))],
  ['first', ({ subject, at }) => itemOrFault(listOf(subject, at)[0], at)],
  ['float', ({ subject, at }) => toFloat(subject, at)],
  ['int', ({ subject, at }) => toInt(subject, at)],
  ['items', ({ subject, at }) => [...map(subject, at)].map(([key, value]) => [key, value])],
  ['join', join],
  ['keys', ({ subject, at }) => [...map(subject, at).keys()]],
  ['last', ({ subject, at }) => itemOrFault(listOf(subject, at).at(-1), at)],
  ['length', ({ subject, at }) => lengthOf(subject, at)],
  ['list', ({ subject, at }) => listOf(subject, at)],
  ['lower', ({ subject, at }) => requireText(subject, at).toLowerCase()],
  ['max', ({ subject, at }) => itemOrFault(sorted(listOf(subject, at), at).at(-1), at)],
  ['min', ({ subject, at }) => itemOrFault(sorted(listOf(subject, at), at)[0], at)],
  ['replace', replace],
  ['reverse', ({ subject, at }) => reversed(subject, at)],
  ['round', round],
  ['sort', ({ subject, at, named }) => sortFilter(listOf(subject, at), isTrue(named.get('reverse') ?? false), at)],
  ['string', ({ subject }) => toText(subject)],
  ['sum', ({ subject, at }) => sum(listOf(subject, at), at)],
  ['tojson', ({ subject }) => toJson(subject)],
  ['trim', ({ subject, at }) => requireText(subject, at).trim()],
  ['unique', ({ subject, at }) => unique(listOf(subject, at))],
  ['upper', ({ subject, at }) => requireText(subject, at).toUpperCase()],
  ['values', ({ subject, at }) => [...map(subject, at).values()]],
]);

/** Methods as Python has them, on strings and maps. */
export const METHODS: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ['endswith', ({ subject, args, at }) => requireText(subject, at).endsWith(textArgument(args[0], at))],
  ['get', ({ subject, args, at }) => map(subject, at).get(textArgument(args[0], at)) ?? args[1] ?? null],
  ['items', ({ subject, at }) => [...map(subject, at)].map(([key, value]) => [key, value])],
  ['keys', ({ subject, at }) => [...map(subject, at).keys()]],
  ['lower', ({ subject, at }) => requireText(subject, at).toLowerCase()],
  ['replace', replace],
  ['split', split],
  ['startswith', ({ subject, args, at }) => requireText(subject, at).startsWith(textArgument(args[0], at))],
  ['strip', ({ subject, at }) => requireText(subject, at).trim()],
  ['upper', ({ subject, at }) => requireText(subject, at).toUpperCase()],
  ['values', ({ subject, at }) => [...map(subject, at).values()]],
]);

export function requireText(value: JinjaValue, at: number): string {
  if (typeof value === 'string') return value;
  if (value instanceof JinjaNumber) return value.text;
  throw makeValueError(at, `this needs a string, but gets ${describeKind(value)}`);
}

function textArgument(value: JinjaValue | undefined, at: number): string {
  if (typeof value === 'string') return value;
  throw makeValueError(at, 'this needs a string in its brackets');
}

export function number(value: JinjaValue, at: number): JinjaNumber {
  if (!(value instanceof JinjaNumber)) throw makeValueError(at, `this needs a number, but gets ${describeKind(value)}`);
  if (!isExact(value)) throw makeValueError(at, `${value.text} has too many digits to compute with`, 'use it as it is');
  return value;
}

/** A number that was computed. Whole numbers stay exact or are refused. */
export function makeComputedNumber(value: number, isFloat: boolean, at: number): JinjaNumber {
  if (!Number.isFinite(value)) throw makeValueError(at, 'this has no finite value');
  if (!isFloat && !Number.isSafeInteger(value)) throw makeValueError(at, 'this whole number is too large to be exact');
  return new JinjaNumber(value, isFloat);
}

function withValue(operand: JinjaNumber, change: (value: number) => number): JinjaNumber {
  const value = change(operand.value);
  return value === operand.value ? operand : new JinjaNumber(value, operand.isFloat);
}

function map(value: JinjaValue, at: number): JinjaMap {
  if (value instanceof Map) return value as JinjaMap;
  throw makeValueError(at, `this needs a map, but gets ${describeKind(value)}`);
}

/** What a loop goes over: items of a list, keys of a map, characters of a string. */
export function listOf(value: JinjaValue, at: number): readonly JinjaValue[] {
  if (isList(value)) return value;
  if (value instanceof Map) return [...(value as JinjaMap).keys()];
  if (typeof value === 'string') return [...value];
  throw makeValueError(at, `this needs a list, but gets ${describeKind(value)}`);
}

function itemOrFault(item: JinjaValue | undefined, at: number): JinjaValue {
  if (item === undefined) throw makeValueError(at, 'the list is empty');
  return item;
}

function lengthOf(value: JinjaValue, at: number): JinjaNumber {
  return new JinjaNumber(listOf(value, at).length, false);
}

function capitalized(word: string): string {
  const [first = '', ...rest] = word;
  return first.toUpperCase() + rest.join('').toLowerCase();
}

function dirname(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? path.slice(0, slash + 1) : path.slice(0, slash);
}

function toFloat(value: JinjaValue, at: number): JinjaNumber {
  if (value instanceof JinjaNumber) return value.isFloat ? value : makeComputedNumber(value.value, true, at);
  return makeComputedNumber(parsed(value, at), true, at);
}

function toInt(value: JinjaValue, at: number): JinjaNumber {
  if (value instanceof JinjaNumber && !value.isFloat) return value;
  const whole = Math.trunc(value instanceof JinjaNumber ? value.value : parsed(value, at));
  return makeComputedNumber(whole === 0 ? 0 : whole, false, at);
}

function parsed(value: JinjaValue, at: number): number {
  if (typeof value === 'boolean') return Number(value);
  const number_ = typeof value === 'string' && value.trim() !== '' ? Number(value) : NaN;
  if (Number.isNaN(number_)) throw makeValueError(at, `${toJson(value)} is not a number`);
  return number_;
}

function join({ subject, args, at }: Call): string {
  const separator = args[0] === undefined ? '' : textArgument(args[0], at);
  const texts: string[] = listOf(subject, at).map(toText);
  return checkLength(texts.join(separator), at);
}

/** Keeps an expression from filling the memory. */
export function checkLength(made: string, at: number): string {
  if (made.length > LONGEST_TEXT) throw makeValueError(at, 'this makes a text of more than a million characters');
  return made;
}

function replace({ subject, args, at }: Call): string {
  const [from, to] = [textArgument(args[0], at), textArgument(args[1], at)];
  if (from === '') throw makeValueError(at, 'nothing cannot be replaced');
  const parts = requireText(subject, at).split(from);
  if (parts.length * to.length > LONGEST_TEXT)
    throw makeValueError(at, 'this makes a text of more than a million characters');
  return parts.join(to);
}

function split({ subject, args, at }: Call): JinjaValue {
  const whole = requireText(subject, at);
  return args[0] === undefined ? whole.trim().split(/\s+/).filter(Boolean) : whole.split(textArgument(args[0], at));
}

function reversed(subject: JinjaValue, at: number): JinjaValue {
  return typeof subject === 'string' ? [...subject].toReversed().join('') : listOf(subject, at).toReversed();
}

function sorted(items: readonly JinjaValue[], at: number): JinjaValue[] {
  return items.toSorted((a, b) => compare(a, b, at));
}

function sortFilter(items: readonly JinjaValue[], reverse: boolean, at: number): JinjaValue {
  return reverse ? items.toSorted((a, b) => compare(b, a, at)) : sorted(items, at);
}

/** The order of two numbers or two strings. */
export function compare(a: JinjaValue, b: JinjaValue, at: number): number {
  if (a instanceof JinjaNumber && b instanceof JinjaNumber) return number(a, at).value - number(b, at).value;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  throw makeValueError(at, `${describeKind(a)} and ${describeKind(b)} have no order`);
}

function unique(items: readonly JinjaValue[]): JinjaValue {
  return items.filter((item, i) => items.findIndex((other) => areEqualJinja(item, other)) === i);
}

function sum(items: readonly JinjaValue[], at: number): JinjaValue {
  const numbers = items.map((item) => number(item, at));
  return makeComputedNumber(
    numbers.reduce((total, { value }) => total + value, 0),
    numbers.some(({ isFloat }) => isFloat),
    at,
  );
}

/** Halves of whole numbers go to the even neighbour, as in Python. */
function round({ subject, args, named, at }: Call): JinjaNumber {
  const { value } = number(subject, at);
  const digits = args[0] === undefined ? 0 : number(args[0], at).value;
  if (!Number.isInteger(digits) || digits < 0 || digits > 15) throw makeValueError(at, 'this rounds to 0 to 15 digits');
  const method = named.get('method') ?? args[1] ?? 'common';
  const scale = 10 ** digits;
  if (method === 'ceil') return makeComputedNumber(Math.ceil(value * scale) / scale, true, at);
  if (method === 'floor') return makeComputedNumber(Math.floor(value * scale) / scale, true, at);
  const isHalf = digits === 0 && Math.abs(value % 1) === 0.5;
  return makeComputedNumber(isHalf ? 2 * Math.round(value / 2) : Number(value.toFixed(digits)), true, at);
}
