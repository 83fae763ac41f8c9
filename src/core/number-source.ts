import { isMap, toPointer, type JsonPointer, type Scalar, type Value, type ValueMap } from './value.ts';

/** How numbers were written, where `String(value)` would differ: `/learning_rate` → `1e-4`. */
export type NumberSources = { readonly [path: JsonPointer]: string };

const INTEGER = /^[-+]?[0-9]+$/;
const OCTAL_OR_HEX = /^0(?:o[0-7]+|x[0-9a-fA-F]+)$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const YAML_NOT_FINITE = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const NOT_FINITE: Readonly<Record<string, string>> = { inf: 'inf', '+inf': 'inf', '-inf': '-inf', nan: 'nan' };

/** A scalar, with its source where that says more than the value. */
export interface PlainScalar {
  readonly value: Scalar;
  readonly written?: string;
}

/**
 * What a plain scalar of YAML 1.2 (core schema) stands for.
 *
 * Infinities and NaN, which JSON cannot hold, become the texts `inf`, `-inf` and `nan`; that they are
 * `written` tells them from mere texts.
 */
export function parsePlainScalar(text: string): PlainScalar {
  if (/^(?:|~|null|Null|NULL)$/.test(text)) return { value: null };
  if (/^(?:true|True|TRUE)$/.test(text)) return { value: true };
  if (/^(?:false|False|FALSE)$/.test(text)) return { value: false };
  return parseNumber(text) ?? (YAML_NOT_FINITE.test(text) ? parseNonFinite(text) : undefined) ?? { value: text };
}

/** The number that a text stands for; undefined when it is no number. */
export function parseNumber(text: string): PlainScalar | undefined {
  if (!isInteger(text) && !FLOAT.test(text)) return undefined;
  const value = Number(text);
  if (!Number.isFinite(value)) return undefined;
  return String(value) === text ? { value } : { value, written: text };
}

/** `inf`, `-inf` or `nan`, in any case, also as YAML writes them. */
export function parseNonFinite(text: string): PlainScalar | undefined {
  const name = text.toLowerCase().replace('.', '');
  const value = Object.hasOwn(NOT_FINITE, name) ? NOT_FINITE[name] : undefined;
  return value === undefined ? undefined : { value, written: value };
}

/** Whether a number was written without point and exponent. */
export function isInteger(text: string): boolean {
  return INTEGER.test(text) || OCTAL_OR_HEX.test(text);
}

const JSON_NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$/;

/** A value as JSON, its numbers as they were written where JSON allows that. */
export function toJsonText(value: Value, written: NumberSources = {}, path: JsonPointer = ''): string {
  if (typeof value === 'number') return jsonNumber(value, written[path]);
  if (Array.isArray(value)) {
    return `[${value.map((item: Value, i) => toJsonText(item, written, path + toPointer(i))).join(', ')}]`;
  }
  if (isMap(value)) {
    const entries = Object.entries(value).map(
      ([key, item]) => `${JSON.stringify(key)}: ${toJsonText(item, written, path + toPointer(key))}`,
    );
    return `{${entries.join(', ')}}`;
  }
  return JSON.stringify(value);
}

/** Also what JSON cannot write keeps every digit. */
function jsonNumber(value: number, source: string | undefined): string {
  if (source === undefined || JSON_NUMBER.test(source)) return source ?? String(value);
  if (!isInteger(source)) return String(value);
  const digits = source.replace(/^[-+]/, '');
  return (source.startsWith('-') ? '-' : '') + BigInt(digits).toString();
}

/** The part of `written` that is about the value at `path`, relative to it. */
export function selectNumberSources(written: NumberSources, path: JsonPointer): NumberSources {
  const below: Record<JsonPointer, string> = {};
  for (const [at, text] of Object.entries(written)) {
    if (at === path || at.startsWith(`${path}/`)) below[at.slice(path.length)] = text;
  }
  return below;
}

/** A value at the end of a path through maps, as `flatten` gives them; lists are leaves. */
export interface WrittenLeaf {
  /** Dotted: `optimizer.lr`. */
  readonly name: string;
  readonly path: JsonPointer;
  readonly value: Value;
  /** As it was written: numbers keep their form, texts are bare, everything else is JSON. */
  readonly text: string;
}

export function* walkWrittenLeaves(
  values: ValueMap,
  written: NumberSources,
  prefix: string = '',
  path: JsonPointer = '',
): Generator<WrittenLeaf> {
  for (const [key, value] of Object.entries(values)) {
    const at = path + toPointer(key);
    if (isMap(value) && Object.keys(value).length > 0) yield* walkWrittenLeaves(value, written, `${prefix}${key}.`, at);
    else yield { name: prefix + key, path: at, value, text: leafText(value, written, at) };
  }
}

function leafText(value: Value, written: NumberSources, path: JsonPointer): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object') return written[path] ?? String(value);
  return toJsonText(value, selectNumberSources(written, path));
}
