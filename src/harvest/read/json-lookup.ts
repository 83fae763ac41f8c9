/** The value at a place of a JSON document, as far as a metric is concerned. */
export type JsonLeaf =
  | { readonly kind: 'string'; readonly text: string }
  /** As written: `0.95`, `NaN`, `-Infinity`. */
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null' }
  | { readonly kind: 'object'; readonly keys: readonly string[] }
  | { readonly kind: 'list'; readonly length: number };

/** How far a path leads into a document. */
export interface JsonPlace {
  /** Keys that exist; an index from the end is counted from the start here. */
  readonly path: readonly (string | number)[];
  /** Keys that are not there; none when the path leads to `leaf`. */
  readonly left: readonly string[];
  readonly leaf: JsonLeaf;
}

/** The text is no JSON from `offset` on. */
export class JsonFault extends Error {
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

/** Where an offset lies in a text: both from 1. */
export function getLineAndColumn(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

/** Levels of objects and lists; Python's own reader and writer give up about there too. */
const DEEPEST = 1000;
/** Keys of one object that are kept to be suggested. */
const MOST_KEYS = 10_000;

/**
 * Follows `keys` through a JSON text without building the document. The whole text is checked. Like
 * Python's `json` it takes NaN, Infinity and -Infinity, and of equal keys the last one counts; an index
 * below 0 counts from the end of a list.
 *
 * @throws JsonFault
 */
export function lookUpJson(text: string, keys: readonly string[]): JsonPlace {
  let at = 0;

  function document(): JsonPlace {
    const place = value(keys, 0);
    skipSpace();
    if (at < text.length) throw new JsonFault(at, 'there is more text after the end of the document');
    return place;
  }

  /** Reads one value; `wanted` is the path from here, absent when the value is only skipped. */
  function value(wanted: readonly string[] | undefined, depth: number): JsonPlace {
    skipSpace();
    if (depth > DEEPEST) throw new JsonFault(at, `it is nested deeper than ${DEEPEST} levels`);
    if (text[at] === '{') return object(wanted, depth);
    if (text[at] === '[') return list(wanted, depth);
    const leaf: JsonLeaf = text[at] === '"' ? { kind: 'string', text: string() } : word();
    return { path: [], left: wanted ?? [], leaf };
  }

  function object(wanted: readonly string[] | undefined, depth: number): JsonPlace {
    const names: string[] = [];
    let found: JsonPlace | undefined;
    members('}', () => {
      skipSpace();
      if (text[at] !== '"') throw unexpected('a key in double quotes');
      const name = string();
      skipSpace();
      if (text[at] !== ':') throw unexpected('":" after a key');
      at += 1;
      if (wanted !== undefined && names.length < MOST_KEYS) names.push(name);
      if (name !== wanted?.[0]) value(undefined, depth + 1);
      else found = below(name, value(wanted.slice(1), depth + 1));
    });
    return found ?? { path: [], left: wanted ?? [], leaf: { kind: 'object', keys: names } };
  }

  function list(wanted: readonly string[] | undefined, depth: number): JsonPlace {
    const index = wanted?.[0] !== undefined && /^-?\d+$/.test(wanted[0]) ? Number(wanted[0]) : undefined;
    const fromEnd = index !== undefined && index < 0 ? -index : 0;
    const lastOffsets: number[] = [];
    let found: JsonPlace | undefined;
    let length = 0;
    members(']', () => {
      if (fromEnd > 0) lastOffsets[length % fromEnd] = at;
      if (length === index) found = below(length, value(wanted?.slice(1), depth + 1));
      else value(undefined, depth + 1);
      length += 1;
    });
    if (fromEnd > 0 && length >= fromEnd) found = again(lastOffsets[length % fromEnd] ?? 0, length - fromEnd);
    return found ?? { path: [], left: wanted ?? [], leaf: { kind: 'list', length } };

    /** Only at its end is it known which item has a given index from the end: that one is read once more. */
    function again(offset: number, itemIndex: number): JsonPlace {
      const end = at;
      at = offset;
      const place = below(itemIndex, value(wanted?.slice(1), depth + 1));
      at = end;
      return place;
    }
  }

  function members(close: '}' | ']', member: () => void): void {
    at += 1;
    skipSpace();
    if (text[at] === close) {
      at += 1;
      return;
    }
    for (;;) {
      member();
      skipSpace();
      const char = text[at];
      if (char !== ',' && char !== close) throw unexpected(`"," or "${close}"`);
      at += 1;
      if (char === close) return;
    }
  }

  function string(): string {
    const start = at;
    at += 1;
    let plain = true;
    for (; text[at] !== '"'; at += 1) {
      const code = text.charCodeAt(at);
      if (Number.isNaN(code)) throw new JsonFault(start, 'this string is never closed');
      if (code < 0x20) throw new JsonFault(at, 'a string holds a newline or control character');
      if (code !== BACKSLASH) continue;
      plain = false;
      at += 1;
    }
    at += 1;
    return plain ? text.slice(start + 1, at - 1) : unescaped(text.slice(start, at), start);
  }

  function word(): JsonLeaf {
    WORD.lastIndex = at;
    const found = WORD.exec(text)?.[0];
    if (found === undefined) throw unexpected('a value');
    at += found.length;
    if (found === 'null') return { kind: 'null' };
    if (found === 'true' || found === 'false') return { kind: 'boolean', value: found === 'true' };
    return { kind: 'number', text: found };
  }

  function skipSpace(): void {
    while (SPACE.includes(text.charCodeAt(at))) at += 1;
  }

  function unexpected(wanted: string): JsonFault {
    const char = text.codePointAt(at);
    const got = char === undefined ? 'the text ends' : `found ${JSON.stringify(String.fromCodePoint(char))}`;
    return new JsonFault(at, `expected ${wanted}, but ${got}`);
  }

  return document();
}

const BACKSLASH = 0x5c;
const SPACE: readonly number[] = [0x20, 0x0a, 0x0d, 0x09];
const WORD = /(?:-?(?:(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|Infinity)|NaN|null|true|false)/y;

function below(key: string | number, place: JsonPlace): JsonPlace {
  return { ...place, path: [key, ...place.path] };
}

function unescaped(quoted: string, offset: number): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    throw new JsonFault(offset, 'a "\\" in this string begins no escape that JSON knows');
  }
}
