import { isJsonNumber, isJsonObject, type LooseJson, tryParseJson } from './json-parse.ts';
import { LONGEST_TEXT, numberValue, parseTextValue } from '../base/reading.ts';
import type { FoundValue } from '../base/source.ts';

/** A value of a JSON document that has no others below it. */
export type JsonScalar = number | bigint | string | boolean;

/**
 * Gives all numbers, texts and booleans of a document with the path to them: keys with dots between. `null` is skipped. Lists
 * are skipped, too, unless `into` asks for them: then the index is part of the path.
 */
export function visitJsonLeaves(
  value: LooseJson,
  take: (key: string, leaf: JsonScalar) => void,
  { key = '', lists = 'skip' }: { readonly key?: string; readonly lists?: 'skip' | 'into' } = {},
): void {
  function walk(one: LooseJson, path: string): void {
    if (one === null || (Array.isArray(one) && lists === 'skip')) return;
    if (typeof one !== 'object') take(path, one);
    else for (const [name, item] of Object.entries(one)) walk(item, path === '' ? name : `${path}.${name}`);
  }
  walk(value, key);
}

/** The value that a record keeps; undefined for a text that is too long for one. */
export function toFoundValue(leaf: JsonScalar): Pick<FoundValue, 'value' | 'nonfinite' | 'note'> | undefined {
  if (typeof leaf === 'number') return numberValue(leaf);
  if (typeof leaf === 'bigint') return parseTextValue(String(leaf));
  return typeof leaf === 'string' && leaf.length > LONGEST_TEXT ? undefined : { value: leaf };
}

/** Below that stand settings and records of single samples rather than results. */
const DEEPEST = 4;

/** The paths of single numbers in a JSON document, lists left out; none when it is no JSON. */
export function findJsonNumbers(text: string, most: number): string[] {
  const paths: string[] = [];
  collect(tryParseJson(text), [], paths, most);
  return paths;
}

function collect(value: LooseJson | undefined, path: readonly string[], paths: string[], most: number): void {
  if (paths.length >= most || path.length > DEEPEST) return;
  if (isJsonNumber(value)) paths.push(path.join('.'));
  if (!isJsonObject(value)) return;
  for (const [key, item] of Object.entries(value))
    if (!key.includes('.') && key !== '') collect(item, [...path, key], paths, most);
}
