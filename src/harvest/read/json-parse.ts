import { JsonFault, lookUpJson } from './json-lookup.ts';

/**
 * A JSON document as Python writes and reads it: NaN and infinities are numbers. An integer with more digits than a
 * double keeps is a `bigint`, and `1e999`, which no program computed as an infinity, is text.
 */
export type LooseJson =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly LooseJson[]
  | { readonly [key: string]: LooseJson };

export type JsonObject = Readonly<Record<string, LooseJson>>;

export function isJsonObject(value: LooseJson | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !isJsonList(value);
}

export function isJsonList(value: LooseJson | undefined): value is readonly LooseJson[] {
  return Array.isArray(value);
}

export function isJsonNumber(value: LooseJson | undefined): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

/** Objects and lists inside each other: far more than metrics need, and few enough to walk them. */
const DEEPEST = 100;

/** @throws JsonFault with the place and what is wrong there; it is wrong to be nested deeper than 100 levels */
export function parseJson(text: string): LooseJson {
  const value = SPECIAL.test(text) ? parseCarefully(text) : parseFast(text);
  if (text.length > 2 * DEEPEST) checkDepth(value, 0);
  return value;
}

/** {@link parseJson} of a text that may be none: undefined then. */
export function tryParseJson(text: string): LooseJson | undefined {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonFault) return undefined;
    throw error;
  }
}

function checkDepth(value: LooseJson, depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth === DEEPEST) throw new JsonFault(0, `it is nested deeper than ${DEEPEST} levels`);
  for (const one of Object.values(value) as LooseJson[]) checkDepth(one, depth + 1);
}

function parseFast(text: string): LooseJson {
  try {
    return JSON.parse(text) as LooseJson;
  } catch {
    lookUpJson(text, []);
    throw new JsonFault(0, 'it cannot be read');
  }
}

/** Whether a number may be there that `JSON.parse` refuses or changes. */
const SPECIAL = /NaN|Infinity|(?<![.\d])\d{16}|[eE]\+?\d{3}/;

/**
 * Every text gets a mark and every number becomes a text without one, so that `JSON.parse` changes none of them. That the
 * document is one is checked before: then each token is what it seems to be.
 */
function parseCarefully(text: string): LooseJson {
  lookUpJson(text, []);
  return unmarked(JSON.parse(text.replace(TOKEN, marked)) as LooseJson);
}

const TOKEN = /"[^"\\]*(?:\\[^][^"\\]*)*"|-?Infinity|NaN|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const MARK = '$';

function marked(token: string): string {
  return token.startsWith('"') ? `"${MARK}${token.slice(1)}` : `"${token}"`;
}

function unmarked(value: LooseJson): LooseJson {
  if (typeof value === 'string') return value.startsWith(MARK) ? value.slice(MARK.length) : numberOf(value);
  if (Array.isArray(value)) return value.map(unmarked);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key.slice(MARK.length), unmarked(one)]));
}

function numberOf(text: string): number | bigint | string {
  const value = Number(text);
  if (!Number.isFinite(value)) return /\d/.test(text) ? text : value;
  return /^-?\d+$/.test(text) && !Number.isSafeInteger(value) ? BigInt(text) : value;
}
