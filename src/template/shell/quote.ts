/** Means itself wherever a word may stand: no quoting, no globs, no tilde, no assignment. */
const PLAIN = /^[A-Za-z0-9_./:@%+-]+$/;
/** Also as a word after the name of a program. */
const PLAIN_ARGUMENT = /^[A-Za-z0-9_./:@%+,=-]+$/;
const KEYWORDS = new Set(
  'if then elif else fi for select in do done case esac while until function time coproc'.split(' '),
);

/** A text as one word of a script, in single quotes. */
export function quoteSingle(text: string): string {
  return `'${escapeInSingle(text)}'`;
}

/** A text as one word of a script; without quotes where it looks the same. */
export function quoteWord(text: string): string {
  return PLAIN.test(text) && !KEYWORDS.has(text) ? text : quoteSingle(text);
}

/** The same for a word that follows the name of a program. */
export function quoteArgument(text: string): string {
  return PLAIN_ARGUMENT.test(text) && !KEYWORDS.has(text) ? text : quoteSingle(text);
}

/** A text between single quotes that are already there. */
export function escapeInSingle(text: string): string {
  return text.replaceAll("'", `'\\''`);
}

/** A text between double quotes that are already there. */
export function escapeInDouble(text: string): string {
  return text.replace(/[\\"$`]/g, '\\$&');
}

/** A word of a command line: a text that is quoted, or literal shell text. */
export type ShellWord = string | { readonly shell: string };

/** Words that follow the name of a program, as shell text. */
export function quoteWords(words: readonly ShellWord[]): string {
  return words.map((each) => (typeof each === 'string' ? quoteArgument(each) : each.shell)).join(' ');
}

/** A text within a line of `#SBATCH`, where a backslash takes the next character as it is, also inside quotes. */
export function escapeInDirective(text: string): string {
  return text.replace(/[\\"'#\s]/g, '\\$&');
}

/**
 * What several words of a script are, which decides where they are allowed: what follows the name of a program, the name of one
 * with its first arguments, or whole commands.
 */
export type WordsRole = 'arguments' | 'program' | 'script';
