const PLAIN_WORD = /^[\w.,:/@%+=-]+$/;

/** A word as it must be typed in a shell. */
export function shellWord(word: string): string {
  return PLAIN_WORD.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
