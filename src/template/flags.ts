import { flagOf } from '../core/reserved.ts';
import { isMap, pointer, scalarText, type Pointer, type Scalar, type Value, type ValueMap } from '../core/value.ts';
import { jsonText, type Written } from '../core/written.ts';
import { valueError } from './jinja/fault.ts';

/** A parameter, or one value inside a parameter that is a map, by its dotted name. */
interface Named {
  readonly name: string;
  readonly value: Value;
  readonly path: Pointer;
}

/** All values of a map, those of inner maps by dotted names. What has no value is left out. */
function namedValues(map: ValueMap, prefix = '', path: Pointer = ''): Named[] {
  return Object.entries(map).flatMap(([key, value]) => {
    const at = path + pointer(key);
    if (isMap(value)) return namedValues(value, `${prefix}${key}.`, at);
    return value === null ? [] : [{ name: prefix + key, value, path: at }];
  });
}

/** All parameters as most programs take them: `--batch-size 256`, lists as `--k a b`, booleans as `--k true`. */
export function flagWords(params: ValueMap, written: Written): string[] {
  return namedValues(params).flatMap(({ name, value, path }) => {
    const flag = flagOf(name);
    if (Array.isArray(value))
      return [flag, ...value.map((item: Value, i) => itemText(item, written, path + pointer(i)))];
    const text = scalarText(value as Scalar, written[path]);
    // What begins with a dash would be taken for the next flag.
    return text.startsWith('-') ? [`${flag}=${text}`] : [flag, text];
  });
}

function itemText(item: Value, written: Written, path: Pointer): string {
  if (item === null || typeof item === 'object') return jsonText(item, written, path);
  return scalarText(item as Scalar, written[path]);
}

const HYDRA_KEY = /^[A-Za-z_][A-Za-z0-9_-]*(?:\.(?:[A-Za-z_][A-Za-z0-9_-]*|\d+))*$/;
const HYDRA_PLAIN = /^[A-Za-z_/][A-Za-z0-9_/.-]*$/;
const HYDRA_WORDS = /^(?:true|false|null|nan|inf)$/i;

/**
 * All parameters as overrides of Hydra: `batch_size=256`, lists as `k=[a,b]`.
 *
 * @throws JinjaError when Hydra has no way to write a name
 */
export function hydraWords(params: ValueMap, written: Written, at: number): string[] {
  return namedValues(params).map(({ name, value, path }) => {
    checkHydraKey(name, at);
    return `${name}=${hydraValue(value, written, path, at)}`;
  });
}

function checkHydraKey(name: string, at: number): void {
  if (!HYDRA_KEY.test(name))
    throw valueError(
      at,
      `${JSON.stringify(name)} cannot be a key of Hydra`,
      'rename the parameter, or use {{ flags }}',
    );
}

function hydraValue(value: Value, written: Written, path: Pointer, at: number): string {
  if (typeof value === 'string') return written[path] === undefined ? hydraText(value) : value;
  if (Array.isArray(value)) {
    return `[${value.map((item: Value, i) => hydraValue(item, written, path + pointer(i), at)).join(',')}]`;
  }
  if (!isMap(value)) return jsonText(value, written, path);
  const entries = Object.entries(value).map(([key, item]) => {
    checkHydraKey(key, at);
    return `${key}:${hydraValue(item, written, path + pointer(key), at)}`;
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
