import { inputError } from '../../core/errors.ts';
import { isMap, type ValueMap } from '../../core/value.ts';

/** Checks one part of what a page sent. @throws SheafError `request.*` */
export type Reader<T> = (value: unknown, name: string) => T;

/** What is read with a map of readers; those that give undefined may be left out. */
export type ReadObject<R extends { readonly [key: string]: Reader<unknown> }> = {
  readonly [K in keyof R as undefined extends ReturnType<R[K]> ? never : K]: ReturnType<R[K]>;
} & {
  readonly [K in keyof R as undefined extends ReturnType<R[K]> ? K : never]?: Exclude<ReturnType<R[K]>, undefined>;
};

/** No text that a page sends is longer, in UTF-16 units. */
const LONGEST_TEXT = 20_000;
const LONGEST_LIST = 10_000;

export const text: Reader<string> = (value, name) => {
  if (typeof value !== 'string') throw wrong(name, 'a text');
  if (value.length > LONGEST_TEXT) throw wrong(name, `a text of at most ${LONGEST_TEXT} characters`);
  return value;
};

export const flag: Reader<boolean> = (value, name) => {
  if (typeof value !== 'boolean') throw wrong(name, 'true or false');
  return value;
};

export const number: Reader<number> = (value, name) => {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw wrong(name, 'a number');
  return value;
};

/** From 0. */
export const count: Reader<number> = (value, name) => {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw wrong(name, 'a whole number from 0');
  return value as number;
};

export function listOf<T>(item: Reader<T>): Reader<readonly T[]> {
  return (value, name) => {
    if (!Array.isArray(value) || value.length > LONGEST_LIST) throw wrong(name, `a list of at most ${LONGEST_LIST}`);
    return value.map((each, i) => item(each, `${name}[${i}]`));
  };
}

export function optional<T>(reader: Reader<T>): Reader<T | undefined> {
  return (value, name) => (value === undefined || value === null ? undefined : reader(value, name));
}

/** One of some words. */
export function oneOf<const T extends string>(words: readonly T[]): Reader<T> {
  return (value, name) => {
    const found = words.find((each) => each === value);
    if (found === undefined) throw wrong(name, `one of ${words.join(', ')}`);
    return found;
  };
}

/** A map of any keys whose values are alike. */
export function mapOf<T>(item: Reader<T>): Reader<Readonly<Record<string, T>>> {
  return (value, name) => {
    if (!isMap(value)) throw wrong(name, 'an object');
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, item(each, `${name}.${key}`)]));
  };
}

/** A map of exactly these keys: an unknown one is an error, so that no part of a request goes unnoticed. */
export function object<R extends { readonly [key: string]: Reader<unknown> }>(readers: R): Reader<ReadObject<R>> {
  return (value, name) => {
    if (!isMap(value)) throw wrong(name, 'an object');
    const unknown = Object.keys(value).find((key) => !Object.hasOwn(readers, key));
    if (unknown !== undefined) throw wrong(`${name}.${unknown}`, `left out: ${name} has no such key`);
    return readEntries(readers, value, name) as ReadObject<R>;
  };
}

function readEntries(readers: { readonly [key: string]: Reader<unknown> }, value: ValueMap, name: string): object {
  return Object.fromEntries(
    Object.entries(readers).flatMap(([key, reader]) => {
      const read = reader(value[key], `${name}.${key}`);
      return read === undefined ? [] : [[key, read]];
    }),
  );
}

/** The error for a part that is not as expected. @param name its place in the request */
export function wrong(name: string, expected: string): ReturnType<typeof inputError> {
  return inputError('request.value', `the request is not one that this server knows: ${name} must be ${expected}`, {
    why: 'the page may be older than the server',
    fix: 'reload the page',
  });
}
