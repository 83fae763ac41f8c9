import { parsePlainScalar } from '../../core/number-source.ts';
import { isMap, type Value, type ValueMap } from '../../core/value.ts';

/** Parameters as YAML, as a template has them. */
export function toYaml(values: ValueMap): string {
  return writeMap(values, '');
}

function writeMap(values: ValueMap, indent: string): string {
  return Object.entries(values)
    .map(([key, value]) => `${indent}${writeText(key)}:${writeBelow(value, indent)}\n`)
    .join('');
}

function writeBelow(value: Value, indent: string): string {
  if (isMap(value) && Object.keys(value).length > 0) return `\n${writeMap(value, `${indent}  `).replace(/\n$/, '')}`;
  return ` ${writeInline(value)}`;
}

/** Lists, and maps in them, in brackets. */
function writeInline(value: Value): string {
  if (typeof value === 'string') return writeText(value);
  if (Array.isArray(value)) return `[${value.map((item: Value) => writeInline(item)).join(', ')}]`;
  if (!isMap(value)) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${writeInline(item)}`);
  return `{${entries.join(', ')}}`;
}

/** Words that older readers of YAML take for true and false. */
const OLD_FLAGS = /^(?:y|n|yes|no|on|off)$/i;

/** Bare if every reader of YAML takes it for this text. */
function writeText(text: string): string {
  const isBare = /^[A-Za-z_][\w./-]*$/.test(text) && !OLD_FLAGS.test(text) && parsePlainScalar(text).value === text;
  return isBare ? text : JSON.stringify(text);
}
