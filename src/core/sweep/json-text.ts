import { toPointer, type JsonPointer, type Value } from '../value.ts';
import { openJson, type Fail, type JsonCursor } from './json-cursor.ts';
import type { SweepValue } from './space.ts';

/** An object in a JSON text. */
export interface JsonRow {
  /** Where it begins, from 1. */
  readonly line: number;
  readonly values: ReadonlyMap<string, SweepValue>;
}

const MAX_DEPTH = 100;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
const WORDS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

/**
 * Reads a JSON array of objects, and keeps what `JSON.parse` loses: lines, how numbers were written, keys given twice.
 *
 * @param fail makes the error for text that is not such an array
 */
export function readJsonRows(text: string, fail: Fail): JsonRow[] {
  const cursor = openJson(text, fail);
  const rows: JsonRow[] = [];
  if (!cursor.take('[')) throw cursor.unexpected('"["');
  readItems(cursor, ']', () => rows.push(readRow(cursor)));
  if (!cursor.atEnd()) throw cursor.unexpected('the end');
  return rows;
}

function readRow(cursor: JsonCursor): JsonRow {
  const line = cursor.line();
  if (!cursor.take('{')) throw cursor.unexpected('an object {…}');
  const values = readEntries(cursor, () => {
    const written: Sources = {};
    const value = readValue(cursor, '', written, 1);
    return Object.keys(written).length === 0 ? { value } : { value, written };
  });
  return { line, values };
}

/** A `Written` in the making. */
type Sources = { [path: JsonPointer]: string };

function readItems(cursor: JsonCursor, close: string, readItem: () => void): void {
  if (cursor.take(close)) return;
  do readItem();
  while (cursor.take(','));
  if (!cursor.take(close)) throw cursor.unexpected(`"," or "${close}"`);
}

function readEntries<T>(cursor: JsonCursor, readEntry: (key: string) => T): Map<string, T> {
  const entries = new Map<string, T>();
  readItems(cursor, '}', () => {
    const key = readText(cursor);
    if (key === undefined) throw cursor.unexpected('a key in double quotes');
    if (entries.has(key)) throw cursor.fault(`the key ${JSON.stringify(key)} is given twice`);
    if (!cursor.take(':')) throw cursor.unexpected('":"');
    entries.set(key, readEntry(key));
  });
  return entries;
}

function readValue(cursor: JsonCursor, path: JsonPointer, written: Sources, depth: number): Value {
  if (depth > MAX_DEPTH) throw cursor.fault(`values are nested more than ${MAX_DEPTH} deep`);
  if (cursor.take('[')) {
    const items: Value[] = [];
    readItems(cursor, ']', () => items.push(readValue(cursor, path + toPointer(items.length), written, depth + 1)));
    return items;
  }
  if (cursor.take('{')) {
    return Object.fromEntries(
      readEntries(cursor, (key) => readValue(cursor, path + toPointer(key), written, depth + 1)),
    );
  }
  return readNumber(cursor, path, written) ?? readText(cursor) ?? readWord(cursor);
}

function readNumber(cursor: JsonCursor, path: JsonPointer, written: Sources): number | undefined {
  const text = cursor.match(NUMBER);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isFinite(value)) throw cursor.fault(`${text} is larger than numbers reach`);
  if (String(value) !== text) written[path] = text;
  return value;
}

function readText(cursor: JsonCursor): string | undefined {
  const quoted = cursor.quoted();
  if (quoted === undefined) return undefined;
  try {
    return JSON.parse(quoted) as string;
  } catch {
    throw cursor.fault(`${quoted.slice(0, 40)} has an escape or a control character that JSON does not know`);
  }
}

function readWord(cursor: JsonCursor): Value {
  const value = WORDS.get(cursor.match(WORD) ?? '');
  if (value === undefined) throw cursor.unexpected('a value');
  return value;
}
