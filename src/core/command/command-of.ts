import { quoteShellWord } from '../text/bash.ts';
import { ARGUMENTS, type Call } from './calls.ts';

interface Sort {
  readonly field: string;
  readonly descending: boolean;
}

type Texts = readonly string[];

/** What a key of a call can have. */
type Given = boolean | number | string | Texts | Sort | { readonly [name: string]: string } | undefined;

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
  const quoted = words.map(quoteShellWord);
  // After "--" no word is a flag. Otherwise names come first, as people type them.
  const isHostile = words.some((word) => word.startsWith('-'));
  return ['sheaf', command, ...(isHostile ? [...flags, '--', ...quoted] : [...quoted, ...flags])].join(' ');
}

function listTexts(value: Given): Texts {
  if (isTexts(value)) return value;
  return typeof value === 'string' ? [value] : [];
}

function isTexts(value: Given): value is Texts {
  return Array.isArray(value);
}

function writeFlag(name: string, value: Given): Texts {
  if (value === undefined || value === false) return [];
  const flag = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  if (value === true) return [flag];
  if (typeof value !== 'object') return writeTexts(flag, [String(value)]);
  if (isTexts(value)) return value.length === 0 ? [] : writeTexts(flag, value);
  if (isSort(value)) return [...writeTexts(flag, [value.field]), ...(value.descending ? ['--desc'] : [])];
  return Object.entries(value).flatMap(([key, text]) => writeTexts(flag, [`${key}=${text}`]));
}

function isSort(value: Sort | { readonly [name: string]: string }): value is Sort {
  return typeof value['descending'] === 'boolean';
}

/** Flags that may be repeated, but take one word each time. */
const REPEATED: ReadonlySet<string> = new Set(['--after']);

/** A value that begins with a dash must be joined to its flag. */
function writeTexts(flag: string, texts: Texts): Texts {
  if (texts.some((text) => text.startsWith('-'))) return texts.map((text) => `${flag}=${quoteShellWord(text)}`);
  if (REPEATED.has(flag)) return texts.flatMap((text) => [flag, quoteShellWord(text)]);
  return [flag, ...texts.map(quoteShellWord)];
}
