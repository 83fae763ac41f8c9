/**
 * A literal piece of bash: `$\{` stands for the dollar and brace of bash, which TypeScript would take for its
 * own; a backquote does not occur.
 */
export function bash(text: TemplateStringsArray, ...values: readonly string[]): string {
  return String.raw(text, ...values)
    .replaceAll('$\\{', '${')
    .trim();
}

const PLAIN_WORD = /^[\w.,:/@%+=-]+$/;

/** A word quoted for a shell. */
export function quoteShellWord(word: string): string {
  return PLAIN_WORD.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
