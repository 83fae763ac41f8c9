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

/** Other than a line break. On a terminal that pastes them, they do something. */
const CONTROL = /[^\P{Cc}\n]/u;

/** A word quoted for a shell; for bash and zsh, if it has control characters. */
export function quoteShellWord(word: string): string {
  if (PLAIN_WORD.test(word)) return word;
  return CONTROL.test(word) ? `$'${escapeControls(word)}'` : `'${word.replaceAll("'", "'\\''")}'`;
}

function escapeControls(word: string): string {
  return word.replaceAll(/[\p{Cc}\\']/gu, (char) =>
    [...new TextEncoder().encode(char)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join(''),
  );
}
