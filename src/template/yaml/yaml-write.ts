import { isMap, toPointer, type JsonPointer, type Value, type ValueMap } from '../../core/value.ts';
import { type NumberSources } from '../../core/number-source.ts';

/** A text that means itself without quotes, also inside `[…]` and `{…}`. */
const PLAIN = /^[A-Za-z_/][A-Za-z0-9_./+@-]*(?: [A-Za-z0-9_./+@-]+)*$/;
/** Words that are no texts in YAML, or in YAML 1.1, which Python's readers still speak. */
const NO_TEXT = /^(?:null|true|false|y|yes|n|no|on|off)$/i;
/** What YAML cannot print as it is. */
const UNPRINTABLE = /[^\x20-\x7E\xA0-\u2027\u202A-\uD7FF\uE000-\uFEFE\uFF00-\uFFFD\u{10000}-\u{10FFFF}]/gu;

/** A value on one line: `[a, b]`, `{a: 1}`, numbers as they were written. */
export function writeFlow(value: Value, written: NumberSources = {}, path: JsonPointer = ''): string {
  if (typeof value === 'string') return written[path] === undefined ? quotedIfNeeded(value) : notFiniteText(value);
  if (Array.isArray(value)) {
    return `[${value.map((item: Value, i) => writeFlow(item, written, path + toPointer(i))).join(', ')}]`;
  }
  if (isMap(value)) {
    const entries = Object.entries(value).map(
      ([key, item]) => `${quotedIfNeeded(key)}: ${writeFlow(item, written, path + toPointer(key))}`,
    );
    return `{${entries.join(', ')}}`;
  }
  return written[path] ?? (Object.is(value, -0) ? '-0' : JSON.stringify(value));
}

/** `inf` is the text of what YAML writes `.inf`. */
function notFiniteText(text: string): string {
  return text.replace(/inf|nan/, '.$&');
}

function quotedIfNeeded(text: string): string {
  return PLAIN.test(text) && !NO_TEXT.test(text) ? text : quoted(text);
}

function quoted(text: string): string {
  return JSON.stringify(text).replace(UNPRINTABLE, (char) =>
    [...Array(char.length).keys()].map((i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''),
  );
}

/** Keys and values on lines of their own, maps indented, texts of several lines as blocks. */
export function writeBlock(map: ValueMap, written: NumberSources = {}, indent = '', path: JsonPointer = ''): string {
  return Object.entries(map)
    .map(([key, value]) => {
      const at = path + toPointer(key);
      const name = `${indent}${quotedIfNeeded(key)}:`;
      if (isMap(value) && Object.keys(value).length > 0) {
        return `${name}\n${writeBlock(value, written, `${indent}  `, at)}`;
      }
      const block = typeof value === 'string' ? literalBlock(value, `${indent}  `) : undefined;
      return `${name} ${block ?? `${writeFlow(value, written, at)}\n`}`;
    })
    .join('');
}

/** `|` and the lines of a text, where such a block gives the text back exactly. */
function literalBlock(text: string, indent: string): string | undefined {
  const ends = text.endsWith('\n');
  const lines = (ends ? text.slice(0, -1) : text).split('\n');
  const [first = '', last = ''] = [lines[0], lines.at(-1)];
  const simple = text.includes('\n') && first !== '' && !/^[ \t]/.test(first) && last.trim() !== '';
  if (!simple || text.replace(/[\n\t]/g, '').search(UNPRINTABLE) >= 0) return undefined;
  return `|${ends ? '' : '-'}\n${lines.map((line) => (line === '' ? '' : indent + line)).join('\n')}\n`;
}
