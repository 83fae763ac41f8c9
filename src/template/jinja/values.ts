import type { WordsRole } from '../shell/quote.ts';
import { isMap, toPointer, type JsonPointer, type Value } from '../../core/value.ts';
import { isInteger, type NumberSources } from '../../core/number-source.ts';
import type { ShellWord } from '../shell/quote.ts';

/** What an expression can be: nothing of JavaScript is reachable from it. */
export type JinjaValue =
  | string
  | boolean
  | null
  | JinjaNumber
  | readonly JinjaValue[]
  | JinjaMap
  | Undefined
  | JinjaWords;

export type JinjaMap = ReadonlyMap<string, JinjaValue>;

/** A number that remembers how it was written. */
export class JinjaNumber {
  readonly value: number;
  readonly isFloat: boolean;
  private readonly written: string | undefined;

  constructor(value: number, isFloat: boolean, written?: string) {
    this.value = value;
    this.isFloat = isFloat;
    this.written = written;
  }

  /** As written; a float that was computed shows its point, as in Python: `128.0`. */
  get text(): string {
    if (this.written !== undefined) return this.written;
    const text = Object.is(this.value, -0) ? '-0' : String(this.value);
    return this.isFloat && /^-?\d+$/.test(text) ? `${text}.0` : text;
  }
}

/** A name that stands for nothing; only `is defined` and `default` may meet one. */
export class Undefined {
  readonly name: string;
  readonly offset: number;
  /** What it could have been. */
  readonly known: readonly string[];

  constructor(name: string, offset: number, known: readonly string[]) {
    this.name = name;
    this.offset = offset;
    this.known = known;
  }
}

/** Several words of a command line; they can only be put out as they are. */
export class JinjaWords {
  readonly words: (at: number) => readonly ShellWord[];
  readonly role: WordsRole;

  constructor(words: (at: number) => readonly ShellWord[], role: WordsRole = 'arguments') {
    this.words = words;
    this.role = role;
  }
}

export function isList(value: JinjaValue): value is readonly JinjaValue[] {
  return Array.isArray(value);
}

/** A value of a configuration, with its numbers as they were written. */
export function toJinja(value: Value, written: NumberSources, path: JsonPointer = ''): JinjaValue {
  if (typeof value === 'number') {
    const source = written[path];
    return new JinjaNumber(value, !isInteger(source ?? String(value)), source ?? String(value));
  }
  if (Array.isArray(value)) return value.map((item: Value, i) => toJinja(item, written, path + toPointer(i)));
  if (isMap(value)) {
    return new Map(Object.entries(value).map(([key, item]) => [key, toJinja(item, written, path + toPointer(key))]));
  }
  return value as string | boolean | null;
}

/** What a value is called in messages. */
export function describeKind(value: JinjaValue): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return 'a string';
  if (typeof value === 'boolean') return 'a boolean';
  if (value instanceof JinjaNumber) return 'a number';
  if (value instanceof Undefined) return 'undefined';
  if (value instanceof JinjaWords) return 'several words';
  return isList(value) ? 'a list' : 'a map';
}

/** As Python: empty things and zero are false. */
export function isTrue(value: JinjaValue): boolean {
  if (value instanceof JinjaNumber) return value.value !== 0;
  if (isList(value)) return value.length > 0;
  if (value instanceof Map) return value.size > 0;
  return Boolean(value);
}

/** A value as text: lists and maps as JSON, numbers as they were written. */
export function toText(value: JinjaValue): string {
  return typeof value === 'string' ? value : toJson(value);
}

const JSON_NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$/;

export function toJson(value: JinjaValue): string {
  if (value instanceof JinjaNumber) return value.text;
  if (isList(value)) return `[${value.map(jsonItem).join(', ')}]`;
  if (value instanceof Map) {
    return `{${[...value].map(([key, item]) => `${JSON.stringify(key)}: ${jsonItem(item)}`).join(', ')}}`;
  }
  return JSON.stringify(value);
}

/** Inside a list or map a number must be one to JSON, too. */
function jsonItem(value: JinjaValue): string {
  return value instanceof JinjaNumber && !JSON_NUMBER.test(value.text) ? String(value.value) : toJson(value);
}

export function areEqualJinja(a: JinjaValue, b: JinjaValue): boolean {
  if (a instanceof JinjaNumber && b instanceof JinjaNumber) {
    return isExact(a) && isExact(b) ? a.value === b.value : a.text === b.text;
  }
  if (isList(a) && isList(b)) return a.length === b.length && a.every((item, i) => areEqualJinja(item, b[i] ?? null));
  if (a instanceof Map && b instanceof Map) {
    return a.size === b.size && [...a].every(([key, item]) => b.has(key) && areEqualJinja(item, b.get(key) ?? null));
  }
  return a === b;
}

/** Whether `value` is the number that was written, digit by digit. */
export function isExact(number: JinjaNumber): boolean {
  return number.isFloat || Number.isSafeInteger(number.value);
}
