import { quoteShellWord } from '../text/bash.ts';
import { ARGUMENTS, type Call } from './calls.ts';

/** What a key of a call can have. */
type Given =
  | boolean
  | number
  | string
  | readonly string[]
  | { readonly field: string; readonly descending: boolean }
  | { readonly [name: string]: string }
  | undefined;

/**
 * The line that does the same in a shell, to copy: `sheaf list --where 'status = failed' --columns exp_id lr`.
 *
 * The parser of the command line reads it back as the same call, whatever the texts, as long as they have no NUL.
 */
export function commandOf(call: Call): string {
  const { command, ...given } = call;
  const names = ARGUMENTS[command];
  const values = new Map<string, Given>(Object.entries(given));
  const words = names.flatMap((name) => listTexts(values.get(name)));
  const flags = [...values].flatMap(([name, value]) => (names.includes(name) ? [] : writeFlag(name, value)));
  // A word that looks like a flag is none behind "--". Otherwise names come first, as people type them.
  const last = words.some((word) => word.startsWith('-'));
  const quoted = words.map(quoteShellWord);
  return ['sheaf', command, ...(last ? [] : quoted), ...flags, ...(last ? ['--', ...quoted] : [])].join(' ');
}

function listTexts(value: Given): readonly string[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly string[]) : [String(value)];
}

function writeFlag(name: string, value: Given): readonly string[] {
  if (value === undefined || value === false) return [];
  const flag = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  if (value === true) return [flag];
  if (typeof value === 'object' && !Array.isArray(value)) return writePairs(flag, value as Readonly<object>);
  const texts = listTexts(value);
  return texts.length === 0 ? [] : writeTexts(flag, texts);
}

/** A flag that may be repeated, but takes one word each time. */
const REPEATED: ReadonlySet<string> = new Set(['--after']);

/** A value that begins with a dash must be joined to its flag. */
function writeTexts(flag: string, texts: readonly string[]): readonly string[] {
  if (texts.some((text) => text.startsWith('-'))) return texts.map((text) => `${flag}=${quoteShellWord(text)}`);
  if (REPEATED.has(flag)) return texts.flatMap((text) => [flag, quoteShellWord(text)]);
  return [flag, ...texts.map(quoteShellWord)];
}

function writePairs(flag: string, pairs: Readonly<object>): readonly string[] {
  if ('field' in pairs && 'descending' in pairs) {
    return [...writeTexts(flag, [String(pairs.field)]), ...(pairs.descending === true ? ['--desc'] : [])];
  }
  return Object.entries(pairs).flatMap(([name, text]) => writeTexts(flag, [`${name}=${text}`]));
}
