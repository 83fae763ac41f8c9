import type { FlagStyle } from '../../core/settings/flag-style.ts';
import { flagOf } from '../../core/settings/reserved.ts';
import {
  isMap,
  toPointer,
  formatScalar,
  type JsonPointer,
  type Scalar,
  type Value,
  type ValueMap,
} from '../../core/value.ts';
import { toJsonText, type NumberSources } from '../../core/number-source.ts';
import { makeValueError } from '../jinja/fault.ts';

/** A parameter, or one value inside a parameter that is a map, by its dotted name. */
interface Named {
  readonly name: string;
  readonly value: Value;
  readonly path: JsonPointer;
}

/** All values of a map, those of inner maps by dotted names. What has no value is left out. */
function* namedValues(map: ValueMap, prefix = '', path: JsonPointer = ''): Generator<Named> {
  for (const [key, value] of Object.entries(map)) {
    const at = path + toPointer(key);
    if (isMap(value)) yield* namedValues(value, `${prefix}${key}.`, at);
    else if (value !== null) yield { name: prefix + key, value, path: at };
  }
}

/**
 * All parameters as programs take them: `--batch-size 256`, lists as `--k a b`, booleans as `--k true`. Other styles
 * than `hyphen` keep the names as they are written.
 *
 * @throws JinjaError for a name that is an override of Hydra
 */
export function renderFlagWords(
  params: ValueMap,
  written: NumberSources,
  at: number,
  style: FlagStyle = 'hyphen',
): string[] {
  const words: string[] = [];
  for (const { name, value, path } of namedValues(params)) {
    if (SIGN.test(name))
      throw makeValueError(at, `${JSON.stringify(name)} cannot be a flag`, 'rename the parameter, or use {{ hydra }}');
    const flag = style === 'hyphen' ? flagOf(name) : `${style === 'single-dash' ? '-' : '--'}${name}`;
    if (Array.isArray(value)) {
      const items = value.map((item: Value, i) => itemText(item, written, path + toPointer(i)));
      if (style === 'equals') words.push(`${flag}=${items.join(',')}`);
      else words.push(flag, ...items);
      continue;
    }
    const text = formatScalar(value as Scalar, written[path]);
    // What begins with a dash would be taken for the next flag.
    if (style === 'equals' || text.startsWith('-')) words.push(`${flag}=${text}`);
    else words.push(flag, text);
  }
  return words;
}

function itemText(item: Value, written: NumberSources, path: JsonPointer): string {
  if (item === null || typeof item === 'object') return toJsonText(item, written, path);
  return formatScalar(item as Scalar, written[path]);
}

/** Before the name of a key of Hydra: add it, add or override it, delete it. */
const SIGN = /^(?:\+\+?|~)/;
const HYDRA_KEY = /^[A-Za-z_][A-Za-z0-9_-]*(?:\.(?:[A-Za-z_][A-Za-z0-9_-]*|\d+))*$/;
const HYDRA_PLAIN = /^[A-Za-z_/][A-Za-z0-9_/.-]*$/;
const HYDRA_WORDS = /^(?:true|false|null|nan|inf)$/i;

/**
 * All parameters as overrides of Hydra: `batch_size=256`, lists as `k=[a,b]`. A name may begin with `+`, `++` or `~`;
 * `~key: true` deletes the key.
 *
 * @throws JinjaError when Hydra has no way to write a name
 */
export function renderHydraWords(params: ValueMap, written: NumberSources, at: number): string[] {
  return [...namedValues(params)].flatMap(({ name, value, path }) => {
    checkHydraKey(name.replace(SIGN, ''), at);
    if (name.startsWith('~') && typeof value === 'boolean') return value ? [name] : [];
    return [`${name}=${hydraValue(value, written, path, at)}`];
  });
}

function checkHydraKey(name: string, at: number): void {
  if (!HYDRA_KEY.test(name))
    throw makeValueError(
      at,
      `${JSON.stringify(name)} cannot be a key of Hydra`,
      'rename the parameter, or use {{ flags }}',
    );
}

function hydraValue(value: Value, written: NumberSources, path: JsonPointer, at: number): string {
  if (typeof value === 'string') return written[path] === undefined ? hydraText(value) : value;
  if (Array.isArray(value)) {
    return `[${value.map((item: Value, i) => hydraValue(item, written, path + toPointer(i), at)).join(',')}]`;
  }
  if (!isMap(value)) return toJsonText(value, written, path);
  const entries = Object.entries(value).map(([key, item]) => {
    checkHydraKey(key, at);
    return `${key}:${hydraValue(item, written, path + toPointer(key), at)}`;
  });
  return `{${entries.join(',')}}`;
}

/** Quoted unless plain; `${` would be an interpolation, and backslashes count before it, a quote and the end. */
function hydraText(text: string): string {
  if (HYDRA_PLAIN.test(text) && !HYDRA_WORDS.test(text)) return text;
  const quoted = text
    .replace(/(\\*)\$\{/g, (_, slashes: string) => `${slashes}${slashes}\\\${`)
    .replace(/(\\*)'/g, (_, slashes: string) => `${slashes}${slashes}\\'`)
    .replace(/\\+$/, (slashes) => slashes + slashes);
  return `'${quoted}'`;
}
