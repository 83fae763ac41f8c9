import { parseNumber } from '../number-source.ts';

/** Words with a meaning of their own, in any case. As the name of a field they need backticks. */
const KEYWORDS: ReadonlySet<string> = new Set(['and', 'or', 'not', 'in', 'has', 'is', 'missing']);

/** Whether a word has a meaning of its own. */
export function isKeyword(word: string): boolean {
  return KEYWORDS.has(word.toLowerCase());
}

/** The characters of a bare word: anything but space, control characters, quotes, parentheses, commas and operators. */
export const WORD: RegExp = /[^\s\p{Cc}'"`(),=!<>~]+/uy;

const FIELD = /^[\p{L}_][\p{L}\p{N}_.-]*$/u;

/** Whether a word names a field without backticks. */
export function isPlainField(word: string): boolean {
  return FIELD.test(word) && !isKeyword(word);
}

/** The number that a bare word is, if it is one, as in templates: `1e-4`, `-3`, `.5`. */
export function parseNumberWord(word: string): number | undefined {
  const value = parseNumber(word)?.value;
  return typeof value === 'number' ? value : undefined;
}
