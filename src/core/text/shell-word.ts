const PLAIN_WORD = /^[\w.,:/@%+=-]+$/;

/** A word quoted for a shell. */
export function shellWord(word: string): string {
  return PLAIN_WORD.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
