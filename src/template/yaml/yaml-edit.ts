import { isMap as isYamlMap, isPair, parseDocument, type Node, type Pair, type YAMLMap } from 'yaml';
import { inputError } from '../../core/errors.ts';
import { type Value } from '../../core/value.ts';
import { writeBlock, writeFlow } from './yaml-write.ts';

/**
 * Sets one key in a file that a person wrote; every other character stays as it is.
 *
 * @param path keys from the top; missing maps on the way are made
 * @throws SheafError `yaml.edit` when the file is no YAML map, or something on the way is no map
 */
export function editYaml(text: string, path: readonly string[], value: Value): string {
  const document = parseDocument(text, { stringKeys: true, prettyErrors: false });
  if (document.errors.length > 0) throw cannotEdit(path, 'the file is not valid YAML');
  const top = document.contents as Node | null;
  if (top === null) return appended(text, nested(path, value));
  return edited(text, top, path, value, path);
}

function edited(text: string, node: Node, path: readonly string[], value: Value, whole: readonly string[]): string {
  const [key = '', ...rest] = path;
  if (!isYamlMap(node)) throw cannotEdit(whole, `something above "${key}" is not a map`);
  const pair = node.items.find((item) => isPair(item) && keyText(item) === key);
  if (pair === undefined) return withNewKey(text, node, nested(path, value));
  const child = pair.value as Node | null;
  if (rest.length > 0 && child !== null && isYamlMap(child)) return edited(text, child, rest, value, whole);
  return withNewValue(text, pair, rest.length === 0 ? value : nested(rest, value));
}

function keyText(pair: Pair): string {
  return String((pair.key as { value?: unknown }).value);
}

function nested(path: readonly string[], value: Value): Record<string, Value> {
  const [key = '', ...rest] = path;
  return { [key]: rest.length === 0 ? value : nested(rest, value) };
}

/** From behind the colon to the end of the old value; a comment behind it stays. */
function withNewValue(text: string, pair: Pair, value: Value): string {
  const colon = text.indexOf(':', rangeOf(pair.key as Node)[1]);
  const node = pair.value as Node | null;
  const [start, end] = node === null ? [colon + 1, colon + 1] : rangeOf(node);
  const oldEnd = Math.max(colon + 1, end);
  const onTheSameLine = !text.slice(colon + 1, start).includes('\n');
  const keep = onTheSameLine ? text.slice(colon + 1, start) || ' ' : ' ';
  // A block ends with its line break; a flow value does not.
  const lineEnd = text.slice(start, oldEnd).endsWith('\n') ? '\n' : '';
  const rest = text.slice(oldEnd);
  const gap = lineEnd === '' && rest.startsWith('#') ? ' ' : '';
  return `${text.slice(0, colon + 1)}${keep}${writeFlow(value)}${lineEnd}${gap}${rest}`;
}

function rangeOf(node: Node): readonly [start: number, valueEnd: number] {
  const [start, valueEnd] = node.range ?? [0, 0];
  return [start, valueEnd];
}

function withNewKey(text: string, map: YAMLMap, entry: Record<string, Value>): string {
  const [start, end] = rangeOf(map);
  if (map.flow) {
    const comma = map.items.length > 0 ? ', ' : '';
    const closing = text.lastIndexOf('}', end);
    return `${text.slice(0, closing)}${comma}${writeFlow(entry).slice(1, -1)}${text.slice(closing)}`;
  }
  const indent = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  const before = text.slice(0, end);
  const lineEnd = before.endsWith('\n') ? '' : '\n';
  const rest = text.slice(end);
  // The last value's comment belongs to its line, not to the new key.
  const comment = lineEnd === '' ? '' : (/^[ \t]*(?:#[^\n]*)?/.exec(rest)?.[0] ?? '');
  const after = rest.slice(comment.length).replace(/^\r?\n/, '');
  return `${before}${comment}${lineEnd}${writeBlock(entry, {}, indent)}${lineEnd === '' ? rest : after}`;
}

function appended(text: string, entry: Record<string, Value>): string {
  return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${writeBlock(entry)}`;
}

function cannotEdit(path: readonly string[], why: string): Error {
  return inputError('yaml.edit', `${path.join('.')} cannot be set in this file`, { why });
}
